import Manifest
import Metrics

/// What the measured numbers say about one published cell, with everything the decision was made from.
///
/// The rule is stated in `docs/verdicts.md`.
public struct Verdict: Sendable, Hashable {
  /// What the test says about the two numbers, whether or not they may be compared.
  public enum Outcome: Sendable, Hashable {
    /// Shown to lie within the margin of the claim.
    case reproduced
    /// Shown to lie within `closeFactor` margins.
    case close
    /// Shown to lie beyond the margin, on the worse side or in a column without sides.
    case differs
    /// Shown to lie beyond the margin, on the better side.
    case better
    /// Nothing is shown; `repeats` would settle it if they spread as the present ones do, nil where that is unknown.
    case inconclusive(repeats: Int?)
    case notMeasured
  }

  public let outcome: Outcome
  /// Why the numbers may not be held against the claim; empty where they may.
  public let reservations: [String]
  /// The numbers behind the outcome; nil where nothing was measured.
  public let evidence: Evidence?

  public var isComparable: Bool { reservations.isEmpty }
}

extension Verdict {
  /// The inputs and the results of the test.
  public struct Evidence: Sendable, Hashable {
    public enum Test: String, Sendable, Hashable {
      case oneSample = "two one-sided t tests against the printed value"
      case welch = "two one-sided Welch t tests against the printed mean and sd"
      case items =
        "two one-sided t tests over test items against the printed value; one run, so seeds are not in it"
      case share =
        "two one-sided binomial tests over test items against the printed value; one run, so seeds are not in it"
      case exact = "comparison of the printed digits"
      case none = "no test"
    }

    public let test: Test
    /// The measured aggregate over repeats, draws or test items: what `unit` says.
    public let measured: SampleSummary
    public let unit: Measurement.Unit
    /// The claim as a sample, where the paper says what its spread is and how many runs stand behind it.
    public let published: SampleSummary?
    /// Measured minus published, in the unit of the column.
    public let gap: Double
    public let margin: Margin
    /// The 90% interval of the gap: what two one-sided tests at 5% decide by. Nil for a single repeat or draw.
    public let interval: Interval?
    /// The t statistic's degrees of freedom; nil for the exact tests of a share.
    public let degreesOfFreedom: Double?
    /// p of the hypothesis that the gap is larger than the margin; small means reproduced.
    public let pOutside: Double?
    /// p of the hypothesis that the gap is within the margin; small means a difference.
    public let pInside: Double?
    /// p of the hypothesis that the gap is larger than `closeFactor` margins; small means close.
    public let pFar: Double?
  }

  /// How far two numbers may lie apart and still count as the same.
  public struct Margin: Sendable, Hashable {
    /// Half a unit of the last printed digit.
    public let rounding: Double
    /// The printed spread where it is not used as a sample; zero otherwise.
    public let spread: Double
    /// The relative margin times the published value.
    public let relative: Double

    public var total: Double { rounding + max(spread, relative) }
  }

  /// The margin no claim is held to more tightly than: 1% of the published value.
  public static let relativeMargin = 0.01
  /// A gap of up to so many margins counts as close.
  public static let closeFactor = 3.0
  /// Every one-sided test is made at this level.
  public static let level = EquivalenceTest.level
}
