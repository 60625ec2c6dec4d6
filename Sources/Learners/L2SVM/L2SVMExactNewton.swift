import LinearAlgebra

/// Newton's method with exact steps in double precision, one problem after the other and over one coefficient per
/// sample: for the fits whose systems single precision cannot solve, as a large C makes them.
///
/// Where the samples S violate their margin, the objective is a quadratic with its minimum at
/// a_S = (K_SS + I / (2 C))^-1 (y_S - c) and zeros elsewhere (Chapelle 2007, section 2.5). Each step goes to the minimum
/// of the piece it starts on or, where that is not on the piece, as far as a line search says; a step that ends on its
/// own piece ends exactly.
struct L2SVMExactNewton {
  /// With more samples than this a step takes seconds and the matrices gigabytes: those fits have the precision of
  /// ``L2SVMNewton`` and no more.
  static let mostSamples = 5000

  /// K, with the square of the constant feature of a penalised bias added to every element.
  private let gram: Matrix<Double>
  private let biasIsFree: Bool
  private let tolerance: Double
  private let maximumIterations: Int

  /// - Throws: whatever reading the rows throws.
  init(_ rows: L2SVMRows, squaredBiasFeature: Double, tolerance: Double, maximumIterations: Int) throws {
    gram = try rows.exactSampleGram(plus: squaredBiasFeature)
    biasIsFree = squaredBiasFeature == 0
    self.tolerance = tolerance
    self.maximumIterations = maximumIterations
  }

  /// Goes on where `outcome` has not converged; steps add up.
  func finish(_ outcome: inout L2SVMNewton.Outcome, _ problems: L2SVMProblems) {
    for problem in outcome.endings.indices where !outcome.endings[problem].converged {
      finish(&outcome, problem, problems)
    }
  }

  private func finish(
    _ outcome: inout L2SVMNewton.Outcome, _ problem: Int, _ problems: L2SVMProblems
  ) {
    let before = outcome.endings[problem]
    var ending = before.restarted()
    var (a, c) = (Coefficients(count: problems.samples), 0.0)
    // Steps in single precision may have ended farther from the minimum than they began.
    if before.gap < before.objective {
      a.high = Array(outcome.point.coefficients[row: problem])
      c = outcome.point.biases[problem]
    }
    var (lowest, smallestGap) = (Double.infinity, Double.infinity)
    while true {
      let image = a.image(gram)
      let decisions = image.map { $0 + c }
      let (loss, pulls, curvature) = differentiate(decisions, problem, problems)
      let residual = a.adding(to: pulls)
      ending.note(
        objective: product(a.high, image) / 2 + loss, gap: gap(residual, pulls, curvature),
        tolerance: tolerance)
      if outcome.decisions.rows > 0 { outcome.decisions.replace([problem], by: Matrix(row: decisions)) }
      // Every step goes down, or comes nearer to where its piece has its minimum: one that does neither is made of rounding
      // errors.
      let goesOn = ending.objective < lowest || ending.gap < smallestGap / 2
      if ending.converged || !goesOn || ending.newtonSteps >= maximumIterations { break }
      (lowest, smallestGap) = (min(lowest, ending.objective), min(smallestGap, ending.gap))
      guard let (step, bias) = self.step(from: a, residual, curvature, problems) else { break }
      let stepImage = gram.times(vector: step)
      let slopes = stepImage.map { $0 + bias }
      let there = differentiate(zip(decisions, slopes).map { $0 + $1 }, problem, problems).curvature
      // The minimum of its piece is as far as the step goes, and no search along it would say that as exactly.
      let endsOnItsPiece = zip(curvature, there).allSatisfy { ($0 > 0) == ($1 > 0) }
      let length =
        endsOnItsPiece
        ? 1
        : problems.lineSearch(
          problem, decisions: decisions[...], slopes: slopes[...], p1: product(image, step),
          p2: product(step, stepImage))
      a.add(step.map { length * $0 })
      c += length * bias
      ending.newtonSteps += 1
    }
    ending.newtonSteps += before.newtonSteps
    outcome.endings[problem] = ending
    outcome.point.coefficients.replace([problem], by: Matrix(row: a.high))
    outcome.point.biases[problem] = c
  }

  /// The loss at decision values, its derivative by each of them, and its second derivatives.
  private func differentiate(
    _ decisions: [Double], _ problem: Int, _ problems: L2SVMProblems
  ) -> (loss: Double, pulls: [Double], curvature: [Float]) {
    var pulls = decisions
    var curvature = [Float](repeating: 0, count: decisions.count)
    let loss = pulls.withUnsafeMutableBufferPointer { pulls in
      curvature.withUnsafeMutableBufferPointer {
        problems.differentiate(problem, 0..<decisions.count, pulls.baseAddress!, curvature: $0.baseAddress!)
      }
    }
    return (loss, pulls, curvature)
  }

