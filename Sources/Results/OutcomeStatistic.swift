import Manifest

/// A pure function of outcomes, which a column names as its metric.
///
/// Everything that compares two cells (verdicts, orderings, `diff`, `check --recorded`) goes by the scores that the statistic
/// gives to single items, never by what a share of right answers would be.
public struct OutcomeStatistic: Sendable {
  /// What a manifest calls it.
  public let name: String
  public let summary: String
  /// What it is computed from: `answers` or `confusions`.
  public let takes: Port
  public let better: Direction
  /// Whether a value is the share of items of which something is true, which has an interval of its own (Wilson's).
  public let isShare: Bool
  /// What a score of 1 says of an item: `right`, `wrong`.
  public let adjective: String
  /// One value for each restart or draw, a fraction.
  public let values: @Sendable (Outcomes) -> [Double]
  /// For each restart or draw the score of every item; their mean is the value (up to the jackknife's correction, where the
  /// value is no mean), and their spread that of the value over items. Nil where the outcomes are none that the statistic
  /// speaks of.
  public let itemScores: @Sendable (Outcomes) -> [[Double]]?
  /// Raised when the same outcomes get another value: what the store has of this statistic is then computed anew.
  public var revision = 1

  /// All there are; a new one is added here.
  public static let all = [accuracy, errorRate] + segmentation

  public static func named(_ name: String?) -> OutcomeStatistic? { all.first { $0.name == name } }
}

extension OutcomeStatistic {
  /// A share of items of which something is true.
  private init(
    share name: String, _ summary: String, better: Direction, adjective: String,
    holds: @escaping @Sendable (_ actual: UInt8, _ predicted: UInt8) -> Bool
  ) {
    @Sendable func shares(_ outcomes: Outcomes) -> [Double] {
      guard case .answers(let answers) = outcomes else { return [] }
      return answers.predicted.map { predicted in
        Double(zip(answers.actual, predicted).count(where: holds)) / Double(answers.actual.count)
      }
    }
    self.init(
      name: name, summary: summary, takes: .answers, better: better, isShare: true, adjective: adjective,
      values: shares,
      itemScores: { outcomes in
        guard case .answers(let answers) = outcomes else { return nil }
        return answers.predicted.map { zip(answers.actual, $0).map { holds($0, $1) ? 1 : 0 } }
      })
  }

  public static let accuracy = OutcomeStatistic(
    share: "accuracy", "share of items that are answered rightly", better: .higher, adjective: "right"
  ) { $0 == $1 }

  public static let errorRate = OutcomeStatistic(
    share: "error-rate", "share of items that are answered wrongly", better: .lower, adjective: "wrong"
  ) { $0 != $1 }
}
