/// McNemar's exact test: do two classifiers err equally often on the same items?
///
/// Only the items on which exactly one of them is right carry information; under the null hypothesis each of those
/// is a fair coin.
public struct McNemar: Sendable, Hashable, Codable {
  /// Items that the first got right and the second wrong.
  public let firstOnly: Int
  /// Items that the second got right and the first wrong.
  public let secondOnly: Int
  /// Exact two-sided p-value.
  public let pValue: Double

  public init(firstOnly: Int, secondOnly: Int) {
    self.firstOnly = firstOnly
    self.secondOnly = secondOnly
    let fewer = min(firstOnly, secondOnly)
    pValue = min(1, 2 * Binomial.cdf(fewer, trials: firstOnly + secondOnly, probability: 0.5))
  }

  /// Compares per-item outcomes of two classifiers on the same items.
  public init(first: [Bool], second: [Bool]) throws(MetricsError) {
    guard first.count == second.count else {
      throw .unpaired(statistic: "McNemar's test", first: first.count, second: second.count)
    }
    let outcomes = zip(first, second)
    self.init(
      firstOnly: outcomes.count { $0 && !$1 }, secondOnly: outcomes.count { !$0 && $1 })
  }
}
