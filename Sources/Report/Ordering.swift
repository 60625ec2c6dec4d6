import Manifest
import Metrics
import Results

/// A claim about an ordering, tested over the repeats that two rows share.
///
/// Rows share the seeds of their repeats, so the test is on differences within a repeat. Where the column's units are
/// draws of labels, which rows share too, it is on differences within a draw. Two single runs are compared by what the
/// column's statistic says of the same test items (McNemar's exact test of shares, a paired t test of other scores and for
/// `~`), which says nothing about other seeds. Up to four pairs no sign-flip
/// test can fall below 5%; there the paired t test decides, and both p-values are kept.
public struct Ordering: Sendable, Equatable {
  public enum Outcome: Sendable, Hashable {
    case holds
    /// Shown to be the other way round, or for `~`, shown to differ.
    case doesNotHold
    /// `repeats` would settle it if they spread as the present ones do.
    case undecided(repeats: Int?)
    case notMeasured

    fileprivate var isUndecided: Bool { if case .undecided = self { true } else { false } }
  }

  public let expectation: Expectation
  public let outcome: Outcome
  /// What the pairs are.
  public let unit: Measurement.Unit
  /// Pairs in which the ordering holds; for `~`, in which the difference is within the margin.
  public let heldIn: Int
  /// Items of which the statistic is true for one of two single runs alone.
  public let discordant: McNemar?
  /// The paired differences, left minus right, by repeat.
  public let differences: [Double]
  /// The exact one-sided sign-flip p of `>` and `<`; nil for `~`.
  public let signFlip: SignFlipTest?
  /// p of the paired t test, or of McNemar's: one-sided for `>` and `<`, the larger of two one-sided ones for `~`.
  public let pValue: Double?
  /// What counts as equal under `~`, in the unit of the column.
  public let margin: Double?

  public var meanDifference: Double? { differences.isEmpty ? nil : Measurement.mean(differences) }

  /// The p-value that decides.
  public var decisive: Double? {
    guard let signFlip, differences.count >= Self.signFlipCount else { return pValue }
    return signFlip.pValue
  }

  /// From so many pairs on the sign-flip test can fall below 5% (1/32).
  public static let signFlipCount = 5
}

extension Ordering {
  public init(_ expectation: Expectation, in results: TableResults) {
    self.expectation = expectation
    let overDraws = results.experiment.column(expectation.column)?.aggregate == .draws
    let left = results.means(expectation.left, expectation.column, byDraw: overDraws)
    let right = results.means(expectation.right, expectation.column, byDraw: overDraws)
    let shared = left.keys.filter { right[$0] != nil }.sorted()
    let pairs = shared.compactMap { key in left[key].flatMap { l in right[key].map { (l, $0) } } }
    differences = pairs.map { $0.0 - $0.1 }
    let items = pairs.count == 1 && !overDraws ? results.itemScores(expectation) : nil
    let isEqual = expectation.relation == .equal
    let discordant = items.flatMap { $0.isShare && !isEqual ? McNemar($0.left, $0.right) : nil }
    self.discordant = discordant
    unit = overDraws ? .draws : items == nil ? .repeats : .items
    let alternative: Alternative
    switch expectation.relation {
    case .greater:
      alternative = .greater
      heldIn = differences.count { $0 > 0 }
    case .less:
      alternative = .less
      heldIn = differences.count { $0 < 0 }
    case .equal:
      let margin = Self.margin(for: results.experiment.column(expectation.column), pairs.map(\.1))
      self.margin = margin
      signFlip = nil
      heldIn = differences.count { abs($0) <= margin }
      // Over items there is no count of seeds that would settle it.
      if let items {
        let scale = results.experiment.column(expectation.column)?.scale ?? 1
        let (found, p) = Self.equality(zip(items.left, items.right).map { scale * ($0 - $1) }, margin: margin)
        (outcome, pValue) = (found.isUndecided ? .undecided(repeats: nil) : found, p)
      } else {
        (outcome, pValue) = Self.equality(differences, margin: margin)
      }
      return
    }
    margin = nil
    if let discordant {
      signFlip = nil
      let count = discordant.firstOnly + discordant.secondOnly
      // The chance that as many items or fewer speak against the claim, if each is a fair coin.
      func chance(of against: Int) -> Double { Binomial.cdf(against, trials: count, probability: 0.5) }
      let isGreater = alternative == .greater
      let p = chance(of: isGreater ? discordant.secondOnly : discordant.firstOnly)
      let reverse = chance(of: isGreater ? discordant.firstOnly : discordant.secondOnly)
      pValue = p
      outcome = p < Verdict.level ? .holds : reverse < Verdict.level ? .doesNotHold : .undecided(repeats: nil)
      return
    }
    if let items {
      signFlip = nil
      let t = try? TTest.paired(items.left, items.right, alternative: alternative)
      pValue = t?.pValue
      outcome =
        t.map { $0.pValue < Verdict.level ? .holds : 1 - $0.pValue < Verdict.level ? .doesNotHold : nil }
        .flatMap { $0 } ?? .undecided(repeats: nil)
      return
    }
    signFlip = try? SignFlipTest(pairs.map(\.0), pairs.map(\.1), alternative: alternative)
    let t = try? TTest.oneSample(SampleSummary(differences), expected: 0, alternative: alternative)
    pValue = t?.pValue
    let decisive = differences.count >= Self.signFlipCount ? signFlip?.pValue : pValue
    // The p-value of the opposite claim: exact for the sign-flip test, the complement for the t test.
    let reverse = try? SignFlipTest(
      pairs.map(\.1), pairs.map(\.0), alternative: alternative)
    let against = differences.count >= Self.signFlipCount ? reverse?.pValue : pValue.map { 1 - $0 }
    guard let decisive, let against else {
      outcome = differences.isEmpty ? .notMeasured : .undecided(repeats: nil)
      return
    }
    if decisive < Verdict.level {
      outcome = .holds
    } else if against < Verdict.level {
      outcome = .doesNotHold
    } else {
      outcome = .undecided(repeats: Self.repeatsToSettle(differences))
    }
  }

