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

  func notes(_ section: TableLayout.NoteSection) -> Section {
    let items = section.range.map { index -> HTML in
      "<li id=\"note-\(index + 1)\">\(HTML.prose(layout.footnotes[index]))\(backLinks(index + 1))</li>\n"
    }
    return Section(
      id: section.id, title: section.title,
      body: "<ol class=\"notes\" start=\"\(section.range.lowerBound + 1)\">\n\(items)</ol>\n")
  }

  /// To every row that a note belongs to, in the first table of the page that marks it so, or to the line under the title.
  private func backLinks(_ number: Int) -> HTML {
    var links: [HTML] = []
    if layout.tableMarks.contains(number) {
      links.append("<a href=\"#ref-\(number).table\">the whole table</a>")
    }
    for row in experiment.rows {
      let marked = layout.mainColumns.first {
        $0.includes(row) && layout.marks(of: row, $0).contains(number)
      }
      if let marked {
        links.append("<a href=\"#ref-\(number).\(marked.id).\(row.id)\">\(row.label)</a>")
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