  /// Half the squared norm of the gradient, as ``L2SVM/Report/Machine/dualityGap`` has it.
  private func gap(_ residual: [Double], _ pulls: [Double], _ curvature: [Float]) -> Double {
    let square = product(residual, gram.times(vector: residual))
    guard biasIsFree else { return square / 2 }
    let slope = pulls.reduce(0, +)
    let curved = curvature.reduce(0.0) { $0 + Double($1) }
    return (square + slope * slope / max(curved, .leastNormalMagnitude)) / 2
  }

  /// The way from `a` to the minimum of the quadratic piece on which it lies, and what the bias changes by.
  ///
  /// The system is solved for the way and not for the minimum: its rounding errors are then of the way's size, and a second step
  /// on the same piece mends those of the first, as iterative refinement does. Nil where they leave no system that can be
  /// solved: the I / (2 C) of a very large C is lost in them.
  ///
  /// - Parameter residual: a and the loss's derivative, the gradient.
  private func step(
    from a: Coefficients, _ residual: [Double], _ curvature: [Float], _ problems: L2SVMProblems
  ) -> (step: [Double], bias: Double)? {
    let violating = residual.indices.filter { curvature[$0] > 0 }
    var others = a
    for sample in violating { others.clear(sample) }
    var step = others.high.map { -$0 }
    guard !violating.isEmpty else { return (step, 0) }
    let count = violating.count
    var system = Matrix<Double>(rows: count, columns: count)
    system.withUnsafeMutableElements { elements in
      gram.withUnsafeElements { gram in
        for (row, sample) in violating.enumerated() {
          for column in 0...row {
            elements[row * count + column] = gram[sample * problems.samples + violating[column]]
          }
        }
      }
    }
    for row in 0..<count { system[row, row] += 1 / (2 * problems.C) }
    guard let factor = try? Cholesky(system) else { return nil }
    let image = others.image(gram)
    let right = violating.map { image[$0] - residual[$0] / (2 * problems.C) }
    guard biasIsFree else {
      for (position, value) in factor.solve(Matrix(column: right)).elements.enumerated() {
        step[violating[position]] = value
      }
      return (step, 0)
    }
    let sides = Matrix<Double>(rows: count, columns: 2) { elements in
      for row in 0..<count { (elements[2 * row], elements[2 * row + 1]) = (right[row], 1) }
    }
    // The coefficients sum to zero, which is the bias's own condition.
    let solved = factor.solve(sides)
    let sums = (0..<count).reduce((0.0, 0.0)) { ($0.0 + solved[$1, 0], $0.1 + solved[$1, 1]) }
    let excess = violating.reduce(0.0) { $0 + a.high[$1] } + violating.reduce(0.0) { $0 + a.low[$1] }
    let free = (sums.0 + excess) / sums.1
    for (row, sample) in violating.enumerated() { step[sample] = solved[row, 0] - free * solved[row, 1] }
    return (step, free)
  }

  private func product(_ x: [Double], _ y: [Double]) -> Double {
    zip(x, y).reduce(0) { $0 + $1.0 * $1.1 }
  }
}

/// Coefficients of twice double's precision: with a large C those of samples that occur with two labels are of C's size and all but
/// cancel in the decision values, of which errors count C times.
private struct Coefficients {
  var high: [Double]
  private(set) var low: [Double]

  init(count: Int) {
    high = [Double](repeating: 0, count: count)
    low = high
  }

  mutating func clear(_ sample: Int) { (high[sample], low[sample]) = (0, 0) }

  mutating func add(_ step: [Double]) {
    for index in high.indices {
      let (sum, rest) = Self.sum(high[index], step[index])
      (high[index], low[index]) = Self.sum(sum, rest + low[index])
    }
  }

  func adding(to other: [Double]) -> [Double] { other.indices.map { (other[$0] + high[$0]) + low[$0] } }

  /// K a, of a symmetric K: each sum as if in twice double's precision (Ogita, Rump and Oishi 2005, algorithm 5.3).
  func image(_ gram: Matrix<Double>) -> [Double] {
    let count = high.count
    return gram.withUnsafeElements { gram in
      (0..<count).map { row in
        var (sum, rest) = (0.0, 0.0)
        for column in 0..<count where high[column] != 0 {
          let element = gram[row * count + column]
          let product = element * high[column]
          let error: Double
          (sum, error) = Self.sum(sum, product)
          rest += error + (-product).addingProduct(element, high[column]) + element * low[column]
        }
        return sum + rest
      }
    }
  }

  /// A sum and what it lacks (Knuth's two-sum).
  private static func sum(_ x: Double, _ y: Double) -> (sum: Double, rest: Double) {
    let sum = x + y
    let part = sum - x
    return (sum, (x - (sum - part)) + (y - part))
  }
}

extension Matrix {
  fileprivate init(row: [Element]) { self.init(rows: 1, columns: row.count, elements: row) }
  fileprivate init(column: [Element]) { self.init(rows: column.count, columns: 1, elements: column) }
}
