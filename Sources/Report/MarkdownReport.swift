import Manifest
import Results

/// `table.md`: the paper's table with the measured numbers beside it, and what stands behind them.
struct MarkdownReport {
  let layout: TableLayout
  /// Figures in the order they are shown, by their paths relative to the report.
  let figures: [FigureLink]

  var text: String {
    let parts: [Markdown] =
      [heading] + layout.mainColumns.map(mainTable) + [reading] + layout.furtherSections.map(section)
      + [latents, orderings, figureLinks, data] + layout.noteSections.map(notes)
    return Markdown.joined(parts.filter { $0 != .nothing }, by: "\n").source
  }

  private var heading: Markdown {
    let experiment = layout.experiment
    return """
      # \(experiment.title)

      \(Markdown.opening("\(experiment.source.paper), \(experiment.source.place)")).

      \(layout.profileLine.capitalisedFirst)\(Markdown.marks(layout.tableMarks)).

      """
  }

  private func mainTable(_ column: Column) -> Markdown {
    let table = MainTable(column, in: layout)
    var lines: [[Markdown]] = []
    for (title, rows) in table.groups {
      if let title { lines.append(["**\(title)**"] + table.headings.map { _ in "" }) }
      lines += rows.map { ["\($0.label)\(Markdown.marks($0.marks))"] + $0.cells.map { "\($0)" } }
    }
    let numbers = table.headings.map { $0 == "verdict" ? Markdown.Alignment.left : .right }
    let cells = Markdown.table(
      cells: [""] + table.headings.map { "\($0)" }, [.left] + numbers, lines)
    return "## \(column.title)\n\n\(cells)"
  }

  private var reading: Markdown {
    """
    How to read: \(layout.readingNotes.joined(separator: "; ")).
    \(layout.bracketNote); \(Markdown.code("retable explain \(layout.experiment.table) ROW COLUMN")) prints the test and \
    its inputs.

    """
  }

  private func section(_ title: String, _ columns: [Column]) -> Markdown {
    var lines: [[Markdown]] = []
    for (group, rows) in layout.groups(columns) {
      if let group { lines.append(["**\(group)**"] + columns.map { _ in "" }) }
      lines += rows.map { row in ["\(row.label)"] + columns.map { "\(cell(row, $0))" } }
    }
    let table = Markdown.table(
      cells: [""] + columns.map { "\($0.title + $0.arrow)" }, [.left] + columns.map { _ in .right }, lines)
    return
      "## \(title)\n\nMean ± sd over \(layout.units(columns)).\n\n\(table)"
  }

  private func cell(_ row: Row, _ column: Column) -> String {
    let measured = layout.measured(row, column)
    return row.published[column.id].map { "\(measured) (published \(NumberText.claim($0)))" } ?? measured
  }

  private func notes(_ section: TableLayout.NoteSection) -> Markdown {
    let notes: [Markdown] = section.range.map {
      "[^\($0 + 1)]: \(Markdown.opening(.prose(layout.footnotes[$0])))\n"
    }
    return "## \(section.title)\n\n\(notes)"
  }

  /// Where the images came from.
  private var data: Markdown {
    let facts = layout.dataFacts
    guard !facts.isEmpty else { return .nothing }
    return "## Data\n\n\(facts.map { "- \(Markdown.opening("\($0)"))\n" as Markdown })"
  }

  private var figureLinks: Markdown {
    guard !figures.isEmpty else { return .nothing }
    let links: [Markdown] = figures.map {
      "![\($0.caption)](\(Markdown.target($0.path)))\n\n\(Markdown.opening("\($0.caption)"))\n"
    }
    return "## Figures\n\n\(Markdown.joined(links, by: "\n"))"
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
  private var latents: Markdown {
    let latents = ActiveLatents(in: layout)
    guard !latents.lines.isEmpty else { return .nothing }
    let table = Markdown.table(
      [""] + ActiveLatents.headings, [.left, .right, .left, .left],
      latents.lines.map { [$0.row.label] + $0.cells })
    return "## \(ActiveLatents.title)\n\n\(table)\n\(ActiveLatents.note)\n"
  }

  private var orderings: Markdown {
    let outcomes = layout.experiment.expectations.map { Ordering($0, in: layout.results) }
    guard !outcomes.isEmpty else { return .nothing }
    let texts = outcomes.map { OrderingText($0, in: layout.experiment) }
    let table = Markdown.table(
      OrderingText.headings(outcomes), [.left, .left, .right, .right, .right, .right], texts.map(\.cells))
    let notes = OrderingText.note(outcomes).split(separator: "\n").map {
      "\(Markdown.prose(String($0)))\n" as Markdown
    }
    return "## Orderings\n\n\(table)\n\(notes)"
  }
}

extension StringProtocol {
  var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
