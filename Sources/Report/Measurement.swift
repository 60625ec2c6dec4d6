import Manifest
import Metrics
import Results

/// One measured cell as numbers: what is printed, and what the tests compare.
///
/// Three things that are easily mixed are kept apart. `printed` is the column's aggregate as the paper defines it, with
/// the spread the paper prints. `plain` is the mean and sd over repeats, nothing left out. `tested` is the aggregate
/// with its uncertainty over independent units: repeats as a rule, draws of labels where the column says so, and test
/// items where there is a single run.
public struct Measurement: Sendable, Hashable {
  /// What varies independently behind `tested`.
  public enum Unit: String, Sendable, Hashable {
    case repeats, draws, items
  }

  /// The aggregate and the spread printed behind it; `count` is the number of values they were taken from.
  public let printed: SampleSummary
  /// Mean and sd of the repeat means; `count` is the number of repeats, those that are one measurement counted once.
  public let plain: SampleSummary
  /// The aggregate, with the sd that one unit contributes to it; `count` is the number of units.
  public let tested: SampleSummary
  public let unit: Unit
  /// What one is worth in the column's unit: 100 for per cent.
  let scale: Double
  /// Whether the value of a single run is a share of its test items.
  private let isShare: Bool
  /// Values of all repeats and restarts.
  public let valueCount: Int

  /// Nil where nothing was measured, or where a value is not a finite number.
  public init?(_ cell: Cell?, column: Column) {
    guard let cell else { return nil }
    scale = column.scale
    isShare = cell.outcomeStatistic?.isShare ?? false
    let repeats = cell.independentRepeats
    let values = repeats.map(\.values).filter { !$0.isEmpty }
    guard !values.isEmpty, values.allSatisfy({ $0.allSatisfy(\.isFinite) }) else { return nil }
    let means = values.map { Self.mean($0) }
    guard let plain = try? SampleSummary(means),
      let printed = Self.aggregate(values, column.aggregate, better: column.better)
    else { return nil }
    self.plain = plain
    valueCount = values.reduce(0) { $0 + $1.count }
    switch column.aggregate {
    case .mean:
      let overItems = Self.overItems(repeats, cell.outcomeStatistic, scale: scale)
      tested = overItems ?? plain
      unit = overItems == nil ? .repeats : .items
    case .draws:
      // Printed with the divisor n, as the papers of these tables do; tested with n - 1.
      let shrink = (Double(printed.count - 1) / Double(printed.count)).squareRoot()
      tested = printed
      unit = .draws
      self.printed = SampleSummary(
        count: printed.count, mean: printed.mean, standardDeviation: shrink * printed.standardDeviation)
      return
    case .topHalf:
      unit = .repeats
      tested = SampleSummary(
        count: values.count, mean: printed.mean,
        standardDeviation: Self.jackknifeDeviation(values) { kept in
          Self.aggregate(kept, .topHalf, better: column.better)?.mean
        })
    }
    self.printed = printed
  }

  /// Of how many test items a single run's statistic is true, where its value is their share; nil for anything else.
  var share: (successes: Int, trials: Int)? {
    guard unit == .items, isShare else { return nil }
    // A value that a file gives need not be a share.
    let share = min(1, max(0, plain.mean / scale))
    return (Int((share * Double(tested.count)).rounded()), tested.count)
  }

  /// How well the test items pin a single run's value down, in the column's unit: Wilson's 95% interval of a share, a t
  /// interval of anything else.
  public var itemInterval: Interval? {
    guard let share else {
      let saysNothing = tested.mean == 0 && tested.standardDeviation == 0
      return unit != .items || saysNothing ? nil : try? tested.interval()
    }
    guard let interval = try? Binomial.wilson(successes: share.successes, trials: share.trials) else {
      return nil
    }
    return Interval(lower: scale * interval.lower, upper: scale * interval.upper)
  }

  /// The 95% interval of the value over its units; nil where one run says nothing of its spread.
  public var interval: Interval? { unit == .items ? itemInterval : try? tested.interval() }

  private static func aggregate(
    _ values: [[Double]], _ aggregate: Aggregate, better: Direction?
  ) -> SampleSummary? {
    switch aggregate {
    case .mean: return try? SampleSummary(values.map(mean))
    case .draws:
      // Every repeat draws labels of its own.
      return try? SampleSummary(values.flatMap { $0 })
    case .topHalf:
      guard better == .lower else { return try? .topHalf(of: values.flatMap { $0 }) }
      guard let negated = try? SampleSummary.topHalf(of: values.flatMap { $0 }.map(-)) else { return nil }
      return SampleSummary(
        count: negated.count, mean: -negated.mean, standardDeviation: negated.standardDeviation)
    }
  }

  /// A statistic of items measured once, with the spread of an item's score about it; nil for anything else.
  ///
  /// What varies is which items were tested, not the seed: the one uncertainty that a single run can show.
  private static func overItems(
    _ repeats: [Cell.Repeat], _ statistic: OutcomeStatistic?, scale: Double
  ) -> SampleSummary? {
    guard repeats.count == 1, let only = repeats.first, only.values.count == 1,
      let scores = only.itemScores(statistic), scores.count > 1,
      let summary = try? SampleSummary(scores)
    else { return nil }
    return SampleSummary(
      count: scores.count, mean: only.values[0], standardDeviation: scale * summary.standardDeviation)
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

extension Cell {
  /// The repeats, of those that name the same step the first: what has no seed is not surer for being asked again.
  var independentRepeats: [Repeat] {
    var steps: Set<String> = []
    return repeats.filter { $0.step.isEmpty || steps.insert($0.step).inserted }
  }

  /// The sd that a difference of two values has for being counted in whole items, in the column's unit; 0 for what is no
  /// share. Two or three equal differences of an item each are no certainty.
  func countingDeviation(scale: Double) -> Double {
    guard outcomeStatistic?.isShare == true, let items = repeats.compactMap(\.outcomes?.count).min(),
      items > 0
    else { return 0 }
    // Twice the variance of a number rounded to whole ones, 1/12.
    return scale / Double(items) / 6.0.squareRoot()
  }
}

extension SampleSummary {
  func withDeviation(atLeast least: Double) -> SampleSummary {
    SampleSummary(count: count, mean: mean, standardDeviation: max(standardDeviation, least))
  }
}
