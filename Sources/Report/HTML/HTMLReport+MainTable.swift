import Manifest
import Results

extension HTMLReport {
  /// One column of the paper's table: a row opens on click and shows what stands behind its number.
  func mainTable(_ column: Column) -> Section {
    let table = MainTable(column, in: layout)
    let plot = GapPlot(table, in: layout)
    // Gap and verdict close the table; the plot stands before them.
    let (numbers, gap) = (table.headings.dropLast(2), table.headings.dropLast().suffix(1))
    let plotHeading: [HTML] =
      plot.map {
        ["<th scope=\"col\" class=\"plot\">\($0.axis)</th>"]
      } ?? []
    let headings =
      numbers.map { "<th scope=\"col\">\($0)</th>" as HTML } + plotHeading
      + gap.map { "<th scope=\"col\">\($0)</th>" as HTML } + [
        "<th scope=\"col\" class=\"verdict\">verdict</th>"
      ]
    let span = headings.count + 1
    let bodies = table.groups.map { title, lines -> HTML in
      let heading: HTML =
        title.map {
          "<tr class=\"group\"><th scope=\"rowgroup\" colspan=\"\(span)\">\($0)</th></tr>\n"
        } ?? .nothing
      return "<tbody>\n\(heading)\(lines.map { row($0, table, plot, span: span) })</tbody>\n"
    }
    let caption = "\(column.title): published and measured; a verdict opens its evidence"
    return Section(
      id: "table-\(column.id)", title: column.title,
      body: Self.scrolling(
        caption,
        """
        <table class="main">
        <caption>\(caption)\(legend(plot))</caption>
        <thead><tr><th scope="col">method</th>\(headings)</tr></thead>
        \(bodies)</table>

        """))
  }

  private func legend(_ plot: GapPlot?) -> HTML {
    guard plot != nil else { return .nothing }
    return """
      . <span class="legend"><i class="key published" aria-hidden="true"></i> published with the margin it is held to, \
      <i class="key measured" aria-hidden="true"></i> measured with the 90% interval that the test looks at</span>
      """
  }

  private func row(_ line: MainTable.Line, _ table: MainTable, _ plot: GapPlot?, span: Int) -> HTML {
    let column = table.column
    let place = "\(column.id).\(line.row.id)"
    let measurement = layout.measurement(line.row, column)
    func cell(_ index: Int) -> HTML {
      "<td data-label=\"\(table.headings[index])\">\(line.cells[index])</td>"
    }
    let count = table.headings.count
    let numbers = (0..<count - 2).map(cell)
    let picture: HTML =
      plot.map { "<td class=\"plot\">\($0.html(line, measurement))</td>" } ?? .nothing
    let badge: HTML? =
      line.verdict.map { VerdictBadge(verdict: $0).html }
      ?? measurement.map { _ in "<span class=\"badge none\">values</span>" }
    let hasEvidence = layout.results.cell(line.row.id, column.id) != nil || line.verdict != nil
    let disclosure: HTML =
      !hasEvidence ? .nothing : Self.disclosure(badge ?? "values", opens: "evidence-\(place)")
    return """
      <tr id="\(place)"><th scope="row">\(line.label)\(marks(line.marks, from: place))</th>\(numbers)\(picture)\
      \(cell(count - 2))<td class="verdict">\(disclosure)</td></tr>
      \(!hasEvidence ? .nothing : evidenceRow(line.row, column, place, span: span))
      """
  }

  /// Opens the row behind its own, by style alone: see `ReportStyle`.
  static func disclosure(_ summary: HTML, opens id: String) -> HTML {
    "<details><summary aria-controls=\"\(id)\">\(summary)</summary></details>"
  }

  private func evidenceRow(_ row: Row, _ column: Column, _ place: String, span: Int) -> HTML {
    let evidence = CellEvidence(
      explanation: Explanation(layout: layout, row: row, column: column), notes: layout.footnotes)
    return """
      <tr class="evidence" id="evidence-\(place)"><td colspan="\(span)">\(evidence.html)</td></tr>

      """
  }

  /// What the numbers of the main table are.
  var reading: Section {
    Section(
      id: "reading", title: "How to read",
      body: """
        <ul>\(layout.readingNotes.map { "<li>\($0.capitalisedFirst).</li>" as HTML })
        <li>\(layout.bracketNote).</li></ul>
        \(HTMLReport.verdictWords)

        """)
  }
}

extension HTMLReport {
  /// The words of verdicts with what they mean.
  static var verdictWords: HTML {
    let words = TableLayout.verdictWords.map {
      "<dt>\($0.word)</dt><dd>\($0.meaning.capitalisedFirst).</dd>\n" as HTML
    }
    return "<dl class=\"words\">\n\(words)</dl>"
  }
}
