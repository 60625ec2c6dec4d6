/// A verdict as a coloured label. Its words say all that its colour says.
struct VerdictBadge {
  let verdict: Verdict

  var html: HTML {
    let style = verdict.outcome.style
    // Dashed where the protocol does not allow to compare.
    let kind: HTML = verdict.isComparable || verdict.outcome == .notMeasured ? "" : " open"
    return """
      <span class="badge \(style.name)\(kind)"><span aria-hidden="true">\(style.sign)</span> \(verdict.description)</span>
      """
  }

  /// `5 differ`, for the overview.
  static func tally(_ outcome: Verdict.Outcome, count: Int) -> HTML {
    let style = outcome.style
    return """
      <li class="badge \(style.name)"><span aria-hidden="true">\(style.sign)</span> <b>\(count)</b> \(style.words)</li>
      """
  }
}

extension Verdict.Outcome {
  /// The class of its colours, a sign for readers who see none, and its words without a count.
  var style: (name: String, sign: String, words: String) {
    switch self {
    case .reproduced: ("reproduced", "✓", "reproduced")
    case .close: ("close", "≈", "close")
    case .better: ("better", "▲", "better")
    case .differs: ("differs", "✗", "differs")
    case .inconclusive: ("inconclusive", "?", "inconclusive")
    case .notMeasured: ("missing", "–", "not measured")
    }
  }

  static let styles: [Verdict.Outcome] = [
    .reproduced, .close, .better, .differs, .inconclusive(repeats: nil), .notMeasured,
  ]
}
