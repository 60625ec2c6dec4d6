import LinearAlgebra

/// Several problems over the same samples, each a penalty and a weighted sum of squared hinge losses of its decision
/// values: what ``L2SVMNewton`` minimises. Arrays over samples are problems x samples.
protocol SquaredHingeProblems {
  var count: Int { get }
  var samples: Int { get }

  func selecting(_ chosen: [Int]) -> Self

  /// The loss of one problem over `range`; replaces each decision value by the loss's derivative there, and writes its
  /// second derivative, which is 0 where no margin is violated.
  func differentiate<Element: BLASScalar>(
    _ problem: Int, _ range: Range<Int>, _ decisions: UnsafeMutablePointer<Element>,
    curvature: UnsafeMutablePointer<Float>
  ) -> Double

  /// The first and second derivative by t of one problem's loss at decisions + t slopes.
  func derivatives<Slope: BLASScalar>(
    _ problem: Int, at t: Double, _ decisions: UnsafeBufferPointer<Double>,
    _ slopes: UnsafeBufferPointer<Slope>
  ) -> (first: Double, second: Double)
}

extension SquaredHingeProblems {
  /// The step t > 0 along `slopes` from `decisions` that minimises penalty(t) + loss(t), penalty'(t) being
  /// `p1 + t p2`.
  ///
  /// The function is convex and piecewise quadratic: Newton's steps on its derivative, kept inside a bracket.
  func lineSearch(
    _ problem: Int, decisions: ArraySlice<Double>, slopes: ArraySlice<some BLASScalar>, p1: Double, p2: Double
  ) -> Double {
    func derivatives(_ t: Double) -> (first: Double, second: Double) {
      let loss = decisions.withUnsafeBufferPointer { decisions in
        slopes.withUnsafeBufferPointer { self.derivatives(problem, at: t, decisions, $0) }
      }
      return (p1 + t * p2 + loss.first, p2 + loss.second)
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
