import Files
import Manifest

/// One table at one profile as the index shows it.
struct SiteEntry {
  static let results = "results.h5"
  static let observations = "observations.csv"

  let layout: TableLayout
  let pictures: [EmbeddedPicture]
  /// Everything that is in the table's folder, by path.
  let files: [String]
  /// The day on which the last step ended, where that is known.
  let measured: String?

  var experiment: Experiment { layout.experiment }
  private var folder: String { "\(experiment.table)/\(experiment.profile)" }
  private func address(_ name: String) -> HTML { .address("\(folder)/\(name)") }
  private var id: HTML { .address("\(experiment.table).\(experiment.profile)") }

  var html: HTML {
    let meaning: HTML = layout.profileMeaning.map { " <span class=\"muted\">\($0)</span>" } ?? .nothing
    return """
      <article class="card" aria-labelledby="\(id)">
      <h3 id="\(id)"><b class="tag">\(experiment.profile)</b> <a href="\(address("report.html"))">Report\
      <span class="hidden"> of \(experiment.table), \(experiment.profile) profile</span></a></h3>
      <p>\(NumberText.count(experiment.rows.count, "row")), \(NumberText.count(experiment.repeats, "repeat")).\(meaning)</p>
      \(HTMLReport(layout: layout, pictures: []).overview)\(previews)\(downloads)\(figures)\(facts)</article>

      """
  }

  /// The first chart of the report and the first picture that a step left, which lead to the others.
  private var previews: HTML {
    let firsts = [pictures.first(where: \.isChart), pictures.first { !$0.isChart }].compactMap { $0 }
    guard !firsts.isEmpty else { return .nothing }
    let links = firsts.map { picture -> HTML in
      """
      <a href="\(address("report.html"))\(picture.isChart ? "#figures" : "#pictures" as HTML)"><img alt="\(picture.link.caption)" \
      loading="lazy" width="\(picture.width)" height="\(picture.height)" src="\(address(picture.link.path))"/></a>

      """
    }
    return "<div class=\"previews\">\n\(links)</div>\n"
  }

  private var downloads: HTML {
    let links = ["table.md", "table.tex", Self.results, Self.observations].filter(files.contains).map {
      "<li><a href=\"\(address($0))\">\($0)</a></li>" as HTML
    }
    return "<ul class=\"links\" aria-label=\"Data\">\(links)</ul>\n"
  }

  private var figures: HTML {
    guard !pictures.isEmpty else { return .nothing }
    let items = pictures.map { picture -> HTML in
      let numbers = picture.link.path.replacing(".png", with: ".csv")
      let data: HTML = files.contains(numbers) ? ", <a href=\"\(address(numbers))\">its numbers</a>" : ""
      return "<li><a href=\"\(address(picture.link.path))\">\(picture.link.caption)</a>\(data)</li>\n"
    }
    return """
      <details><summary>\(NumberText.count(pictures.count, "figure"))</summary>
      <ul>\(items)</ul></details>

      """
  }

  private var facts: HTML {
    let known = layout.furtherFacts.filter { ["device", "processor", "libtorch"].contains($0.name) }
    let facts = [("measured", measured ?? "")] + known.map { ($0.name, $0.value) }
    let lines = facts.filter { !$0.1.isEmpty }.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" as HTML }
    return lines.isEmpty ? .nothing : "<dl class=\"facts\">\(lines)</dl>\n"
  }

  /// The latest end of a step that `run.json` tells of, as `2026-11-25`.
  static func day(of report: String) -> String? {
    guard let report = try? JSON(parsing: POSIXFileSystem().contents(of: report)) else { return nil }
    let ends = (report["steps"]?.array ?? []).compactMap { $0["finished"]?.string }
    // They are times in UTC, whose texts are in the order of time.
    return ends.filter { $0.wholeMatch(of: #/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/#) != nil }.max()
      .map { String($0.prefix(10)) }
  }
}
