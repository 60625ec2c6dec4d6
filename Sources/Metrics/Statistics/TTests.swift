import Foundation

/// Which departures from the null hypothesis count.
public enum Alternative: String, Sendable, Codable, CaseIterable {
  case twoSided = "two-sided"
  case greater
  case less
}

/// The outcome of a t test.
public struct TTest: Sendable, Hashable, Codable {
  public let statistic: Double
  public let degreesOfFreedom: Double
  public let pValue: Double

  /// Tests whether the mean of `sample` is `expected`: t = (mean - expected) / standard error, n - 1 degrees.
  public static func oneSample(
    _ sample: SampleSummary, expected: Double, alternative: Alternative = .twoSided
  ) throws(MetricsError) -> TTest {
    guard sample.count > 1 else {
      throw .tooFewObservations(statistic: "a one-sample t test", needed: 2, given: sample.count)
    }
    return TTest(
      difference: sample.mean - expected, standardError: sample.standardError,
      degreesOfFreedom: Double(sample.count - 1), alternative: alternative)
  }

  /// Welch's test of equal means without assuming equal variances; degrees of freedom by Welch and Satterthwaite.
  public static func welch(
    _ first: SampleSummary, _ second: SampleSummary, alternative: Alternative = .twoSided
  ) throws(MetricsError) -> TTest {
    try welch(first, second, shift: 0, alternative: alternative)
  }

  /// Welch's test of mean(first) - mean(second) = `shift`.
  static func welch(
    _ first: SampleSummary, _ second: SampleSummary, shift: Double, alternative: Alternative
  ) throws(MetricsError) -> TTest {
    let smaller = min(first.count, second.count)
    guard smaller > 1 else {
      throw .tooFewObservations(statistic: "Welch's t test", needed: 2, given: smaller)
    }
    let a = first.standardError * first.standardError
    let b = second.standardError * second.standardError
    let pooled = a * a / Double(first.count - 1) + b * b / Double(second.count - 1)
    // Two samples without any spread leave 0/0; the statistic is then 0 or infinite whatever the degrees.
    let degrees = pooled > 0 ? (a + b) * (a + b) / pooled : Double(first.count + second.count - 2)
    return TTest(
      difference: first.mean - second.mean - shift, standardError: (a + b).squareRoot(),
      degreesOfFreedom: degrees, alternative: alternative)
  }

  /// A t test of paired values: a one-sample test of their differences against zero.
  public static func paired(
    _ first: [Double], _ second: [Double], alternative: Alternative = .twoSided
  ) throws(MetricsError) -> TTest {
    guard first.count == second.count else {
      throw .unpaired(statistic: "a paired t test", first: first.count, second: second.count)
    }
    return try oneSample(
      SampleSummary(zip(first, second).map { $0 - $1 }), expected: 0, alternative: alternative)
  }
}

extension TTest {
  /// A spread of zero gives an infinite statistic (p = 0) off the null and 0 (p = 1) on it.
  init(difference: Double, standardError: Double, degreesOfFreedom: Double, alternative: Alternative) {
    let t = difference == 0 ? 0 : difference / standardError
    statistic = t
    self.degreesOfFreedom = degreesOfFreedom
    pValue =
      switch alternative {
      case .twoSided: StudentT.twoSided(t, degreesOfFreedom: degreesOfFreedom)
      case .greater: StudentT.cdf(-t, degreesOfFreedom: degreesOfFreedom)
      case .less: StudentT.cdf(t, degreesOfFreedom: degreesOfFreedom)
      }
  }
}
