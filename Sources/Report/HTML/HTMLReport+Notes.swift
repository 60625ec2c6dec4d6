import Manifest
import Results

extension HTMLReport {
  var charts: Section {
    Section(id: "figures", title: "Figures", body: HTML(pictures.filter(\.isChart).map(\.html)))
  }

  /// What the steps left: traversals, filters, samples.
  var otherPictures: Section {
    let figures = pictures.filter { !$0.isChart }.map(\.html)
    return Section(
      id: "pictures", title: "Pictures",
      body: figures.isEmpty ? .nothing : "<div class=\"pictures\">\n\(figures)</div>\n")
  }

  var deviations: Section {
    Section(
      id: "deviations", title: "Deviations from the published protocol",
      body: notes(0..<layout.deviationCount))
  }

  var choices: Section {
    Section(
      id: "choices", title: "What the paper leaves open, and what is done here",
      body: notes(layout.deviationCount..<layout.noteCount))
  }

  var searches: Section {
    Section(
      id: "searches", title: "Random searches", body: notes(layout.noteCount..<layout.footnotes.count))
  }

  private func notes(_ range: Range<Int>) -> HTML {
    guard !range.isEmpty else { return .nothing }
    let items = range.map { index -> HTML in
      "<li id=\"note-\(index + 1)\">\(HTML.prose(layout.footnotes[index]))\(backLinks(index + 1))</li>\n"
    }
    return "<ol class=\"notes\" start=\"\(range.lowerBound + 1)\">\n\(items)</ol>\n"
  }

  /// To every row that a note belongs to, in the first table of the page, or to the line under the title.
  private func backLinks(_ number: Int) -> HTML {
    var links: [HTML] = []
    if layout.tableMarks.contains(number) {
      links.append("<a href=\"#ref-\(number).table\">the whole table</a>")
    }
    if let column = layout.mainColumns.first {
      for row in experiment.rows where layout.marks(of: row).contains(number) {
        links.append("<a href=\"#ref-\(number).\(column.id).\(row.id)\">\(row.label)</a>")
      }
    }
    guard !links.isEmpty else { return .nothing }
    return " <span class=\"back\"><span aria-hidden=\"true\">↩</span> \(HTML.joined(links, by: " · "))</span>"
  }

  /// Where the images came from.
  var data: Section {
    let facts = layout.dataFacts.map { "<li>\($0)</li>" as HTML }
    return Section(id: "data", title: "Data", body: facts.isEmpty ? .nothing : "<ul>\(facts)</ul>\n")
  }

  /// Every further fact that decides numbers.
  var provenance: Section {
    let facts =
      [
        ("table", experiment.table), ("profile", experiment.profile), ("root seed", "\(experiment.seed)"),
        ("repeats", "\(experiment.repeats)"),
      ] + layout.furtherFacts.map { ($0.name, $0.value) }
    let lines = facts.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>\n" as HTML }
    return Section(id: "provenance", title: "Provenance", body: "<dl class=\"facts\">\n\(lines)</dl>\n")
  }
}
