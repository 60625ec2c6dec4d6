import LinearAlgebra

/// Newton's method for several L2-SVM problems at once (Mangasarian 2002; Keerthi and DeCoste 2005), its systems solved
/// by preconditioned conjugate gradients.
///
/// The objective is piecewise quadratic, and its Hessian is that of all samples less what the samples beyond their
/// margin would add. So one Cholesky factor of the former, shared by all problems, preconditions every system, and all
/// problems' products with the samples are one matrix product.
struct L2SVMNewton {
  let tolerance: Double
  let maximumIterations: Int
  let keepingDecisions: Bool

  /// How one problem ended.
  struct Ending {
    var objective = Double.infinity
    var gap = Double.infinity
    var newtonSteps = 0
    var conjugateGradientSteps = 0
    var converged = false
    /// Evaluations since the gap last fell by a fifth or the objective by a thousandth: after some of them the precision
    /// has no more to give.
    fileprivate var stalled = 0
    private var smallestGap = Double.infinity
    private var smallestObjective = Double.infinity
    /// The duality gap of w = 0.
    fileprivate var firstGap = Double.infinity
    /// The gap that ends the iteration.
    fileprivate func target(_ tolerance: Double) -> Double { tolerance * min(objective, firstGap) }

    /// What another precision begins with.
    func restarted() -> Ending {
      var ending = Ending()
      ending.firstGap = firstGap
      return ending
    }

    /// Takes note of an evaluation.
    mutating func note(objective: Double, gap: Double, tolerance: Double) {
      // Single precision may take a squared norm below zero, which is an error of that size and no convergence.
      let gap = abs(gap)
      self.objective = objective
      self.gap = gap
      if firstGap == .infinity { firstGap = gap }
      converged = gap <= target(tolerance)
      let progress = gap < 0.8 * smallestGap || objective < 0.999 * smallestObjective
      stalled = progress ? 0 : stalled + 1
      smallestGap = min(smallestGap, gap)
      smallestObjective = min(smallestObjective, objective)
    }
  }

  struct Outcome {
    var point: L2SVMVectors<Double>
    var endings: [Ending]
    /// problems x samples; without rows where they were not asked for.
    var decisions: Matrix<Double>

    var converged: Bool { endings.allSatisfy(\.converged) }
  }

  /// Goes on where an outcome of another precision ended; steps add up.
  func minimise(
    in space: some L2SVMSpace, _ problems: some SquaredHingeProblems, from start: Outcome
  ) throws -> Outcome {
    var outcome = try minimise(
      in: space, problems, from: start.point, endings: start.endings.map { $0.restarted() })
    for (problem, before) in start.endings.enumerated() {
      outcome.endings[problem].newtonSteps += before.newtonSteps
      outcome.endings[problem].conjugateGradientSteps += before.conjugateGradientSteps
    }
    return outcome
  }

  func minimise(
    in space: some L2SVMSpace, _ problems: some SquaredHingeProblems, from start: L2SVMVectors<Double>
  ) throws -> Outcome {
    var endings = [Ending](repeating: Ending(), count: problems.count)
    // The first evaluation of a start at zero says the same.
    if start.coefficients.elements.contains(where: { $0 != 0 }) {
      let zero = L2SVMVectors<Double>(count: start.count, dimension: start.coefficients.columns)
      let there = try space.evaluate(zero, problems)
      for (problem, norm) in space.squaredNorms(there.gradient, curvatureSums: there.curvatureSums)
        .enumerated()
      {
        endings[problem].firstGap = abs(norm) / 2
      }
    }
    return try minimise(in: space, problems, from: start, endings: endings)
  }

