import Manifest

/// `index.html`: every table and profile with the counts of its verdicts, and the way to everything else.
struct SiteIndex {
  static let page = "index.html"
  static let observations = "observations.csv"

  var entries: [SiteEntry] = []
  let commit: String?

  var text: String {
    HTML.page(
      title: "Reproduced tables", images: .besideThePage, style: ReportStyle.site,
      body: """
        <a class="skip" href="#content">Skip to the tables</a>
        \(header)<main id="content">
        \(tables.map(section))</main>
        <footer><p>Made by <code>retable site</code>\(state) from the recorded results alone. No page here runs a script.</p></footer>

        """
    ).source
  }

  private var state: HTML { commit.map { " at <code>\($0)</code>" } ?? .nothing }

  /// Entries by table, in the order in which they came.
  private var tables: [[SiteEntry]] {
    var tables: [[SiteEntry]] = []
    for entry in entries {
      if let last = tables.indices.last, tables[last][0].experiment.table == entry.experiment.table {
        tables[last].append(entry)
      } else {
        tables.append([entry])
      }
    }
    return tables
  }

  private var header: HTML {
    let links = tables.map { entries -> HTML in
      let experiment = entries[0].experiment
      return "<li><a href=\"#table-\(HTML.address(experiment.table))\">\(experiment.title)</a></li>"
    }
    return """
      <header>
      <p class="kicker">Retable</p>
      <h1>Reproduced tables</h1>
      <p>\(NumberText.count(tables.count, "table")) of published papers, measured anew; \
      \(NumberText.count(entries.count, "report")) in all. The coloured counts are of published cells, by what a test says of the \
      number that was measured beside each. Every number in one file: <a href="\(HTML.address(Self.observations))">\(Self.observations)</a>.</p>
      <details><summary>What the words mean</summary>
      \(HTMLReport.verdictWords)
      </details>
      <nav aria-label="Tables"><ol>\(links)</ol></nav>
      </header>

      """
  }

  private func section(_ entries: [SiteEntry]) -> HTML {
    let experiment = entries[0].experiment
    return """
      <section id="table-\(HTML.address(experiment.table))">
      <h2>\(experiment.title)</h2>
      <p class="source">\(experiment.source.paper), \(experiment.source.place).</p>
      <div class="cards">
      \(entries.map(\.html))</div>
      </section>

      """
  }
}
