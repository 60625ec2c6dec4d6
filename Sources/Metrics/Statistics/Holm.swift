/// Holm's step-down correction for several tests (Holm 1979): all of them together are wrong no more often than `level`.
public enum Holm {
  /// The p-values that each hypothesis has among all, in the order given: the level at which it would just not fall.
  public static func adjusted(_ pValues: [Double]) -> [Double] {
    let order = pValues.indices.sorted { (pValues[$0], $0) < (pValues[$1], $1) }
    var adjusted = pValues
    var least = 0.0
    for (rank, index) in order.enumerated() {
      least = max(least, min(1, pValues[index] * Double(pValues.count - rank)))
      adjusted[index] = least
    }
    return adjusted
  }

  /// Which of the hypotheses fall, in the order given.
  public static func rejects(_ pValues: [Double], level: Double) -> [Bool] {
    adjusted(pValues).map { $0 < level }
  }
}
