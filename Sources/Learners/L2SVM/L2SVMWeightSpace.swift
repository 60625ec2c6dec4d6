import LinearAlgebra

/// Weights as they are: for more samples than features.
///
/// Points are (w, b) with decision values w x + b over centred and scaled x. Centring changes nothing but the bias; where
/// the bias of uncentred features is penalised, the penalty is (b - anchor w)^2 / (2 feature^2) with the anchor at the
/// centre.
struct L2SVMWeightSpace: L2SVMSpace {
  private let rows: L2SVMRows
  /// 1 / feature^2 of a penalised bias, 0 for a free one.
  private let biasPenalty: Double
  /// Nil where the features' own origin is the centre.
  private let anchor: [Double]?
  /// Of I + 2 C X^T X, X being centred.
  private let cholesky: PackedCholesky
  private let biasCurvature: Double
  /// N^-1 v and its share, of M = N + biasPenalty v v^T with N block diagonal and v = (anchor, -1).
  private let correction: L2SVMVectors<Float>
  private let correctionFactor: Double
  /// Whether a gradient's products are in double precision: for a large C, large means and small tolerances.
  var doublePrecision = false

  // swift-format-ignore: AlwaysUseLowerCamelCase
  /// - Parameters:
  ///   - gram: sum of x x^T over `rows`; its memory becomes the factor's when the caller gives it up.
  ///   - C: with ``gram`` the largest Hessian of the loss, 2 C gram.
  ///   - sampleWeights: the sum over samples of what one of them weighs in the loss.
  /// - Throws: `LinearAlgebraError`.
  init(
    _ rows: L2SVMRows, gram: consuming PackedSymmetric, C: Double, sampleWeights: Double, biasPenalty: Double,
    anchor: [Double]?
  ) throws {
    self.rows = rows
    self.biasPenalty = biasPenalty
    self.anchor = anchor
    cholesky = try PackedCholesky(preconditioner: gram, C: C)
    biasCurvature = 2 * sampleWeights
    var solved = Matrix<Float>(rows: 1, columns: rows.features)
    if let anchor {
      for feature in anchor.indices { solved[0, feature] = Float(anchor[feature]) }
      cholesky.solve(&solved)
    }
    correction = L2SVMVectors(solved, biases: [-1 / biasCurvature])
    let overlap = (anchor.map { solved.rowProducts($0)[0] } ?? 0) + 1 / biasCurvature
    correctionFactor = biasPenalty > 0 ? 1 / (1 / biasPenalty + overlap) : 0
  }

  /// b - anchor w of every problem: the bias of uncentred features.
  private func plainBiases(_ vectors: L2SVMVectors<some BLASScalar>) -> [Double] {
    guard let anchor else { return vectors.biases }
    return zip(vectors.biases, vectors.coefficients.rowProducts(anchor)).map { $0 - $1 }
  }

  /// Adds the penalty's gradient at `point` to the loss's.
  private func addPenalty(
    _ point: L2SVMVectors<some BLASScalar>, to sums: Matrix<Double>, biases: [Double]
  ) -> L2SVMVectors<Float> {
    var result = L2SVMVectors<Float>(count: point.count, dimension: rows.features)
    let features = rows.features
    let pulls = plainBiases(point).map { $0 * biasPenalty }
    result.coefficients.withUnsafeMutableElements { target in
      point.coefficients.withUnsafeElements { w in
        sums.withUnsafeElements { sums in
          for problem in pulls.indices {
            for feature in 0..<features {
              let index = problem * features + feature
              let pull = anchor.map { $0[feature] * pulls[problem] } ?? 0
              target[index] = Float(Double(w[index]) + sums[index] - pull)
            }
          }
        }
      }
    }
    result.biases = zip(biases, pulls).map { $0 + $1 }
    return result
  }

  func evaluate(_ point: L2SVMVectors<Double>, _ problems: some SquaredHingeProblems) throws
    -> L2SVMEvaluation
  {
    let penalties = zip(point.coefficients.rowProducts(point.coefficients), plainBiases(point)).map {
      ($0 + biasPenalty * $1 * $1) / 2
    }
    var result = L2SVMEvaluation(problems, gradient: point.converted(), objectives: penalties)
    let (sums, weights) =
      doublePrecision
      ? try differentiate(point, problems, into: &result)
      : try differentiate(point.converted(to: Float.self), problems, into: &result)
    result.curvatureSums = result.curvature.rowSums()
    result.gradient = addPenalty(point, to: sums, biases: weights)
    return result
  }

