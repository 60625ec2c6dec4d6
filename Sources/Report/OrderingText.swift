import Manifest

/// An ordering with its outcome, in words.
struct OrderingText {
  let claim: String
  let outcome: String
  let held: String
  let difference: String
  let tP: String
  let signFlipP: String

  init(_ ordering: Ordering, in experiment: Experiment) {
    let expectation = ordering.expectation
    let column = experiment.column(expectation.column)
    func label(_ id: String) -> String { experiment.row(id)?.label ?? id }
    claim =
      "\(label(expectation.left)) \(expectation.relation.rawValue) \(label(expectation.right)) "
      + "on \(column?.label ?? expectation.column)"
    outcome = ordering.outcome.description
    let count = ordering.differences.count
    if let discordant = ordering.discordant {
      let (left, right) = (discordant.firstOnly, discordant.secondOnly)
      held = "\(expectation.relation == .less ? right : left) of \(NumberText.count(left + right, "item"))"
    } else if ordering.unit == .items {
      held = ""
    } else {
      let noun = ordering.unit == .draws ? "draw" : "seed"
      held = count == 0 ? "" : "\(ordering.heldIn) of \(NumberText.count(count, noun))"
    }
    difference = ordering.meanDifference.map { NumberText.signed($0, column?.decimals ?? 2) } ?? ""
    tP = ordering.pValue.map { Self.bare($0) } ?? ""
    signFlipP = ordering.signFlip.map { Self.bare($0.pValue) } ?? ""
  }

  static func headings(_ orderings: [Ordering]) -> [String] {
    [
      "ordering", "outcome", "held in", "mean difference",
      orderings.contains { $0.discordant != nil } ? "p, paired t or McNemar" : "p, paired t", "p, sign flip",
    ]
  }

  /// As many as `headings`.
  var cells: [String] { [claim, outcome, held, difference, tP, signFlipP] }

  private static func bare(_ p: Double) -> String { NumberText.pRelation(p).replacing("= ", with: "") }

  /// What the tests are, and what their p-values can show with so many seeds.
  static func note(_ orderings: [Ordering]) -> String {
    let measured = orderings.filter { !$0.differences.isEmpty }
    guard !measured.isEmpty else { return "Nothing was measured for these.\n" }
    var text = ""
    if measured.contains(where: { $0.discordant != nil }) {
      text +=
        "Single runs are compared by McNemar's exact test over the items of which the statistic is true for one of the two alone; p is "
        + "one-sided, the level is 5%, and other seeds are not in it.\n"
    }
    if measured.contains(where: { $0.discordant == nil && $0.unit == .items }) {
      text +=
        "Single runs are compared by a paired t test of what the statistic gives for the test items of both; p is one-sided, the "
        + "level is 5%, and other seeds are not in it.\n"
    }
    text += note(overRepeats: measured.filter { $0.unit != .items })
    if measured.contains(where: { $0.margin != nil }) {
      text +=
        "`~` holds where the mean difference is shown to lie within the tolerance of the column, or else 1% of the right "
        + "side.\n"
    }
    return text
  }

  private static func note(overRepeats tested: [Ordering]) -> String {
    guard !tested.isEmpty else { return "" }
    let isDrawn = tested.contains { $0.unit == .draws }
    let text =
      "Differences are taken within a repeat\(isDrawn ? ", or within a draw of labels" : ""), between means over its restarts; p is "
      + "one-sided, the level is 5%."
    // Equality is never decided by the sign-flip test.
    guard let fewest = tested.filter({ $0.margin == nil }).map(\.differences.count).min() else {
      return text + "\n"
    }
    guard fewest < Ordering.signFlipCount else { return text + " The exact sign-flip test decides.\n" }
    return text
      + " With \(NumberText.count(fewest, isDrawn ? "pair" : "seed")) the sign-flip test, which assumes nothing, cannot fall below "
      + "\(NumberText.shortest(1 / Double(1 << fewest))); there the paired t test decides, which takes the differences "
      + "to be normally distributed.\n"
  }
}

extension Ordering.Outcome: CustomStringConvertible {
  public var description: String {
    switch self {
    case .holds: "holds"
    case .doesNotHold: "does not hold"
    case .undecided(let repeats?): "undecided, needs n = \(repeats)"
    case .undecided(nil): "undecided"
    case .notMeasured: "not measured"
    }
  }
}