  private func minimise(
    in space: some L2SVMSpace, _ problems: some SquaredHingeProblems, from start: L2SVMVectors<Double>,
    endings: [Ending]
  ) throws -> Outcome {
    var outcome = Outcome(
      point: start, endings: endings,
      decisions: Matrix(rows: keepingDecisions ? problems.count : 0, columns: problems.samples))
    var open = Array(0..<problems.count)
    while !open.isEmpty {
      let here = try space.evaluate(outcome.point.selecting(open), problems.selecting(open))
      let norms = space.squaredNorms(here.gradient, curvatureSums: here.curvatureSums)
      for (position, problem) in open.enumerated() {
        outcome.endings[problem].note(
          objective: here.objectives[position], gap: norms[position] / 2, tolerance: tolerance)
      }
      if keepingDecisions {
        outcome.decisions.replace(open, by: here.decisions)
      }
      let going = open.indices.filter { position in
        let ending = outcome.endings[open[position]]
        return !ending.converged && ending.stalled < 4 && ending.newtonSteps < maximumIterations
      }
      guard !going.isEmpty else { break }
      let chosen = going.map { open[$0] }
      let (step, counts) = try conjugateGradients(
        space, here, going, targets: going.map { 0.4 * outcome.endings[open[$0]].target(tolerance) },
        shares: going.map { outcome.endings[open[$0]].newtonSteps < 5 ? 0.01 : 1e-6 })
      let lengths = lineSearch(
        space, outcome.point.selecting(chosen), here.decisions.selecting(rows: going), step,
        problems.selecting(chosen))
      outcome.point.add(lengths, step.vectors, to: chosen)
      for (position, problem) in chosen.enumerated() {
        outcome.endings[problem].newtonSteps += 1
        outcome.endings[problem].conjugateGradientSteps += counts[position]
      }
      open = chosen
    }
    return outcome
  }

  private func lineSearch(
    _ space: some L2SVMSpace, _ point: L2SVMVectors<Double>, _ decisions: Matrix<Double>,
    _ step: L2SVMDirection,
    _ problems: some SquaredHingeProblems
  ) -> [Double] {
    let (p1, p2) = space.penaltySlopes(point, along: step)
    return (0..<problems.count).map {
      problems.lineSearch(
        $0, decisions: decisions[row: $0], slopes: step.image[row: $0], p1: p1[$0], p2: p2[$0])
    }
  }

  /// Approximate Newton steps -Hessian^-1 gradient, and how many conjugate gradient steps each took.
  ///
  /// A system is solved until its residual, in the norm of the preconditioner's inverse, is at most `shares` of the
  /// gradient, or until its squared norm is at most `targets`, which is all that the tolerance can ask for. Most problems
  /// need few steps, and rough ones will do; those that need more are short of exact steps, not of many
  /// (Eisenstat and Walker 1996 on such schedules).
  private func conjugateGradients(
    _ space: some L2SVMSpace, _ here: L2SVMEvaluation, _ problems: [Int], targets: [Double],
    shares: [Double]
  ) throws -> (step: L2SVMDirection, counts: [Int]) {
    let (count, samples) = (problems.count, here.curvature.columns)
    var step = L2SVMDirection(
      vectors: L2SVMVectors<Float>(count: count, dimension: here.gradient.coefficients.columns),
      image: Matrix(rows: count, columns: samples))
    var counts = [Int](repeating: 0, count: count)
    var open = Array(0..<count)
    var residual = here.gradient.selecting(problems)
    residual.negate()
    var curvature = here.curvature.selecting(rows: problems)
    var (direction, products) = space.precondition(residual)
    let floors = zip(products, shares).map { $0 * $1 }
    var next = direction
    direction.image = Matrix(rows: 0, columns: 0)
    var factors = [Double](repeating: 0, count: count)
    while true {
      let (product, curvatures) = try space.advance(
        &direction, by: next, factors: factors, curvature: curvature)
      let lengths = zip(products, curvatures).map { $1 > 0 ? $0 / $1 : 0 }
      step.vectors.add(lengths, direction.vectors, to: open)
      step.image.add(lengths, direction.image, to: open)
      residual.add(lengths.map(-), product, to: Array(open.indices))
      for problem in open { counts[problem] += 1 }
      let left = space.squaredNorms(residual, curvatureSums: open.map { here.curvatureSums[problems[$0]] })
      let previous = products
      (next, products) = space.precondition(residual)
      let going = open.indices.filter { position in
        let problem = open[position]
        return left[position] > targets[problem] && products[position] > floors[problem]
          && lengths[position] > 0 && counts[problem] < 500
      }
      guard !going.isEmpty else { return (step, counts) }
      factors = going.map { previous[$0] > 0 ? products[$0] / previous[$0] : 0 }
      if going.count < open.count {
        open = going.map { open[$0] }
        residual = residual.selecting(going)
        direction = direction.selecting(going)
        next = next.selecting(going)
        curvature = curvature.selecting(rows: going)
        products = going.map { products[$0] }
      }
    }
  }
}

extension L2SVMVectors<Float> {
  fileprivate mutating func negate() {
    coefficients.withUnsafeMutableElements { x in for index in x.indices { x[index] = -x[index] } }
    for index in biases.indices { biases[index] = -biases[index] }
  }
}
