import Foundation
import Randomness

/// Intervals by resampling with replacement (Efron and Tibshirani 1993, chapters 13 and 14).
public struct Bootstrap: Sendable, Hashable, Codable {
  public enum Method: String, Sendable, Codable, CaseIterable {
    /// Quantiles of the replicates.
    case percentile
    /// Bias-corrected and accelerated quantiles: second-order correct, also for skewed statistics.
    case bca
  }

  /// The statistic of the sample itself.
  public let estimate: Double
  public let interval: Interval
  /// Standard deviation of the replicates.
  public let standardError: Double

  /// Bootstraps `statistic` over `values`; equal streams give equal intervals.
  public init(
    _ values: [Double], resamples: Int = 10_000, confidence: Double = 0.95, method: Method = .bca,
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
    switch method {
    case .percentile:
      interval = Bootstrap.percentileInterval(replicates, confidence: confidence)
    case .bca:
      let jackknife = values.indices.map { left in
        var rest = values
        rest.remove(at: left)
        return statistic(rest)
      }
      interval = Bootstrap.bcaInterval(
        replicates, estimate: estimate, jackknife: jackknife, confidence: confidence)
    }
  }

  /// Bootstraps the mean difference of paired values by resampling the pairs.
  public static func pairedDifference(
    _ first: [Double], _ second: [Double], resamples: Int = 10_000, confidence: Double = 0.95,
    method: Method = .bca, stream: inout RandomStream
  ) throws(MetricsError) -> Bootstrap {
    guard first.count == second.count else {
      throw .unpaired(statistic: "a paired bootstrap", first: first.count, second: second.count)
    }
    return try Bootstrap(
      zip(first, second).map { $0 - $1 }, resamples: resamples, confidence: confidence, method: method,
      stream: &stream)
  }

  public static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
}

extension Bootstrap {
  static func percentileInterval(_ replicates: [Double], confidence: Double) -> Interval {
    let sorted = replicates.sorted()
    let tail = (1 - confidence) / 2
    return Interval(lower: quantile(tail, sorted: sorted), upper: quantile(1 - tail, sorted: sorted))
  }

  /// The BCa interval from replicates and leave-one-out values of the statistic.
  ///
  /// Replicates that all lie on one side of the estimate, or without any spread, leave no correction to compute;
  /// the interval is then the percentile one.
  static func bcaInterval(
    _ replicates: [Double], estimate: Double, jackknife: [Double], confidence: Double
  ) -> Interval {
    let below = replicates.count { $0 < estimate }
    let atMost = replicates.count { $0 <= estimate }
    let bias = Normal.quantile(Double(below + atMost) / Double(2 * replicates.count))
    let centre = mean(jackknife)
    let squares = jackknife.reduce(0) { $0 + ($1 - centre) * ($1 - centre) }
    let cubes = jackknife.reduce(0) { $0 + (centre - $1) * (centre - $1) * (centre - $1) }
    guard bias.isFinite, squares > 0 else {
      return percentileInterval(replicates, confidence: confidence)
    }
    let acceleration = cubes / (6 * squares * squares.squareRoot())
    let sorted = replicates.sorted()
    func end(_ tail: Double) -> Double {
      let shifted = bias + Normal.quantile(tail)
      return quantile(Normal.cdf(bias + shifted / (1 - acceleration * shifted)), sorted: sorted)
    }
    return Interval(lower: end((1 - confidence) / 2), upper: end((1 + confidence) / 2))
  }

  /// The quantile of sorted values, linear between neighbours.
  static func quantile(_ probability: Double, sorted: [Double]) -> Double {
    let position = probability * Double(sorted.count - 1)
    let low = Int(position.rounded(.down))
    let high = min(low + 1, sorted.count - 1)
    return sorted[low] + (sorted[high] - sorted[low]) * (position - Double(low))
  }
}
