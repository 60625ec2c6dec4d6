import LinearAlgebra

/// Several binary L2-SVM problems over the same samples and with the same C: one per class, and per fold of a cross
/// validation. Everything here works on decision values; arrays over samples are problems x samples.
struct L2SVMProblems {
  struct Problem {
    /// The class with y = 1.
    var positive: Int32
    /// Samples of this fold take no part; -1 for none.
    var heldOut: Int32
  }

  /// One per sample.
  let labels: [Int32]
  /// The fold of every sample; -1 for those that always take part.
  let folds: [Int32]
  let problems: [Problem]
  // swift-format-ignore: AlwaysUseLowerCamelCase
  let C: Double

  var count: Int { problems.count }
  var samples: Int { labels.count }

  func selecting(_ chosen: [Int]) -> L2SVMProblems {
    L2SVMProblems(labels: labels, folds: folds, problems: chosen.map { problems[$0] }, C: C)
  }

  // swift-format-ignore: AlwaysUseLowerCamelCase
  func with(C: Double) -> L2SVMProblems {
    L2SVMProblems(labels: labels, folds: folds, problems: problems, C: C)
  }

  /// The loss of one problem over `range`, C max(0, 1 - y f)^2 summed; replaces each decision value by the loss's
  /// derivative there, and writes its second derivative, 2 C where the margin is violated and 0 elsewhere.
  func differentiate<Element: BLASScalar>(
    _ problem: Int, _ range: Range<Int>, _ decisions: UnsafeMutablePointer<Element>,
    curvature: UnsafeMutablePointer<Float>
  ) -> Double {
    let (positive, heldOut) = (problems[problem].positive, problems[problem].heldOut)
    let (twice, curved) = (Element(2 * C), Float(2 * C))
    var squares = 0.0
    labels.withUnsafeBufferPointer { labels in
      folds.withUnsafeBufferPointer { folds in
        for (position, sample) in range.enumerated() {
          let y: Element = labels[sample] == positive ? 1 : -1
          let shortfall = 1 - y * decisions[position]
          let counts = shortfall > 0 && (heldOut < 0 || folds[sample] != heldOut)
          let violation: Element = counts ? shortfall : 0
          squares += Double(violation) * Double(violation)
          decisions[position] = -twice * y * violation
          curvature[position] = counts ? curved : 0
        }
      }
    }
    return C * squares
  }

  /// The step t > 0 along `slopes` from `decisions` that minimises
  /// penalty(t) + C sum max(0, 1 - y (decision + t slope))^2, penalty'(t) being `p1 + t p2`.
  ///
  /// The function is convex and piecewise quadratic: Newton's steps on its derivative, kept inside a bracket.
  func lineSearch(
    _ problem: Int, decisions: ArraySlice<Double>, slopes: ArraySlice<Float>, p1: Double, p2: Double
  ) -> Double {
    let (positive, heldOut) = (problems[problem].positive, problems[problem].heldOut)
    func derivatives(_ t: Double) -> (first: Double, second: Double) {
      var (first, second) = (0.0, 0.0)
      labels.withUnsafeBufferPointer { labels in
        folds.withUnsafeBufferPointer { folds in
          decisions.withUnsafeBufferPointer { decisions in
            slopes.withUnsafeBufferPointer { slopes in
              for sample in labels.indices {
                let y = labels[sample] == positive ? 1.0 : -1
                let slope = Double(slopes[sample])
                let shortfall = 1 - y * (decisions[sample] + t * slope)
                let counts = shortfall > 0 && (heldOut < 0 || folds[sample] != heldOut)
                first -= counts ? y * shortfall * slope : 0
                second += counts ? slope * slope : 0
              }
            }
          }
        }
      }
      return (p1 + t * p2 + 2 * C * first, p2 + 2 * C * second)
    }
    let start = derivatives(0)
    guard start.first < 0 else { return 0 }
    var (low, high) = (0.0, Double.infinity)
    var t = 1.0
    for _ in 0..<20 {
      let here = derivatives(t)
      // The next Newton step starts from a fresh gradient, so the last digits of this one are of no use.
      if abs(here.first) <= 1e-3 * -start.first || here.second <= 0 { break }
      if here.first < 0 { low = t } else { high = t }
      let next = t - here.first / here.second
      t = next > low && next < high ? next : high.isFinite ? (low + high) / 2 : 2 * t
    }
    return t
  }
}
