import Manifest
import Metrics
import Results

extension Explanation {
  /// The uncertainty over test items: one repeat, one classifier at a time, apart from the spread over repeats.
  static func itemLines(_ cell: Cell) -> [String] {
    ItemShare.all(of: cell).map { items in
      "  \(NumberText.repetition(items.repetition)):  \(items.holding) of \(items.total) \(items.adjective), \(items.share)%, 95% Wilson interval "
        + "\(items.interval)%\n"
    }
  }

  /// Counts over all repeats and restarts: rows are what was true, columns what was answered.
  static func confusionLines(_ cell: Cell) -> [String] {
    guard let answers = AnswerCounts(cell) else { return [] }
    let (classes, counts) = (answers.classes, answers.counts)
    let width = max(classes.map(\.count).max() ?? 0, counts.joined().map { "\($0)".count }.max() ?? 0)
    func line(_ name: String, _ cells: [String]) -> String {
      "  "
        + ([TextColumns.pad(name, width, right: false)]
        + cells.map { TextColumns.pad($0, width, right: true) })
        .joined(separator: "  ") + "\n"
    }
    return [line("", classes)] + classes.indices.map { line(classes[$0], counts[$0].map(String.init)) }
  }
}
