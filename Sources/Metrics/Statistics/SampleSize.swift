/// How many repeats would settle what the present ones leave open.
public enum SampleSize {
  /// The smallest n whose two-sided t interval of the mean has a half width of at most `margin`, if the spread of
  /// further repeats is `standardDeviation`.
  ///
  /// For an inconclusive verdict the margin is the distance from the mean to the nearest border of the claim.
  /// Returns nil when more than `limit` repeats would be needed (a margin of zero never settles).
  public static func toSettle(
    standardDeviation: Double, margin: Double, confidence: Double = 0.95, limit: Int = 1_000_000
  ) -> Int? {
    func settles(_ n: Int) -> Bool {
      let t = StudentT.quantile((1 + confidence) / 2, degreesOfFreedom: Double(n - 1))
      return t * standardDeviation <= margin * Double(n).squareRoot()
    }
    guard margin > 0, limit >= 2, settles(limit) else { return nil }
    var (low, high) = (1, limit)  // The half width falls with n: the border is found by halving.
    while high - low > 1 {
      let middle = (low + high) / 2
      if settles(middle) { high = middle } else { low = middle }
    }
    return high
  }
}
