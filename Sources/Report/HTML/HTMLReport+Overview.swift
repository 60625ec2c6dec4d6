import Manifest

extension HTMLReport {
  /// How many published cells of each main table were judged how, and how many orderings hold.
  var overview: HTML {
    let lines = layout.mainColumns.compactMap(tally) + [orderingTally].compactMap { $0 }
    guard !lines.isEmpty else { return .nothing }
    return "<div class=\"overview\">\n\(lines)</div>\n"
  }

  private func tally(_ column: Column) -> HTML? {
    let verdicts = experiment.rows.compactMap { Verdict(row: $0, column: column, in: layout.results) }
    guard !verdicts.isEmpty else { return nil }
    let counts = Verdict.Outcome.styles.compactMap { outcome -> HTML? in
      let count = verdicts.count { $0.outcome.style.name == outcome.style.name }
      return count == 0 ? nil : VerdictBadge.tally(outcome, count: count)
    }
    let measured = verdicts.count { $0.outcome != .notMeasured }
    let comparable = verdicts.count { $0.isComparable && $0.outcome != .notMeasured }
    let part = measured == verdicts.count ? "" : ", \(measured) of them measured"
    let note =
      comparable == measured
      ? part : "\(part); \(comparable == 0 ? "none" : "\(comparable)") of them by the paper's protocol"
    return """
      <div><p>\(column.label): \(NumberText.count(verdicts.count, "published cell"))\(note)</p><ul class="tally">\(counts)</ul></div>

      """
  }

  private var orderingTally: HTML? {
    let outcomes = experiment.expectations.map { Ordering($0, in: layout.results).outcome }
    guard !outcomes.isEmpty else { return nil }
    let counts = Ordering.Outcome.styles.compactMap { style -> HTML? in
      let count = outcomes.count { $0.style.name == style.name }
      guard count > 0 else { return nil }
      return """
        <li class="badge \(style.name)"><span aria-hidden="true">\(style.sign)</span> <b>\(count)</b> \(style.words)</li>
        """
    }
    return """
      <div><p>\(NumberText.count(outcomes.count, "expected ordering"))</p><ul class="tally">\(counts)</ul></div>

      """
  }
}

extension Ordering.Outcome {
  /// The class of its colours, a sign for readers who see none, and its words without a count.
  var style: (name: String, sign: String, words: String) {
    switch self {
    case .holds: Self.styles[0]
    case .doesNotHold: Self.styles[1]
    case .undecided: Self.styles[2]
    case .notMeasured: Self.styles[3]
    }
  }

  static let styles = [
    ("reproduced", "✓", "holds"), ("differs", "✗", "does not hold"), ("inconclusive", "?", "undecided"),
    ("missing", "–", "not measured"),
  ].map { (name: $0.0, sign: $0.1, words: $0.2) }
}