  /// Adds the losses to the objectives; answers their gradient.
  private func differentiate<Element: BLASScalar>(
    _ point: L2SVMVectors<Element>, _ problems: some SquaredHingeProblems, into result: inout L2SVMEvaluation
  ) throws -> (sums: Matrix<Double>, weights: [Double]) {
    let samples = problems.samples
    return try rows.sweep(point) { range, values in
      result.decisions.withUnsafeMutableElements { decisions in
        result.curvature.withUnsafeMutableElements { curvature in
          for problem in 0..<problems.count {
            let block = values + problem * range.count
            let start = problem * samples + range.lowerBound
            for position in 0..<range.count { decisions[start + position] = Double(block[position]) }
            result.objectives[problem] += problems.differentiate(
              problem, range, block, curvature: curvature.baseAddress! + start)
          }
        }
      }
    }
  }

  func squaredNorms(_ residual: L2SVMVectors<Float>, curvatureSums: [Double]) -> [Double] {
    guard biasPenalty > 0 else {
      return zip(residual.coefficients.rowProducts(residual.coefficients), residual.biases).enumerated().map {
        $1.0 + $1.1 * $1.1 / max(curvatureSums[$0], .leastNormalMagnitude)
      }
    }
    // In the coordinates of uncentred features: (w, b / feature) with w's gradient at a fixed plain bias.
    let squares = residual.coefficients.rowProducts(residual.coefficients)
    let cross = anchor.map { residual.coefficients.rowProducts($0) }
    let length = anchor.map { $0.reduce(0) { $0 + $1 * $1 } } ?? 0
    return residual.biases.indices.map { problem in
      let bias = residual.biases[problem]
      return squares[problem] + 2 * bias * (cross?[problem] ?? 0) + bias * bias * (length + 1 / biasPenalty)
    }
  }

  func precondition(_ residual: L2SVMVectors<Float>) -> (direction: L2SVMDirection, products: [Double]) {
    var result = residual
    cholesky.solve(&result.coefficients)
    result.biases = residual.biases.map { $0 / biasCurvature }
    if correctionFactor > 0 {
      let along = plainBiases(result).map { $0 * correctionFactor }
      // v z = anchor w - b, the plain bias with its sign turned, and the correction is subtracted.
      let repeated = L2SVMVectors(
        correction.coefficients.selecting(rows: along.map { _ in 0 }),
        biases: along.map { _ in correction.biases[0] })
      result.add(along, repeated, to: Array(along.indices))
    }
    let products = zip(
      residual.coefficients.rowProducts(result.coefficients), zip(residual.biases, result.biases)
    ).map { $0 + $1.0 * $1.1 }
    return (L2SVMDirection(vectors: result, image: Matrix(rows: 0, columns: 0)), products)
  }

  func advance(
    _ direction: inout L2SVMDirection, by next: L2SVMDirection, factors: [Double], curvature: Matrix<Float>
  ) throws -> (product: L2SVMVectors<Float>, curvatures: [Double]) {
    direction.vectors.scale(by: factors, adding: next.vectors)
    let (count, samples) = (factors.count, rows.samples)
    if direction.image.rows != count { direction.image = Matrix(rows: count, columns: samples) }
    var curvatures = [Double](repeating: 0, count: count)
    let (sums, weights) = try rows.sweep(direction.vectors) { range, values in
      direction.image.withUnsafeMutableElements { image in
        curvature.withUnsafeElements { curvature in
          for problem in 0..<count {
            let start = problem * samples + range.lowerBound
            let block = values + problem * range.count
            var sum = 0.0
            for position in 0..<range.count {
              let slope = block[position]
              let weighted = curvature[start + position] * slope
              image[start + position] = slope
              block[position] = weighted
              sum += Double(weighted) * Double(slope)
            }
            curvatures[problem] += sum
          }
        }
      }
    }
    let squares = direction.vectors.coefficients.rowProducts(direction.vectors.coefficients)
    for (problem, bias) in plainBiases(direction.vectors).enumerated() {
      curvatures[problem] += squares[problem] + biasPenalty * bias * bias
    }
    return (addPenalty(direction.vectors, to: sums, biases: weights), curvatures)
  }

  func penaltySlopes(_ point: L2SVMVectors<Double>, along step: L2SVMDirection) -> (
    p1: [Double], p2: [Double]
  ) {
    let (here, along) = (plainBiases(point), plainBiases(step.vectors))
    let cross = point.coefficients.rowProducts(step.vectors.coefficients)
    let squares = step.vectors.coefficients.rowProducts(step.vectors.coefficients)
    return (
      cross.indices.map { cross[$0] + biasPenalty * here[$0] * along[$0] },
      squares.indices.map { squares[$0] + biasPenalty * along[$0] * along[$0] }
    )
  }
}
