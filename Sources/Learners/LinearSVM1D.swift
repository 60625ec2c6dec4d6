import LinearAlgebra

/// One-vs-rest linear support vector machines on a single feature, as the SAP score needs them (Kumar, Sattigeri and
/// Balakrishnan 2018, "Variational inference of disentangled latent concepts", section 3).
///
/// Each machine minimises (w² + b²) / 2 + sum_i C_i max(0, 1 - y_i (w x_i + b))², the convention of LIBLINEAR's
/// primal squared-hinge solver with the bias as a penalised weight. Two parameters leave room for exact Newton steps:
/// the objective is piecewise quadratic, and the iteration ends when the set of margin violators stops changing.
public struct LinearSVM1D: Sendable, Codable, Equatable {
  /// One value per class; for two present classes the first is the negative of the second.
  public var slopes: [Double]
  public var intercepts: [Double]
  /// Classes that occurred in training, ascending; no other is ever predicted.
  public var present: [Int]

  // C is the name the field gives it, in every paper and library.
  // swift-format-ignore: AlwaysUseLowerCamelCase
  /// Fits one machine per class that occurs.
  ///
  /// - Parameters:
  ///   - values: the feature, one value per sample.
  ///   - labels: one of 0..<`classes` per sample.
  ///   - C: weight of the loss.
  ///   - balanced: weights each class by samples / (present classes * its samples). As in LIBLINEAR the weight of a
  ///     class counts where it is the positive one; with three or more classes the rest keeps weight 1.
  /// - Throws: ``LearnerError``.
  public static func fit(
    _ values: [Float], labels: [Int], classes: Int, C: Double = 0.01, balanced: Bool = true
  ) throws(LearnerError) -> LinearSVM1D {
    precondition(C > 0, "the weight C of the loss must be positive, not \(C)")
    try Border.check(
      "Linear SVM", Matrix(rows: values.count, columns: 1, elements: values), labels: labels, classes: classes
    )
    let found = PresentClasses(labels, classes: classes)
    let count = found.original.count
    var sizes = [Int](repeating: 0, count: count)
    for label in found.labels { sizes[label] += 1 }
    let weights = sizes.map { balanced ? Double(values.count) / (Double(count) * Double($0)) : 1 }
    var machine = LinearSVM1D(
      slopes: Array(repeating: 0, count: classes), intercepts: Array(repeating: 0, count: classes),
      present: found.original)
    switch count {
    case 1: break
    case 2:
      let (slope, intercept) = solve(
        values, found.labels, positive: 1, positiveC: C * weights[1], negativeC: C * weights[0])
      machine.set(found.original[1], slope, intercept)
      machine.set(found.original[0], -slope, -intercept)
    default:
      for k in 0..<count {
        let (slope, intercept) = solve(
          values, found.labels, positive: k, positiveC: C * weights[k], negativeC: C)
        machine.set(found.original[k], slope, intercept)
      }
    }
    return machine
  }

  /// The present class with the largest decision value, the first among equals.
  public func predict(_ values: [Float]) -> [Int] {
    values.map { value in
      var best = present[0]
      for k in present where decision(k, value) > decision(best, value) { best = k }
      return best
    }
  }

  /// w x + b of one class's machine.
  public func decision(_ class: Int, _ value: Float) -> Double {
    slopes[`class`] * Double(value) + intercepts[`class`]
  }

  private mutating func set(_ class: Int, _ slope: Double, _ intercept: Double) {
    slopes[`class`] = slope
    intercepts[`class`] = intercept
  }
}

extension LinearSVM1D {
  /// Objective, gradient and Hessian of one machine at (w, b).
  private struct Local {
    var objective: Double
    var gradient: SIMD2<Double>
    var (ww, wb, bb): (Double, Double, Double)
  }

  private static func solve(
    _ values: [Float], _ labels: [Int], positive: Int, positiveC: Double, negativeC: Double
  ) -> (slope: Double, intercept: Double) {
    var point = SIMD2<Double>.zero
    var here = local(values, labels, positive, positiveC, negativeC, point)
    // A handful of steps suffices; the bound only guards against cycling at the rounding error.
    for _ in 0..<200 {
      let determinant = here.ww * here.bb - here.wb * here.wb
      let step =
        -SIMD2(
          here.bb * here.gradient.x - here.wb * here.gradient.y,
          here.ww * here.gradient.y - here.wb * here.gradient.x) / determinant
      let decrease = (here.gradient * step).sum()
      guard -decrease > 1e-15 * max(here.objective, .leastNormalMagnitude) else { break }
      var length = 1.0
      var next = local(values, labels, positive, positiveC, negativeC, point + step)
      while next.objective > here.objective + 1e-4 * length * decrease, length > 1e-10 {
        length /= 2
        next = local(values, labels, positive, positiveC, negativeC, point + length * step)
      }
      guard next.objective < here.objective else { break }
      point += length * step
      here = next
    }
    return (point.x, point.y)
  }

  private static func local(
    _ values: [Float], _ labels: [Int], _ positive: Int, _ positiveC: Double, _ negativeC: Double,
    _ point: SIMD2<Double>
  ) -> Local {
    var result = Local(
      objective: 0.5 * (point * point).sum(), gradient: point, ww: 1, wb: 0, bb: 1)
    values.withUnsafeBufferPointer { values in
      labels.withUnsafeBufferPointer { labels in
        for index in values.indices {
          let x = Double(values[index])
          let (sign, weight): (Double, Double) = labels[index] == positive ? (1, positiveC) : (-1, negativeC)
          let shortfall = 1 - sign * (point.x * x + point.y)
          guard shortfall > 0 else { continue }
          result.objective += weight * shortfall * shortfall
          let slope = -2 * weight * sign * shortfall
          result.gradient += SIMD2(slope * x, slope)
          let curvature = 2 * weight
          result.ww += curvature * x * x
          result.wb += curvature * x
          result.bb += curvature
        }
      }
    }
    return result
  }
}
