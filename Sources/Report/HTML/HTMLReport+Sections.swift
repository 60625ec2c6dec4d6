import Manifest
import Results

extension HTMLReport {
  /// Further columns of one section: a row opens on click and shows the values behind its numbers.
  func furtherTable(_ title: String, _ columns: [Column]) -> Section {
    let id = "section-\(Figure.slug(title))"
    let headings = columns.map {
      "<th scope=\"col\">\($0.title)\($0.arrow.replacing(" ", with: "\u{A0}"))</th>" as HTML
    }
    let span = columns.count + 1
    let bodies = layout.groups(columns).map { group, rows -> HTML in
      let heading: HTML =
        group.map {
          "<tr class=\"group\"><th scope=\"rowgroup\" colspan=\"\(span)\">\($0)</th></tr>\n"
        } ?? .nothing
      return "<tbody>\n\(heading)\(rows.map { row($0, columns, id) })</tbody>\n"
    }
    let caption =
      "Mean ± sd over \(layout.units(columns)); a method opens the values behind its numbers"
    return Section(
      id: id, title: title,
      body: Self.scrolling(
        title,
        """
        <table class="further">
        <caption>\(caption)</caption>
        <thead><tr><th scope="col">method</th>\(headings)</tr></thead>
        \(bodies)</table>

        """))
  }

  private func row(_ row: Row, _ columns: [Column], _ section: String) -> HTML {
    let id = "evidence-\(section).\(row.id)"
    let isMeasured = columns.contains { layout.results.cell(row.id, $0.id) != nil }
    let label: HTML = isMeasured ? Self.disclosure("\(row.label)", opens: id) : "\(row.label)"
    let cells = columns.map { column -> HTML in
      let claim = row.published[column.id].map { " <small>published \(NumberText.claim($0))</small>" as HTML }
      return "<td>\(layout.measured(row, column))\(claim ?? .nothing)</td>"
    }
    let evidence: HTML =
      isMeasured
      ? """
      <tr class="evidence" id="\(id)"><td colspan="\(columns.count + 1)">\(values(row, columns))</td></tr>

      """ : .nothing
    return "<tr><th scope=\"row\">\(label)</th>\(cells)</tr>\n\(evidence)"
  }

  /// One line a column: the value of each repeat, their interval, and the steps that made them.
  private func values(_ row: Row, _ columns: [Column]) -> HTML {
    let repeats = Set(columns.flatMap { layout.results.cell(row.id, $0.id)?.repeats.map(\.repetition) ?? [] })
      .sorted()
    let heads = repeats.map { "<th scope=\"col\">\(NumberText.repetition($0))</th>" as HTML }
    let lines = columns.compactMap { column in
      layout.results.cell(row.id, column.id).map { line(row, column, $0, repeats) }
    }
    let table: HTML = """
      <table class="plain"><thead><tr><td></td>\(heads)<th scope="col">mean ± sd</th><th scope="col">95% interval of the mean</th></tr></thead>
      <tbody>\(lines)</tbody></table>
      """
    return """
      <div class="blocks"><section class="wide"><h3>\(row.label)</h3><div class="scroll">\(table)</div></section></div>\
      <p class="command"><code>retable explain \(experiment.table) \(row.id) COLUMN --profile \(experiment.profile)</code></p>
      """
  }

  private func line(_ row: Row, _ column: Column, _ cell: Cell, _ repeats: [Int]) -> HTML {
    let values = repeats.map { repetition -> HTML in
      guard let found = cell.repeats.first(where: { $0.repetition == repetition }) else { return "<td></td>" }
      let numbers = found.values.map { NumberText.fixed($0, column.decimals) }.joined(separator: " ")
      return "<td title=\"step \(found.step)\">\(numbers)</td>"
    }
    let measurement = layout.measurement(row, column)
    let interval = (column.aggregate == .draws ? measurement?.interval : try? measurement?.plain.interval())
      .map {
        "\(NumberText.fixed($0.lower, column.decimals)) to \(NumberText.fixed($0.upper, column.decimals))"
      }
    return """
      <tr><th scope="row">\(column.title)</th>\(values)<td>\(layout.measured(row, column))</td><td>\(interval ?? "")</td></tr>

      """
  }

  /// The orderings that the manifest expects, with their tests.
  var latents: Section {
    let latents = ActiveLatents(in: layout)
    let headings = ActiveLatents.headings.map { "<th scope=\"col\">\($0)</th>" as HTML }
    let lines = latents.lines.map { line -> HTML in
      let cells = line.cells.map { "<td>\($0)</td>" as HTML }
      return "<tr><th scope=\"row\">\(line.row.label)</th>\(cells)</tr>\n"
    }
    let table: HTML = """
      <table class="plain">
      <caption>\(ActiveLatents.note)</caption>
      <thead><tr><th scope="col">method</th>\(headings)</tr></thead>
      <tbody>
      \(lines)</tbody></table>

      """
    return Section(
      id: "latents", title: ActiveLatents.title,
      body: lines.isEmpty ? .nothing : Self.scrolling(ActiveLatents.title, table))
  }

  var orderings: Section {
    let outcomes = experiment.expectations.map { Ordering($0, in: layout.results) }
    let headings = OrderingText.headings(outcomes).map { "<th scope=\"col\">\($0)</th>" as HTML }
    let lines = outcomes.map { ordering -> HTML in
      let text = OrderingText(ordering, in: experiment)
      let style = ordering.outcome.style
      let numbers = text.cells.dropFirst(2).map { "<td>\($0)</td>" as HTML }
      return """
        <tr><th scope="row">\(text.claim)</th><td class="outcome"><span class="badge \(style.name)">\
        <span aria-hidden="true">\(style.sign)</span> \(text.outcome)</span></td>\(numbers)</tr>

        """
    }
    let notes = OrderingText.note(outcomes).split(separator: "\n").map {
      "<p>\(HTML.prose(String($0)))</p>\n" as HTML
    }
    let table: HTML = """
      <table class="orderings">
      <caption>Orderings that the manifest expects, each with its test</caption>
      <thead><tr>\(headings)</tr></thead>
      <tbody>
      \(lines)</tbody></table>

      """
    let body: HTML = "\(Self.scrolling("Orderings", table))<div class=\"muted\">\(notes)</div>\n"
    return Section(id: "orderings", title: "Orderings", body: outcomes.isEmpty ? .nothing : body)
  }
}
