import Manifest
import Results

/// `table.md`: the paper's table with the measured numbers beside it, and what stands behind them.
struct MarkdownReport {
  let layout: TableLayout
  /// Figures in the order they are shown, by their paths relative to the report.
  let figures: [FigureLink]

  var text: String {
    let parts =
      [heading] + layout.mainColumns.map(mainTable) + [reading] + layout.furtherSections.map(section)
      + [orderings, figureLinks, data, deviations, choices, searches]
    return parts.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  private var heading: String {
    let experiment = layout.experiment
    return """
      # \(experiment.title)

      \(experiment.source.paper), \(experiment.source.place).

      \(layout.profileLine.capitalisedFirst)\(Markdown.marks(layout.tableMarks)).

      """
  }

  private func mainTable(_ column: Column) -> String {
    let table = MainTable(column, in: layout)
    var lines: [[String]] = []
    for (title, rows) in table.groups {
      if let title { lines.append(["**\(title)**"] + table.headings.map { _ in "" }) }
      lines += rows.map { ["\($0.label)\(Markdown.marks($0.marks))"] + $0.cells }
    }
    let numbers = table.headings.map { $0 == "verdict" ? Markdown.Alignment.left : .right }
    return "## \(column.title)\n\n" + Markdown.table([""] + table.headings, [.left] + numbers, lines)
  }

  private var reading: String {
    """
    How to read: \(layout.readingNotes.joined(separator: "; ")).
    \(layout.bracketNote); `retable explain \(layout.experiment.table) ROW COLUMN` prints the test and its inputs.

    """
  }

  private func section(_ title: String, _ columns: [Column]) -> String {
    var lines: [[String]] = []
    for (group, rows) in layout.groups {
      if let group { lines.append(["**\(group)**"] + columns.map { _ in "" }) }
      lines += rows.map { row in [row.label] + columns.map { cell(row, $0) } }
    }
    let table = Markdown.table(
      [""] + columns.map { $0.title + $0.arrow }, [.left] + columns.map { _ in .right }, lines)
    return "## \(title)\n\nMean ± sd over \(NumberText.count(layout.experiment.repeats, "repeat")).\n\n"
      + table
  }

  private func cell(_ row: Row, _ column: Column) -> String {
    let measured = layout.measured(row, column)
    return row.published[column.id].map { "\(measured) (published \(NumberText.claim($0)))" } ?? measured
  }

  private var deviations: String {
    notes(titled: "Deviations from the published protocol", 0..<layout.deviationCount)
  }

  private var choices: String {
    notes(
      titled: "What the paper leaves open, and what is done here",
      layout.deviationCount..<layout.noteCount)
  }

  private var searches: String {
    notes(titled: "Random searches", layout.noteCount..<layout.footnotes.count)
  }

  private func notes(titled title: String, _ range: Range<Int>) -> String {
    guard !range.isEmpty else { return "" }
    return "## \(title)\n\n" + range.map { "[^\($0 + 1)]: \(layout.footnotes[$0])\n" }.joined()
  }

  /// Where the images came from.
  private var data: String {
    let facts = layout.dataFacts
    guard !facts.isEmpty else { return "" }
    return "## Data\n\n" + facts.map { "- \($0)\n" }.joined()
  }

  private var figureLinks: String {
    guard !figures.isEmpty else { return "" }
    return "## Figures\n\n"
      + figures.map { "![\($0.caption)](\($0.path))\n\n\($0.caption)\n" }.joined(separator: "\n")
  }
}

/// A picture of the report.
struct FigureLink: Hashable, Sendable {
  enum Kind { case chart, picture }

  /// Relative to the folder of the report.
  let path: String
  let caption: String
  /// Drawn from the table's numbers, or left by a step.
  var kind = Kind.chart
}

extension MarkdownReport {
  private var orderings: String {
    let outcomes = layout.experiment.expectations.map { Ordering($0, in: layout.results) }
    guard !outcomes.isEmpty else { return "" }
    let texts = outcomes.map { OrderingText($0, in: layout.experiment) }
    let table = Markdown.table(
      OrderingText.headings(outcomes), [.left, .left, .right, .right, .right, .right], texts.map(\.cells))
    return "## Orderings\n\n" + table + "\n" + OrderingText.note(outcomes)
  }
}

extension StringProtocol {
  var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
