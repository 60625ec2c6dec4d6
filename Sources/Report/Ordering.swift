import Manifest
import Metrics
import Results

/// A claim about an ordering, tested over the repeats that two rows share.
///
/// Rows share the seeds of their repeats, so the test is on differences within a repeat. Up to four pairs no sign-flip
/// test can fall below 5%; there the paired t test decides, and both p-values are kept.
public struct Ordering: Sendable, Equatable {
  public enum Outcome: Sendable, Hashable {
    case holds
    /// Shown to be the other way round, or for `~`, shown to differ.
    case doesNotHold
    /// `repeats` would settle it if they spread as the present ones do.
    case undecided(repeats: Int?)
    case notMeasured
  }

  public let expectation: Expectation
  public let outcome: Outcome
  /// Pairs in which the ordering holds; for `~`, in which the difference is within the margin.
  public let heldIn: Int
  /// The paired differences, left minus right, by repeat.
  public let differences: [Double]
  /// The exact one-sided sign-flip p of `>` and `<`; nil for `~`.
  public let signFlip: SignFlipTest?
  /// p of the paired t test: one-sided for `>` and `<`, the larger of two one-sided ones for `~`.
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
    let left = results.meansByRepeat(expectation.left, expectation.column)
    let right = results.meansByRepeat(expectation.right, expectation.column)
    let shared = left.keys.filter { right[$0] != nil }.sorted()
    let pairs = shared.compactMap { key in left[key].flatMap { l in right[key].map { (l, $0) } } }
    differences = pairs.map { $0.0 - $0.1 }
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
      (outcome, pValue) = Self.equality(differences, margin: margin)
      return
    }
    margin = nil
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