  /// The tolerance of the column, or 1% of the right side's mean.
  private static func margin(for column: Column?, _ right: [Double]) -> Double {
    column?.tolerance ?? (right.isEmpty ? 0 : Verdict.relativeMargin * abs(Measurement.mean(right)))
  }

  private static func equality(_ differences: [Double], margin: Double) -> (Outcome, Double?) {
    guard let summary = try? SampleSummary(differences) else { return (.notMeasured, nil) }
    guard margin > 0, let test = try? EquivalenceTest(summary, expected: 0, margin: margin) else {
      return (.undecided(repeats: nil), nil)
    }
    if test.pValue < Verdict.level { return (.holds, test.pValue) }
    let inside = 1 - (summary.mean > 0 ? test.upper.pValue : test.lower.pValue)
    if inside < Verdict.level { return (.doesNotHold, test.pValue) }
    let repeats = SampleSize.toSettle(
      standardDeviation: summary.standardDeviation, margin: abs(margin - abs(summary.mean)),
      confidence: 1 - 2 * Verdict.level, limit: 10_000)
    return (.undecided(repeats: repeats), test.pValue)
  }

  private static func repeatsToSettle(_ differences: [Double]) -> Int? {
    guard let summary = try? SampleSummary(differences) else { return nil }
    return SampleSize.toSettle(
      standardDeviation: summary.standardDeviation, margin: abs(summary.mean),
      confidence: 1 - 2 * Verdict.level, limit: 10_000)
  }
}

extension TableResults {
  /// Means by repetition, or by draw of labels over all repeats.
  func means(_ row: String, _ column: String, byDraw: Bool) -> [Int: Double] {
    guard byDraw else { return meansByRepeat(row, column) }
    let repeats = (cell(row, column)?.repeats ?? []).map(\.values)
    let draws = repeats.map(\.count).min() ?? 0
    return Dictionary(
      uniqueKeysWithValues: (0..<draws).map { draw in (draw, Measurement.mean(repeats.map { $0[draw] })) })
  }

  /// What the column's statistic says of each item, for two single runs; nil where they have no items in common.
  func itemScores(_ expectation: Expectation) -> (left: [Double], right: [Double], isShare: Bool)? {
    func single(_ row: String) -> (cell: Cell, outcomes: Outcomes)? {
      guard let cell = cell(row, expectation.column), cell.repeats.count == 1,
        let outcomes = cell.repeats[0].outcomes, outcomes.runs == 1
      else { return nil }
      return (cell, outcomes)
    }
    guard let left = single(expectation.left), let right = single(expectation.right),
      left.cell.statistic == right.cell.statistic, let statistic = left.cell.outcomeStatistic,
      left.outcomes.sharesItems(with: right.outcomes),
      let first = statistic.itemScores(left.outcomes)?.first,
      let second = statistic.itemScores(right.outcomes)?.first
    else { return nil }
    return (first, second, statistic.isShare)
  }

  /// Mean over restarts by repetition, of the repeats whose values are finite numbers.
  func meansByRepeat(_ row: String, _ column: String) -> [Int: Double] {
    let repeats = cell(row, column)?.repeats ?? []
    let usable = repeats.filter { !$0.values.isEmpty && $0.values.allSatisfy(\.isFinite) }
    return Dictionary(usable.map { ($0.repetition, Measurement.mean($0.values)) }, uniquingKeysWith: { $1 })
  }
}

extension Experiment {
  func column(_ id: String) -> Column? { columns.first { $0.id == id } }
  func row(_ id: String) -> Row? { rows.first { $0.id == id } }
}

extension McNemar {
  /// Of scores that are 0 or 1.
  init?(_ first: [Double], _ second: [Double]) {
    guard let test = try? McNemar(first: first.map { $0 == 1 }, second: second.map { $0 == 1 }) else {
      return nil
    }
    self = test
  }
}
