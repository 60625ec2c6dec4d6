import Foundation
import Randomness

/// Percentile intervals by resampling with replacement (Efron and Tibshirani 1993, chapter 13).
public struct Bootstrap: Sendable, Hashable, Codable {
  /// The statistic of the sample itself.
  public let estimate: Double
  /// Quantiles of the replicates.
  public let interval: Interval
  /// Standard deviation of the replicates.
  public let standardError: Double

  /// Bootstraps `statistic` over `values`; equal streams give equal intervals.
  public init(
    _ values: [Double], resamples: Int = 10_000, confidence: Double = 0.95,
    stream: inout RandomStream, statistic: ([Double]) -> Double = Bootstrap.mean
  ) throws(MetricsError) {
    guard values.count > 1 else {
      throw .tooFewObservations(statistic: "a bootstrap interval", needed: 2, given: values.count)
    }
    try require(resamples > 1, "resamples", resamples, "a bootstrap needs at least two resamples")
    estimate = statistic(values)
    var resample = values
    let replicates = (0..<resamples).map { _ in
      for position in resample.indices { resample[position] = values[stream.index(below: values.count)] }
      return statistic(resample)
    }
    standardError = try SampleSummary(replicates).standardDeviation
    interval = Bootstrap.interval(of: replicates, confidence: confidence)
  }

  /// Bootstraps the mean difference of paired values by resampling the pairs.
  public static func pairedDifference(
    _ first: [Double], _ second: [Double], resamples: Int = 10_000, confidence: Double = 0.95,
    stream: inout RandomStream
  ) throws(MetricsError) -> Bootstrap {
    guard first.count == second.count else {
      throw .unpaired(statistic: "a paired bootstrap", first: first.count, second: second.count)
    }
    return try Bootstrap(
      zip(first, second).map { $0 - $1 }, resamples: resamples, confidence: confidence, stream: &stream)
  }

  public static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
}

extension Bootstrap {
  static func interval(of replicates: [Double], confidence: Double) -> Interval {
    let sorted = replicates.sorted()
    let tail = (1 - confidence) / 2
    return Interval(lower: quantile(tail, sorted: sorted), upper: quantile(1 - tail, sorted: sorted))
  }

  /// The quantile of sorted values, linear between neighbours.
  static func quantile(_ probability: Double, sorted: [Double]) -> Double {
    let position = probability * Double(sorted.count - 1)
    let low = Int(position.rounded(.down))
    let high = min(low + 1, sorted.count - 1)
    return sorted[low] + (sorted[high] - sorted[low]) * (position - Double(low))
  }
}
