import Manifest
import Metrics
import Results

/// One measured cell as numbers: what is printed, and what the tests compare.
///
/// Three things that are easily mixed are kept apart. `printed` is the column's aggregate as the paper defines it, with
/// the spread the paper prints. `plain` is the mean and sd over repeats, nothing left out. `tested` is the aggregate
/// with its uncertainty over repeats: the repeats are the independent units, restarts within a repeat are not.
public struct Measurement: Sendable, Hashable {
  /// The aggregate and the spread printed behind it; `count` is the number of values they were taken from.
  public let printed: SampleSummary
  /// Mean and sd of the repeat means; `count` is the number of repeats.
  public let plain: SampleSummary
  /// The aggregate, with the sd that one repeat contributes to it; `count` is the number of repeats.
  public let tested: SampleSummary
  /// Values of all repeats and restarts.
  public let valueCount: Int

  /// Nil where nothing was measured, or where a value is not a finite number.
  public init?(_ cell: Cell?, column: Column) {
    guard let cell else { return nil }
    let values = cell.repeats.map(\.values).filter { !$0.isEmpty }
    guard !values.isEmpty, values.allSatisfy({ $0.allSatisfy(\.isFinite) }) else { return nil }
    let means = values.map { Self.mean($0) }
    guard let plain = try? SampleSummary(means),
      let printed = Self.aggregate(values, column.aggregate, better: column.better)
    else { return nil }
    self.plain = plain
    self.printed = printed
    valueCount = values.reduce(0) { $0 + $1.count }
    switch column.aggregate {
    case .mean: tested = plain
    case .topHalf:
      tested = SampleSummary(
        count: values.count, mean: printed.mean,
        standardDeviation: Self.jackknifeDeviation(values) { kept in
          Self.aggregate(kept, .topHalf, better: column.better)?.mean
        })
    }
  }

  private static func aggregate(
    _ values: [[Double]], _ aggregate: Aggregate, better: Direction?
  ) -> SampleSummary? {
    switch aggregate {
    case .mean: return try? SampleSummary(values.map(mean))
    case .topHalf:
      guard better == .lower else { return try? .topHalf(of: values.flatMap { $0 }) }
      guard let negated = try? SampleSummary.topHalf(of: values.flatMap { $0 }.map(-)) else { return nil }
      return SampleSummary(
        count: negated.count, mean: -negated.mean, standardDeviation: negated.standardDeviation)
    }
  }

  /// The spread of one repeat's contribution to `statistic`: sqrt(n) times the jackknife standard error, leaving out
  /// one repeat at a time (Efron and Tibshirani 1993, eq. 11.5). For a mean it is the sample sd of the repeat means.
  private static func jackknifeDeviation(
    _ values: [[Double]], _ statistic: ([[Double]]) -> Double?
  ) -> Double {
    guard values.count > 1 else { return 0 }
    let left = values.indices.compactMap { omitted in
      statistic(values.indices.filter { $0 != omitted }.map { values[$0] })
    }
    guard let summary = try? SampleSummary(left) else { return 0 }
    return Double(values.count - 1) * summary.standardDeviation
  }

  static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
}
