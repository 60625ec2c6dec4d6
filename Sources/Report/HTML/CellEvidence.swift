import Manifest
import Results

/// What `explain` says of one cell, as blocks side by side.
struct CellEvidence {
  let explanation: Explanation
  /// The footnotes of the page, which reasons link to.
  let notes: [String]

  private var column: Column { explanation.column }
  private var verdict: Verdict? {
    Verdict(row: explanation.row, column: column, in: explanation.layout.results)
  }

  var html: HTML {
    let blocks = [published, measured, reasons, test, values, items, confusion, steps].filter {
      $0 != .nothing
    }
    let experiment = explanation.layout.experiment
    return """
      <div class="blocks">\(blocks)</div>\
      <p class="command"><code>retable explain \(experiment.table) \(explanation.row.id) \(column.id) --profile \(experiment.profile)</code></p>
      """
  }

  private func block(_ title: String, _ body: HTML, wide: Bool = false) -> HTML {
    "<section\(wide ? " class=\"wide\"" as HTML : "")><h3>\(title)</h3>\(body)</section>\n"
  }

  private var published: HTML {
    guard explanation.row.published[column.id] != nil else {
      return block("Published", "<p>The paper has no such cell.</p>")
    }
    let lines = explanation.publishedLines
    return block(
      "Published",
      "<p class=\"figure\">\(lines[0])</p>\(lines.dropFirst().map { "<p>\($0)</p>" as HTML })")
  }

  private var measured: HTML {
    let lines = explanation.measuredLines.map { line -> HTML in
      "<p class=\"figure\">\(line.value)</p><p>\(line.meaning)</p>"
    }
    return block("Measured", HTML(lines))
  }

  private var test: HTML {
    guard let verdict else { return .nothing }
    guard let evidence = verdict.evidence else {
      return block("Verdict", VerdictBadge(verdict: verdict).html)
    }
    let entries = EvidenceText(evidence, decimals: column.decimals, unit: column.unit).entries
    let named = entries.compactMap { entry in
      entry.term.map { "<dt>\($0)</dt><dd>\(entry.text)</dd>" as HTML }
    }
    let further = entries.filter { $0.term == nil }.map { "<li>\($0.text)</li>" as HTML }
    return block(
      "Verdict",
      "\(VerdictBadge(verdict: verdict).html)<dl>\(named)</dl>\(further.isEmpty ? .nothing : "<ul>\(further)</ul>")",
      wide: true)
  }

  private var reasons: HTML {
    guard let verdict, !verdict.isComparable else { return .nothing }
    let items = verdict.reservations.map { reason -> HTML in
      guard let index = notes.firstIndex(of: reason) else { return "<li>\(reason)</li>" }
      return "<li>\(reason) <a href=\"#note-\(index + 1)\">[\(index + 1)]</a></li>"
    }
    return block("Why the two numbers are not comparable", "<ul>\(items)</ul>")
  }
}

extension CellEvidence {
  private var values: HTML {
    guard let cell = explanation.cell, !cell.repeats.isEmpty else { return .nothing }
    let count = cell.repeats.map(\.values.count).max() ?? 0
    let unit = column.aggregate == .draws ? "draw of labels" : "restart of the classifier"
    let lines = cell.repeats.map { repetition -> HTML in
      let numbers = repetition.values.map { "<td>\(explanation.number($0))</td>" as HTML }
      let mean: HTML =
        count > 1 ? "<td><b>\(explanation.number(Measurement.mean(repetition.values)))</b></td>" : ""
      return
        "<tr><th scope=\"row\">\(NumberText.repetition(repetition.repetition))</th>\(numbers)\(mean)</tr>\n"
    }
    let head: HTML =
      count > 1
      ? "<thead><tr><td></td><th scope=\"colgroup\" colspan=\"\(count)\">one for each \(unit)</th><th scope=\"col\">mean</th></tr></thead>"
      : ""
    let table: HTML = "<table class=\"plain\">\(head)<tbody>\(lines)</tbody></table>"
    return block("Values", "<div class=\"scroll\">\(table)</div>\(details(cell))\(choices(cell))")
  }

  private func details(_ cell: Cell) -> HTML {
    let names = Set(cell.repeats.flatMap(\.details.keys)).sorted()
    guard !names.isEmpty else { return .nothing }
    let lines = names.map { name -> HTML in
      let values = cell.repeats.map { "<td>\($0.details[name].map(NumberText.short) ?? "-")</td>" as HTML }
      return "<tr><th scope=\"row\">\(name)</th>\(values)</tr>\n"
    }
    let heads = cell.repeats.map { "<th scope=\"col\">\(NumberText.repetition($0.repetition))</th>" as HTML }
    return """
      <details class="more"><summary>\(NumberText.count(names.count, "further number")) of the same measurement</summary>
      <div class="scroll"><table class="plain"><thead><tr><td></td>\(heads)</tr></thead><tbody>\(lines)</tbody></table></div></details>
      """
  }

  private func choices(_ cell: Cell) -> HTML {
    let lines = cell.repeats.flatMap { repetition in
      (repetition.selection.map { SelectionText($0).lines } ?? []).map { line -> HTML in
        "<li>\(NumberText.repetition(repetition.repetition)), \(line)</li>\n"
      }
    }
    guard !lines.isEmpty else { return .nothing }
    return
      "<details class=\"more\"><summary>How the classifier was chosen</summary><ul>\(lines)</ul></details>"
  }

  private var items: HTML {
    guard let cell = explanation.cell else { return .nothing }
    let answers = ItemShare.all(of: cell)
    guard !answers.isEmpty else { return .nothing }
    let lines = answers.map { answer -> HTML in
      """
      <tr><th scope="row">\(NumberText.repetition(answer.repetition))</th><td>\(answer.holding) of \(answer.total)</td>\
      <td>\(answer.share)%</td><td>\(answer.interval)%</td></tr>

      """
    }
    return block(
      "Test items",
      """
      <div class="scroll"><table class="plain"><thead><tr><td></td><th scope="col">\(answers[0].adjective)</th><th scope="col">share</th>\
      <th scope="col">95% Wilson</th></tr></thead><tbody>\(lines)</tbody></table></div>\
      <p class="muted">First classifier of each repeat: how well its items pin one value down, not the spread over repeats.</p>
      """)
  }

  private var confusion: HTML {
    guard let answers = explanation.cell.flatMap(AnswerCounts.init) else { return .nothing }
    let heads = answers.classes.map { "<th scope=\"col\">\($0)</th>" as HTML }
    let lines = answers.classes.indices.map { actual -> HTML in
      let cells = zip(answers.counts[actual], answers.percentages[actual]).map { count, percent -> HTML in
        "<td class=\"heat h\(Int((percent / 10).rounded()))\">\(count)</td>"
      }
      return "<tr><th scope=\"row\">\(answers.classes[actual])</th>\(cells)</tr>\n"
    }
    return block(
      "Confusion",
      """
      <div class="scroll"><table class="plain confusion"><thead><tr><td></td>\(heads)</tr></thead><tbody>\(lines)</tbody></table></div>\
      <p class="muted">Counts over all repeats and classifiers; lines: the truth, columns: the answer.</p>
      """, wide: answers.classes.count > 5)
  }

  private var steps: HTML {
    guard let cell = explanation.cell, !cell.repeats.isEmpty else { return .nothing }
    let lines = cell.repeats.map {
      "<li>\(NumberText.repetition($0.repetition)): <code>\($0.step)</code></li>" as HTML
    }
    return block("Steps that made the values", "<ul class=\"steps\">\(lines)</ul>", wide: true)
  }
}
