import Manifest
import Metrics
import Results

/// A claim about an ordering, tested over the repeats that two rows share.
///
/// Rows share the seeds of their repeats, so the test is on differences within a repeat. Where the column's units are
/// draws of labels, which rows share too, it is on differences within a draw of a repeat. Two single runs are compared by what the
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
    let column = results.experiment.column(expectation.column)
    let overDraws = column?.aggregate == .draws
    let pairs = results.pairs(expectation, byDraw: overDraws)
    let differences = pairs.map { $0.0 - $0.1 }
    self.differences = differences
    let items = pairs.count == 1 && !overDraws ? results.singleRuns(expectation) : nil
    unit = overDraws ? .draws : items == nil ? .repeats : .items
    // Over items the spread is that of their scores.
    let least =
      items != nil
      ? 0
      : [expectation.left, expectation.right].compactMap {
        results.cell($0, expectation.column)?.countingDeviation(scale: column?.scale ?? 1)
      }.max() ?? 0
    guard expectation.relation != .equal else {
      let margin = Self.margin(for: column, pairs.map(\.1))
      self.margin = margin
      (signFlip, discordant) = (nil, nil)
      heldIn = differences.count { abs($0) <= margin }
      let scale = column?.scale ?? 1
      let compared = items?.items.map { scale * ($0.before - $0.after) } ?? differences
      let (found, p) = Self.equality(compared, margin: margin, leastDeviation: least)
      // Over items there is no count of seeds that would settle it.
      (outcome, pValue) = (items != nil && found.isUndecided ? .undecided(repeats: nil) : found, p)
      return
    }
    margin = nil
    let isGreater = expectation.relation == .greater
    let alternative: Alternative = isGreater ? .greater : .less
    heldIn = differences.count { isGreater ? $0 > 0 : $0 < 0 }
    discordant = items?.mcNemar
    signFlip =
      items == nil ? try? SignFlipTest(pairs.map(\.0), pairs.map(\.1), alternative: alternative) : nil
    // The p-value that decides, and that of the opposite claim: exact where the test is, the complement for a t test.
    let decisive: Double?
    let against: Double?
    if let discordant {
      let count = discordant.firstOnly + discordant.secondOnly
      // The chance that as many items or fewer speak against the claim, if each is a fair coin.
      func chance(of against: Int) -> Double { Binomial.cdf(against, trials: count, probability: 0.5) }
      pValue = chance(of: isGreater ? discordant.secondOnly : discordant.firstOnly)
      decisive = pValue
      against = chance(of: isGreater ? discordant.firstOnly : discordant.secondOnly)
    } else {
      let compared = items?.items.map { $0.before - $0.after } ?? differences
      let t = (try? SampleSummary(compared)).flatMap {
        try? TTest.oneSample($0.withDeviation(atLeast: least), expected: 0, alternative: alternative)
      }
      pValue = t?.pValue
      if let signFlip, differences.count >= Self.signFlipCount {
        decisive = signFlip.pValue
        against = (try? SignFlipTest(pairs.map(\.1), pairs.map(\.0), alternative: alternative))?.pValue
      } else {
        decisive = pValue
        against = pValue.map { 1 - $0 }
      }
    }
    guard let decisive, let against else {
      outcome = differences.isEmpty ? .notMeasured : .undecided(repeats: nil)
      return
    }
    if decisive < Verdict.level {
      outcome = .holds
    } else if against < Verdict.level {
      outcome = .doesNotHold
    } else {
      outcome = .undecided(repeats: items == nil ? Self.repeatsToSettle(differences) : nil)
    }
  }

  /// The tolerance of the column, or 1% of the right side's mean.
  private static func margin(for column: Column?, _ right: [Double]) -> Double {
    column?.tolerance ?? (right.isEmpty ? 0 : Verdict.relativeMargin * abs(Measurement.mean(right)))
  }

  private static func equality(
    _ differences: [Double], margin: Double, leastDeviation: Double
  ) -> (Outcome, Double?) {
    guard let summary = try? SampleSummary(differences).withDeviation(atLeast: leastDeviation) else {
      return (.notMeasured, nil)
    }
    guard margin > 0, let test = try? EquivalenceTest(summary, expected: 0, margin: margin) else {
      return (.undecided(repeats: nil), nil)
    }
    if test.pValue < Verdict.level { return (.holds, test.pValue) }
    if test.inside < Verdict.level { return (.doesNotHold, test.pValue) }
    let repeats = SampleSize.toSettle(
      standardDeviation: summary.standardDeviation, margin: abs(margin - abs(summary.mean)),
      confidence: 1 - 2 * Verdict.level, limit: 10_000)
    return (.undecided(repeats: repeats), test.pValue)
  }

  /// More than there are: the t interval that the count is taken from may be short where the sign-flip test decides.
  private static func repeatsToSettle(_ differences: [Double]) -> Int? {
    guard let summary = try? SampleSummary(differences) else { return nil }
    return SampleSize.toSettle(
      standardDeviation: summary.standardDeviation, margin: abs(summary.mean),
      confidence: 1 - 2 * Verdict.level, limit: 10_000
    ).map { max($0, differences.count + 1) }
  }
}

extension TableResults {
  /// A repeat, or a draw of labels in one, as both rows of an ordering may have it.
  private struct Unit: Hashable {
    var repetition: Int
    var draw = 0
  }

  /// What both rows have of each unit, in order: means over the values of a repeat, or the value of a draw. Units of which both
  /// rows name the steps of an earlier one are the same pair again.
  fileprivate func pairs(_ expectation: Expectation, byDraw: Bool) -> [(Double, Double)] {
    func values(_ row: String) -> [Unit: (value: Double, step: String)] {
      var values: [Unit: (Double, String)] = [:]
      for repetition in cell(row, expectation.column)?.repeats ?? [] where !repetition.values.isEmpty {
        let found = byDraw ? repetition.values : [Measurement.mean(repetition.values)]
        for (draw, value) in found.enumerated() where value.isFinite {
          values[Unit(repetition: repetition.repetition, draw: draw)] = (value, repetition.step)
        }
      }
      return values
    }
    let (left, right) = (values(expectation.left), values(expectation.right))
    var seen: Set<[String]> = []
    return left.keys.sorted { ($0.repetition, $0.draw) < ($1.repetition, $1.draw) }.compactMap { unit in
      guard let l = left[unit], let r = right[unit],
        l.step.isEmpty || r.step.isEmpty || seen.insert([l.step, r.step, "\(unit.draw)"]).inserted
      else { return nil }
      return (l.value, r.value)
    }
  }

  /// What the column's statistic says of each item, for two single runs; nil where they have no items in common.
  fileprivate func singleRuns(_ expectation: Expectation) -> PairedCells? {
    let cells = [expectation.left, expectation.right].compactMap { cell($0, expectation.column) }
    guard cells.count == 2,
      cells.allSatisfy({ $0.independentRepeats.count == 1 && $0.repeats[0].outcomes?.runs == 1 })
    else { return nil }
    let pairs = PairedCells(cells[0], cells[1])
    return pairs.items.isEmpty ? nil : pairs
  }

  /// Mean over restarts by repetition, of the repeats whose values are finite numbers.
  func meansByRepeat(_ row: String, _ column: String) -> [Int: Double] {
    let repeats = cell(row, column)?.repeats ?? []
    let usable = repeats.filter { !$0.values.isEmpty && $0.values.allSatisfy(\.isFinite) }
    return Dictionary(usable.map { ($0.repetition, Measurement.mean($0.values)) }, uniquingKeysWith: { $1 })
  }
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
