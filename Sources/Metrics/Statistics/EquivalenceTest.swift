/// Two one-sided tests: is a difference inside ±margin? (Schuirmann 1987.)
///
/// A failed t test does not show that two numbers agree; this one does. A small `pValue` says that the difference
/// is both above -margin and below +margin.
public struct EquivalenceTest: Sendable, Hashable, Codable {
  /// Observed difference.
  public let difference: Double
  public let margin: Double
  /// p of the hypothesis that the difference is -margin or less.
  public let lower: Double
  /// p of the hypothesis that the difference is +margin or more.
  public let upper: Double
  /// p of the hypothesis that the difference is inside ±margin, on the side where it was seen; small shows that it is not.
  public let inside: Double
  /// The two-sided interval of the difference that decides as the two tests at 5% do.
  public let interval: Interval
  /// Of the t statistics; nil for a share of items, whose tests are exact.
  public let degreesOfFreedom: Double?

  /// The larger of the two p-values.
  public var pValue: Double { max(lower, upper) }

  /// The level of each of the two tests, of which `interval` is made.
  public static let level = 0.05

  /// Is the mean of `sample` within `margin` of the constant `expected`?
  public init(_ sample: SampleSummary, expected: Double, margin: Double) throws(MetricsError) {
    try Self.require(margin)
    self.init(
      difference: sample.mean - expected, standardError: sample.standardError, margin: margin,
      lower: try .oneSample(sample, expected: expected - margin, alternative: .greater),
      upper: try .oneSample(sample, expected: expected + margin, alternative: .less))
  }

  /// Are the means of two samples within `margin` of each other? (Welch's statistics.)
  public init(_ first: SampleSummary, _ second: SampleSummary, margin: Double) throws(MetricsError) {
    try Self.require(margin)
    let (a, b) = (first.standardError, second.standardError)
    self.init(
      difference: first.mean - second.mean, standardError: (a * a + b * b).squareRoot(), margin: margin,
      lower: try .welch(first, second, shift: -margin, alternative: .greater),
      upper: try .welch(first, second, shift: margin, alternative: .less))
  }

  /// Is the probability of a success, seen `successes` times in `trials`, within `margin` of `expected`?
  ///
  /// Exact: binomial probabilities, and the interval of Clopper and Pearson (1934). A border outside 0 to 1 cannot be crossed.
  public init(successes: Int, trials: Int, expected: Double, margin: Double) throws(MetricsError) {
    try Self.require(margin)
    let bounds = try Binomial.clopperPearson(
      successes: successes, trials: trials, confidence: 1 - 2 * Self.level)
    /// That as many successes are seen, or more, or fewer, if a border is the truth.
    func atLeast(_ border: Double) -> Double {
      border > 1
        ? 1 : Binomial.cdf(trials - successes, trials: trials, probability: 1 - max(0, border))
    }
    func atMost(_ border: Double) -> Double {
      border < 0 ? 1 : Binomial.cdf(successes, trials: trials, probability: min(1, border))
    }
    let (low, high) = (expected - margin, expected + margin)
    difference = Double(successes) / Double(trials) - expected
    self.margin = margin
    lower = low < 0 ? 0 : atLeast(low)
    upper = high > 1 ? 0 : atMost(high)
    inside = difference > 0 ? atLeast(high) : atMost(low)
    interval = Interval(lower: bounds.lower - expected, upper: bounds.upper - expected)
    degreesOfFreedom = nil
  }

  private init(difference: Double, standardError: Double, margin: Double, lower: TTest, upper: TTest) {
    self.difference = difference
    self.margin = margin
    self.lower = lower.pValue
    self.upper = upper.pValue
    inside = 1 - (difference > 0 ? upper.pValue : lower.pValue)
    degreesOfFreedom = lower.degreesOfFreedom
    let half = StudentT.quantile(1 - Self.level, degreesOfFreedom: lower.degreesOfFreedom) * standardError
    interval = Interval(lower: difference - half, upper: difference + half)
  }

  private static func require(_ margin: Double) throws(MetricsError) {
    try Metrics.require(margin > 0, "margin", margin, "an equivalence margin is positive")
  }
}
