import LinearAlgebra

/// Weights as sums of samples, one coefficient per sample: for at least as many features as samples.
///
/// Points are (a, c) with w = X^T a and decision values K a + c, K being the Gram matrix of samples; c is the free bias
/// and stays 0 where the bias is penalised, its constant feature being one of K's. A gradient X^T r is kept as r.
/// With a free bias the features are centred, so K takes constants to 0: coefficients are kept free of them, and bias
/// and weights part in the preconditioner.
struct L2SVMSampleSpace: L2SVMSpace {
  private let rows: L2SVMRows
  private let gram: PackedSymmetric
  private let squaredBiasFeature: Double
  // swift-format-ignore: AlwaysUseLowerCamelCase
  private let C: Double
  /// Of lift I + 2 C K.
  private let cholesky: PackedCholesky
  /// Whether decision values come from the rows, by way of the weights and in double precision, rather than from K.
  var readsRows = false

  // swift-format-ignore: AlwaysUseLowerCamelCase
  /// - Parameters:
  ///   - gram: K, with `squaredBiasFeature` added to every element.
  ///   - squaredBiasFeature: 0 for a free bias.
  /// - Throws: `LinearAlgebraError`.
  init(
    _ rows: L2SVMRows, gram: PackedSymmetric, C: Double, squaredBiasFeature: Double
  ) throws {
    self.rows = rows
    self.gram = gram
    self.C = C
    self.squaredBiasFeature = squaredBiasFeature
    cholesky = try PackedCholesky(preconditioner: gram, C: C)
  }

  private var biasIsFree: Bool { squaredBiasFeature == 0 }

  /// The weights and the bias that a point stands for.
  func weights(_ point: L2SVMVectors<Double>) throws -> L2SVMVectors<Double> {
    let (sums, totals) = try rows.combine(point.coefficients)
    let biases = biasIsFree ? point.biases : totals.map { squaredBiasFeature * $0 }
    return L2SVMVectors(sums, biases: biases)
  }

  private func decisions(_ point: L2SVMVectors<Double>) throws -> Matrix<Double> {
    if readsRows { return try rows.images(weights(point)) }
    var result = gram.product(point.coefficients.converted()).converted(to: Double.self)
    result.add(point.biases)
    return result
  }

  func evaluate(_ point: L2SVMVectors<Double>, _ problems: some SquaredHingeProblems) throws
    -> L2SVMEvaluation
  {
    let decisions = try decisions(point)
    let samples = problems.samples
    let penalties = squares(point.coefficients, decisions, biases: point.biases)
    var result = L2SVMEvaluation(problems, gradient: point.converted(), objectives: penalties.map { $0 / 2 })
    result.decisions = decisions
    var gradient = decisions
    gradient.withUnsafeMutableElements { pulls in
      result.curvature.withUnsafeMutableElements { curvature in
        for problem in 0..<problems.count {
          result.objectives[problem] += problems.differentiate(
            problem, 0..<samples, pulls.baseAddress! + problem * samples,
            curvature: curvature.baseAddress! + problem * samples)
        }
      }
    }
    result.curvatureSums = result.curvature.rowSums()
    if biasIsFree { result.gradient.biases = gradient.rowSums() }
    gradient.scale(by: [Double](repeating: 1, count: problems.count), adding: point.coefficients)
    if biasIsFree { gradient.centreRows() }
    result.gradient.coefficients = gradient.converted()
    return result
  }

  /// a K b of every problem, `image` being K b + the bias of b.
  private func squares(
    _ a: Matrix<some BLASScalar>, _ image: Matrix<some BLASScalar>, biases: [Double]
  ) -> [Double] {
    let products = a.rowProducts(image)
    guard biasIsFree else { return products }
    return zip(products, zip(a.rowSums(), biases)).map { $0 - $1.0 * $1.1 }
  }

  func squaredNorms(_ residual: L2SVMVectors<Float>, curvatureSums: [Double]) -> [Double] {
    let products = residual.coefficients.rowProducts(gram.product(residual.coefficients))
    guard biasIsFree else { return products }
    return products.indices.map {
      products[$0] + residual.biases[$0] * residual.biases[$0]
        / max(curvatureSums[$0], .leastNormalMagnitude)
    }
  }

  func precondition(_ residual: L2SVMVectors<Float>) -> (direction: L2SVMDirection, products: [Double]) {
    var result = residual
    cholesky.solve(&result.coefficients)
    if biasIsFree {
      result.coefficients.centreRows()
      result.biases = residual.biases.map { $0 / (2 * C * Double(rows.samples)) }
    }
    var image = gram.product(result.coefficients)
    let products = zip(residual.coefficients.rowProducts(image), zip(residual.biases, result.biases)).map {
      $0 + $1.0 * $1.1
    }
    image.add(result.biases)
    return (L2SVMDirection(vectors: result, image: image), products)
  }

  func advance(
    _ direction: inout L2SVMDirection, by next: L2SVMDirection, factors: [Double], curvature: Matrix<Float>
  ) throws -> (product: L2SVMVectors<Float>, curvatures: [Double]) {
    direction.vectors.scale(by: factors, adding: next.vectors)
    if direction.image.rows == factors.count {
      direction.image.scale(by: factors, adding: next.image)
    } else {
      direction.image = next.image
    }
    var product = direction.vectors
    var weighted = direction.image
    weighted.multiply(by: curvature)
    let squares = squares(
      direction.vectors.coefficients, direction.image, biases: direction.vectors.biases)
    let curvatures = zip(squares, weighted.rowProducts(direction.image)).map { $0 + $1 }
    if biasIsFree { product.biases = weighted.rowSums() }
    product.coefficients.add(factors.map { _ in 1 }, weighted, to: Array(factors.indices))
    if biasIsFree { product.coefficients.centreRows() }
    return (product, curvatures)
  }

  func penaltySlopes(_ point: L2SVMVectors<Double>, along step: L2SVMDirection) -> (
    p1: [Double], p2: [Double]
  ) {
    (
      squares(point.coefficients, step.image, biases: step.vectors.biases),
      squares(step.vectors.coefficients, step.image, biases: step.vectors.biases)
    )
  }
}

extension Matrix {
  /// Adds `values[row]` to every element of that row.
  fileprivate mutating func add(_ values: [Double]) {
    let width = columns
    withUnsafeMutableElements { x in
      for row in values.indices where values[row] != 0 {
        let value = Element(values[row])
        for index in (row * width)..<((row + 1) * width) { x[index] += value }
      }
    }
  }

  /// Subtracts its mean from every row.
  fileprivate mutating func centreRows() {
    add(rowSums().map { -$0 / Double(columns) })
  }

  /// Element by element.
  fileprivate mutating func multiply(by other: Matrix) {
    withUnsafeMutableElements { x in
      other.withUnsafeElements { y in for index in x.indices { x[index] *= y[index] } }
    }
  }
}
