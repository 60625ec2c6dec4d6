import Manifest
import Results

extension TableLayout {
  /// What a reader has to know about the numbers of the main table, as parts of one sentence.
  var readingNotes: [String] {
    var notes: [String] = []
    if experiment.rows.contains(where: { experiment.repeats(of: $0) > 1 }) {
      notes.append("measured numbers are mean ± sd over n repeats with seeds of their own")
    }
    if mainColumns.contains(where: { $0.aggregate == .topHalf }) {
      notes.append("\"better half\" is the paper's aggregate, mean and sd over the better half of all values")
    }
    if mainColumns.contains(where: { $0.aggregate == .draws }) {
      notes.append(
        "draws are independent stratified choices of labels, the same for every row, sd with the divisor n")
    }
    let intervals = mainColumns.filter(hasItemIntervals)
    if !intervals.isEmpty {
      let areShares = intervals.allSatisfy { OutcomeStatistic.named($0.metric.kind)?.isShare ?? true }
      let kind = areShares ? "Wilson's interval" : "an interval (of jackknife pseudo-values)"
      notes.append(
        "a single run is shown with \(kind) over its test items, which says nothing about other seeds")
    }
    return notes + ["the gap is measured minus published"]
  }

  var bracketNote: String {
    "A verdict in brackets is what the test says of numbers that the protocol does not allow to compare"
  }

  /// What the words of verdicts mean; docs/verdicts.md has the rule.
  static let verdictWords: [(word: String, meaning: String)] = [
    (
      "reproduced",
      "the measured number is shown to lie within a margin of the published one: its last digit and its spread, or 1%"
    ),
    ("close", "within three margins"),
    ("better, differs", "beyond the margin, on the better side or on another"),
    ("inconclusive", "too few values to show either; n is how many would do"),
    ("not measured", "the row has not run in this profile"),
    (
      "holds, does not hold, undecided",
      "what the paired test says of an ordering that was written down before"
    ),
  ]

  /// What a profile stands for; nil for a name that is none.
  var profileMeaning: String? {
    switch Profile(rawValue: experiment.profile) {
    case .quick:
      "Small networks and few updates: minutes of work, for continuous integration and a first look."
    case .desk: "Real size and the full method with shorter training: hours of work on two cores."
    case .paper: "The published protocol."
    case nil: nil
    }
  }

  /// Where the images came from.
  var dataFacts: [String] {
    results.provenance.filter { Self.isData($0.key) }.sorted { $0.key < $1.key }.map(\.value)
  }

  /// Every other fact that decides numbers, by name.
  var furtherFacts: [(name: String, value: String)] {
    results.provenance.filter { !Self.isData($0.key) && !$0.key.hasPrefix(TableResults.deviationKey("")) }
      .sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  private static func isData(_ key: String) -> Bool { key == "data" || key.hasPrefix("data ") }
}
