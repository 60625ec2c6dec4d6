import Randomness

/// Is one method better than another over paired repeats? Fisher's sign-flip test of the mean difference.
///
/// Under the null hypothesis every difference could have had the other sign. The p-value is the share of all 2^n
/// sign patterns whose mean difference is at least the observed one; it assumes nothing about the distribution.
public struct SignFlipTest: Sendable, Hashable, Codable {
  public let meanDifference: Double
  public let pValue: Double
  /// The p-value that `count` differences of the same sign give: no smaller one can come out.
  public let smallestPossible: Double

  /// Beyond this many pairs the patterns are drawn, not enumerated.
  public static let enumerationLimit = 20

  /// Tests `first` > `second` (`.greater`), `<` (`.less`) or `!=` over pairs, seed by seed.
  ///
  /// Up to 20 pairs every pattern is tried; beyond, `draws` random ones from `stream`, with the observed pattern
  /// counted in (so that p is never zero).
  public init(
    _ first: [Double], _ second: [Double], alternative: Alternative = .greater, draws: Int = 100_000,
    stream: RandomStream = RandomStream(seed: 0)
  ) throws(MetricsError) {
    guard first.count == second.count else {
      throw .unpaired(statistic: "a sign-flip test", first: first.count, second: second.count)
    }
    guard !first.isEmpty else {
      throw .tooFewObservations(statistic: "a sign-flip test", needed: 1, given: 0)
    }
    let differences = zip(first, second).map { $0 - $1 }
    let observed = differences.reduce(0, +)
    // Sums that are equal in exact arithmetic must not lose to rounding.
    let slack = 1e-12 * differences.reduce(0) { $0 + abs($1) }
    func isExtreme(_ sum: Double) -> Bool {
      switch alternative {
      case .greater: sum >= observed - slack
      case .less: sum <= observed + slack
      case .twoSided: abs(sum) >= abs(observed) - slack
      }
    }
    let enumerated = differences.count <= SignFlipTest.enumerationLimit
    let patterns = enumerated ? 1 << differences.count : draws + 1
    var stream = stream
    var extreme = enumerated ? 0 : 1
    for pattern in 0..<(enumerated ? patterns : draws) {
      var sum = 0.0
      var bits = enumerated ? UInt64(pattern) : 0
      for (position, difference) in differences.enumerated() {
        if !enumerated, position % 64 == 0 { bits = stream.next() }
        sum += bits & 1 == 0 ? difference : -difference
        bits >>= 1
      }
      if isExtreme(sum) { extreme += 1 }
    }
    meanDifference = observed / Double(differences.count)
    pValue = Double(extreme) / Double(patterns)
    smallestPossible = (alternative == .twoSided ? 2 : 1) / Double(patterns)
  }
}
