import Foundation

/// A closed interval of plausible values.
public struct Interval: Sendable, Hashable, Codable {
  public var lower: Double
  public var upper: Double

  public init(lower: Double, upper: Double) {
    self.lower = lower
    self.upper = upper
  }

  public func contains(_ value: Double) -> Bool { lower <= value && value <= upper }
}

/// What is kept of a sample of repeats: its size, mean and standard deviation.
///
/// A published cell "mean ± sd over n runs" is one too, so measured and published numbers meet in the same tests.
public struct SampleSummary: Sendable, Hashable, Codable {
  public let count: Int
  public let mean: Double
  /// Standard deviation with the divisor n - 1; zero for a single observation.
  public let standardDeviation: Double

  public init(count: Int, mean: Double, standardDeviation: Double) {
    self.count = count
    self.mean = mean
    self.standardDeviation = standardDeviation
  }

  /// Summarises `values`, of which there must be at least one.
  public init(_ values: [Double]) throws(MetricsError) {
    guard let first = values.first else {
      throw .tooFewObservations(statistic: "a mean", needed: 1, given: 0)
    }
    // Sums run over the differences from the first value: equal values give exactly zero spread.
    let shift = values.reduce(0) { $0 + ($1 - first) } / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - first - shift) * ($1 - first - shift) }
    count = values.count
    mean = first + shift
    standardDeviation = values.count > 1 ? (squares / Double(values.count - 1)).squareRoot() : 0
  }

  /// Standard error of the mean, sd / sqrt(n).
  public var standardError: Double { standardDeviation / Double(count).squareRoot() }

  /// The two-sided Student t interval of the mean; needs two observations.
  public func interval(confidence: Double = 0.95) throws(MetricsError) -> Interval {
    guard count > 1 else {
      throw .tooFewObservations(statistic: "a t interval", needed: 2, given: count)
    }
    let t = StudentT.quantile((1 + confidence) / 2, degreesOfFreedom: Double(count - 1))
    return Interval(lower: mean - t * standardError, upper: mean + t * standardError)
  }
}

extension SampleSummary {
  /// The mean and spread of the better half of the runs.
  ///
  /// The aggregate of the beta-VAE paper: of `values` (10 replicas times 3 classifiers there) the lower half is
  /// discarded. An odd count keeps the larger part.
  public static func topHalf(of values: [Double]) throws(MetricsError) -> SampleSummary {
    try SampleSummary(Array(values.sorted(by: >).prefix((values.count + 1) / 2)))
  }
}
