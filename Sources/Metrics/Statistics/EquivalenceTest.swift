/// Two one-sided tests: is a difference of means inside ±margin? (Schuirmann 1987.)
///
/// A failed t test does not show that two numbers agree; this one does. A small `pValue` says that the difference
/// is both above -margin and below +margin.
public struct EquivalenceTest: Sendable, Hashable, Codable {
  /// Observed difference of means.
  public let difference: Double
  public let margin: Double
  /// Tests that the difference is above -margin.
  public let lower: TTest
  /// Tests that the difference is below +margin.
  public let upper: TTest
  /// The larger of the two p-values.
  public var pValue: Double { max(lower.pValue, upper.pValue) }

  /// Is the mean of `sample` within `margin` of the constant `expected`?
  public init(_ sample: SampleSummary, expected: Double, margin: Double) throws(MetricsError) {
    try require(margin > 0, "margin", margin, "an equivalence margin is positive")
    difference = sample.mean - expected
    self.margin = margin
    lower = try .oneSample(sample, expected: expected - margin, alternative: .greater)
    upper = try .oneSample(sample, expected: expected + margin, alternative: .less)
  }

  /// Are the means of two samples within `margin` of each other? (Welch's statistics.)
  public init(_ first: SampleSummary, _ second: SampleSummary, margin: Double) throws(MetricsError) {
    try require(margin > 0, "margin", margin, "an equivalence margin is positive")
    difference = first.mean - second.mean
    self.margin = margin
    lower = try .welch(first, second, shift: -margin, alternative: .greater)
    upper = try .welch(first, second, shift: margin, alternative: .less)
  }
}
