import Manifest
import Results

/// `report.html`: the whole report in one file that loads nothing, runs no script, and reads well on paper.
struct HTMLReport {
  let layout: TableLayout
  let pictures: [EmbeddedPicture]

  struct Section {
    let id: String
    let title: String
    let body: HTML
  }

  var experiment: Experiment { layout.experiment }

  var text: String {
    HTML.page(
      title: "\(experiment.title): \(experiment.table), \(experiment.profile) profile", images: .inThePage,
      style: ReportStyle.css,
      body: """
        <a class="skip" href="#content">Skip to the table</a>
        \(header)<main id="content">
        \(sections.map(render))</main>
        <footer><p>Made by Retable from <code>results.h5</code> alone. \
        <code>retable report \(experiment.table) --profile \(experiment.profile)</code> makes it again.</p></footer>

        """
    ).source
  }

  private var sections: [Section] {
    let tables = layout.mainColumns.map(mainTable)
    let further = layout.furtherSections.map(furtherTable)
    return
      (tables + [reading] + further + [latents, orderings, charts, otherPictures]
      + layout.noteSections.map(notes) + [data, provenance]).filter { $0.body != .nothing }
  }

  private func render(_ section: Section) -> HTML {
    """
    <section id="\(section.id)">
    <h2>\(section.title)</h2>
    \(section.body)</section>

    """
  }

  private var header: HTML {
    let meaning: HTML = layout.profileMeaning.map { " <span class=\"muted\">\($0)</span>" } ?? .nothing
    let links = sections.map { "<li><a href=\"#\($0.id)\">\($0.title)</a></li>" as HTML }
    return """
      <header>
      <p class="kicker">Table <b>\(experiment.table)</b></p>
      <h1>\(experiment.title)</h1>
      <p class="source">\(experiment.source.paper), \(experiment.source.place).</p>
      <p class="profile"><b class="tag">\(experiment.profile)</b> \(layout.profileLine.capitalisedFirst)\
      \(marks(layout.tableMarks, from: "table")).\(meaning)</p>
      \(overview)<nav aria-label="Contents"><ol>\(links)</ol></nav>
      </header>

      """
  }
}

extension HTMLReport {
  /// References to footnotes, each with a place that the footnote links back to.
  func marks(_ numbers: [Int], from place: String) -> HTML {
    guard !numbers.isEmpty else { return .nothing }
    let links = numbers.map { number -> HTML in
      "<a id=\"ref-\(number).\(place)\" href=\"#note-\(number)\" aria-label=\"footnote \(number)\">\(number)</a>"
    }
    return "<sup class=\"marks\">\(HTML.joined(links, by: " "))</sup>"
  }

  /// A table that scrolls by itself where it is wider than the page.
  static func scrolling(_ label: String, _ table: HTML) -> HTML {
    """
    <div class="scroll" role="region" tabindex="0" aria-label="\(label)">
    \(table)</div>

    """
  }
}
