import LinearAlgebra

/// Limited-memory BFGS with a line search that meets the strong Wolfe conditions (Nocedal and Wright 2006,
/// "Numerical Optimization", algorithms 7.4, 7.5, 3.5 and 3.6).
struct LBFGS {
  /// How many curvature pairs are kept.
  var memory = 10
  var maximumIterations = 1000
  /// Ends when the largest component of the gradient is at most this.
  var tolerance = 1e-4

  struct Outcome {
    var point: [Double]
    var objective: Double
    /// Largest absolute component of the gradient at `point`.
    var gradientNorm: Double
    var iterations: Int
    var converged: Bool
  }

  /// Writes the gradient at a point and answers the objective there.
  typealias Objective = (_ point: [Double], _ gradient: inout [Double]) -> Double

  func minimise(from start: [Double], _ objective: Objective) -> Outcome {
    var point = start
    var gradient = [Double](repeating: 0, count: start.count)
    var value = objective(point, &gradient)
    var history = History(capacity: memory)
    var iterations = 0

    while largest(gradient) > tolerance, iterations < maximumIterations {
      var direction = history.direction(gradient)
      if BLAS.dot(direction, gradient) >= 0 {
        // Rounding has spoilt the curvature: begin again from steepest descent.
        history = History(capacity: memory)
        direction = history.direction(gradient)
      }
      let first = history.isEmpty ? min(1, 1 / gradient.reduce(0) { $0 + abs($1) }) : 1
      var search = LineSearch(point: point, value: value, gradient: gradient, direction: direction)
      guard let found = search.step(first: first, objective) else {
        if history.isEmpty { break }
        history = History(capacity: memory)
        continue
      }
      history.add(
        step: difference(found.point, point), change: difference(found.gradient, gradient))
      (point, value, gradient) = (found.point, found.value, found.gradient)
      iterations += 1
    }
    let norm = largest(gradient)
    return Outcome(
      point: point, objective: value, gradientNorm: norm, iterations: iterations,
      converged: norm <= tolerance && value.isFinite)
  }

  private func largest(_ vector: [Double]) -> Double { vector.reduce(0) { max($0, abs($1)) } }
}

private func difference(_ x: [Double], _ y: [Double]) -> [Double] {
  var result = x
  BLAS.add(-1, y, to: &result)
  return result
}

extension LBFGS {
  /// The last few steps and the gradient changes along them.
  private struct History {
    let capacity: Int
    private var steps: [[Double]] = []
    private var changes: [[Double]] = []
    private var inverseCurvature: [Double] = []

    init(capacity: Int) { self.capacity = capacity }

    var isEmpty: Bool { steps.isEmpty }

    mutating func add(step: [Double], change: [Double]) {
      let curvature = BLAS.dot(step, change)
      // Without positive curvature the next direction would not descend.
      guard curvature > 1e-16 * BLAS.dot(change, change) else { return }
      if steps.count == capacity {
        steps.removeFirst()
        changes.removeFirst()
        inverseCurvature.removeFirst()
      }
      steps.append(step)
      changes.append(change)
      inverseCurvature.append(1 / curvature)
    }

    /// The two-loop recursion: minus the approximate inverse Hessian times the gradient.
    func direction(_ gradient: [Double]) -> [Double] {
      var q = gradient.map { -$0 }
      guard let lastStep = steps.last, let lastChange = changes.last else { return q }
      var weights = [Double](repeating: 0, count: steps.count)
      for index in steps.indices.reversed() {
        weights[index] = inverseCurvature[index] * BLAS.dot(steps[index], q)
        BLAS.add(-weights[index], changes[index], to: &q)
      }
      let scale = BLAS.dot(lastStep, lastChange) / BLAS.dot(lastChange, lastChange)
      for index in q.indices { q[index] *= scale }
      for index in steps.indices {
        BLAS.add(weights[index] - inverseCurvature[index] * BLAS.dot(changes[index], q), steps[index], to: &q)
      }
      return q
    }
  }
}

/// A step along one direction that meets the strong Wolfe conditions.
private struct LineSearch {
  let point: [Double]
  let value: Double
  let slope: Double
  let direction: [Double]
  private let sufficientDecrease = 1e-4
  private let curvature = 0.9
  /// Differences in value below this are rounding; near the optimum only the slope still speaks.
  private let rounding: Double

  struct Trial {
    var length: Double
    var value: Double
    var slope: Double
    var point: [Double]
    var gradient: [Double]
  }

  init(point: [Double], value: Double, gradient: [Double], direction: [Double]) {
    self.point = point
    self.value = value
    self.direction = direction
    slope = BLAS.dot(gradient, direction)
    rounding = 16 * Double.ulpOfOne * abs(value)
  }

  private func trial(_ length: Double, _ objective: LBFGS.Objective) -> Trial {
    var moved = point
    BLAS.add(length, direction, to: &moved)
    var gradient = [Double](repeating: 0, count: point.count)
    let value = objective(moved, &gradient)
    return Trial(
      length: length, value: value, slope: BLAS.dot(gradient, direction), point: moved, gradient: gradient)
  }

  private func decreases(_ trial: Trial) -> Bool {
    trial.value <= value + sufficientDecrease * trial.length * slope + rounding
  }

  /// Nothing when no acceptable step is left above the rounding error.
  mutating func step(first: Double, _ objective: LBFGS.Objective) -> Trial? {
    var previous = Trial(length: 0, value: value, slope: slope, point: point, gradient: [])
    var length = first
    for attempt in 0..<30 {
      let current = trial(length, objective)
      if !decreases(current) || (attempt > 0 && current.value > previous.value + rounding) {
        return zoom(previous, current, objective)
      }
      if abs(current.slope) <= -curvature * slope { return current }
      if current.slope >= 0 { return zoom(current, previous, objective) }
      previous = current
      length *= 2
    }
    return previous.length > 0 ? previous : nil
  }

  /// Narrows an interval whose `low` end is the best point so far and satisfies the decrease condition.
  private func zoom(_ first: Trial, _ second: Trial, _ objective: LBFGS.Objective) -> Trial? {
    var (low, high) = (first, second)
    for _ in 0..<40 {
      let width = high.length - low.length
      guard abs(width) > 1e-14 * max(1, abs(low.length)) else { break }
      let middle = trial(interpolated(low, high), objective)
      if !decreases(middle) || middle.value > low.value + rounding {
        high = middle
      } else {
        if abs(middle.slope) <= -curvature * slope { return middle }
        if middle.slope * width >= 0 { high = low }
        low = middle
      }
    }
    return low.length > 0 ? low : nil
  }

  /// The minimum of the cubic through both ends, kept off the ends so that the interval shrinks.
  private func interpolated(_ low: Trial, _ high: Trial) -> Double {
    let width = high.length - low.length
    let a = low.slope + high.slope - 3 * (low.value - high.value) / (low.length - high.length)
    let discriminant = a * a - low.slope * high.slope
    var position = 0.5
    if discriminant > 0 {
      let b = discriminant.squareRoot() * (width > 0 ? 1 : -1)
      let cubic = 1 - (high.slope + b - a) / (high.slope - low.slope + 2 * b)
      if cubic.isFinite { position = cubic }
    }
    return low.length + width * min(max(position, 0.1), 0.9)
  }
}
