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
  ///
  /// - Throws: `LinearAlgebraError`.
  func finish(_ outcome: inout L2SVMNewton.Outcome, _ problems: L2SVMProblems) throws {
    for problem in outcome.endings.indices where !outcome.endings[problem].converged {
      try finish(&outcome, problem, problems)
    }
  }

  private func finish(
    _ outcome: inout L2SVMNewton.Outcome, _ problem: Int, _ problems: L2SVMProblems
  ) throws {
    let before = outcome.endings[problem]
    var ending = before.restarted()
    var (a, c) = ([Double](repeating: 0, count: problems.samples), 0.0)
    // Steps in single precision may have ended farther from the minimum than they began.
    if before.gap < before.objective {
      (a, c) = (Array(outcome.point.coefficients[row: problem]), outcome.point.biases[problem])
    }
    var lowest = Double.infinity
    while true {
      let image = gram.times(vector: a)
      let decisions = image.map { $0 + c }
      var pulls = decisions
      var curvature = [Float](repeating: 0, count: a.count)
      let loss = pulls.withUnsafeMutableBufferPointer { pulls in
        curvature.withUnsafeMutableBufferPointer {
          problems.differentiate(problem, 0..<a.count, pulls.baseAddress!, curvature: $0.baseAddress!)
        }
      }
      ending.note(
        objective: product(a, image) / 2 + loss, gap: gap(a, pulls, curvature), tolerance: tolerance)
      if outcome.decisions.rows > 0 { outcome.decisions.replace([problem], by: Matrix(row: decisions)) }
      // Every step goes down, if only a little: a step that does not is made of rounding errors.
      if ending.converged || !(ending.objective < lowest) || ending.newtonSteps >= maximumIterations { break }
      lowest = ending.objective
      let violating = a.indices.filter { curvature[$0] > 0 }
      let (target, bias) = try minimum(over: violating, problems, problem, c)
      var step = a.map { -$0 }
      for (position, sample) in violating.enumerated() { step[sample] += target[position] }
      let stepImage = gram.times(vector: step)
      let slopes = stepImage.map { $0 + bias - c }
      let length = problems.lineSearch(
        problem, decisions: decisions[...], slopes: slopes[...], p1: product(image, step),
        p2: product(step, stepImage))
      for sample in a.indices { a[sample] += length * step[sample] }
      c += length * (bias - c)
      ending.newtonSteps += 1
    }
    ending.newtonSteps += before.newtonSteps
    outcome.endings[problem] = ending
    outcome.point.coefficients.replace([problem], by: Matrix(row: a))
    outcome.point.biases[problem] = c
  }

  /// Half the squared norm of the gradient, as ``L2SVM/Report/Machine/dualityGap`` has it.
  private func gap(_ a: [Double], _ pulls: [Double], _ curvature: [Float]) -> Double {
    let residual = zip(a, pulls).map { $0 + $1 }
    let square = product(residual, gram.times(vector: residual))
    guard biasIsFree else { return square / 2 }
    let slope = pulls.reduce(0, +)
    let curved = curvature.reduce(0.0) { $0 + Double($1) }
    return (square + slope * slope / max(curved, .leastNormalMagnitude)) / 2
  }

  /// Where the quadratic piece of the samples `violating` has its minimum: their coefficients, and the bias.
  private func minimum(
    over violating: [Int], _ problems: L2SVMProblems, _ problem: Int, _ bias: Double
  ) throws -> (coefficients: [Double], bias: Double) {
    guard !violating.isEmpty else { return ([], bias) }
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
    let factor = try Cholesky(system)
    let signs = violating.map { problems.sign(problem, $0) }
    guard biasIsFree else { return (factor.solve(Matrix(column: signs)).elements, bias) }
    let right = Matrix<Double>(rows: count, columns: 2) { elements in
      for row in 0..<count { (elements[2 * row], elements[2 * row + 1]) = (signs[row], 1) }
    }
    // The coefficients sum to zero, which is the bias's own condition.
    let solved = factor.solve(right)
    let sums = (0..<count).reduce((0.0, 0.0)) { ($0.0 + solved[$1, 0], $0.1 + solved[$1, 1]) }
    let free = sums.0 / sums.1
    return ((0..<count).map { solved[$0, 0] - free * solved[$0, 1] }, free)
  }

  private func product(_ x: [Double], _ y: [Double]) -> Double {
    zip(x, y).reduce(0) { $0 + $1.0 * $1.1 }
  }
}

extension Matrix {
  fileprivate init(row: [Element]) { self.init(rows: 1, columns: row.count, elements: row) }
  fileprivate init(column: [Element]) { self.init(rows: column.count, columns: 1, elements: column) }
}
