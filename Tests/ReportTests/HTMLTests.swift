import Files
import Foundation
import Images
import Manifest
import Results
import TestSupport
import Testing

@testable import Report

@Suite struct HTMLTests {
  private func page(_ results: TableResults) throws -> String {
    let png = try Raster(width: 3, height: 2, colour: .grey, filledWith: Ink(grey: 9)).png()
    let pictures = [
      FigureLink(path: "figures/training.png", caption: "Training."),
      FigureLink(path: "figures/traversal-vae.png", caption: "Traversals.", kind: .picture),
    ].compactMap { EmbeddedPicture($0, png: png) }
    return HTMLReport(layout: TableLayout(results), pictures: pictures).text
  }

  @Test func snapshot() throws { try expectSnapshot(page(SampleResults.results()), "report.html") }

  @Test func `text is escaped and pieces are not`() {
    let piece: HTML = "<b>\("a & <b> \"c\" 'd'")</b>"
    #expect(piece.source == "<b>a &amp; &lt;b&gt; &quot;c&quot; &#39;d&#39;</b>")
    #expect(("<p>\(piece) \(3) \([piece, piece])</p>" as HTML).source.hasPrefix("<p><b>a &amp;"))
    #expect(HTML.escape("bell \u{7} and escape \u{1B}") == "bell ␇ and escape ␛")
    #expect(HTML.escape("β ± − …") == "β ± − …")
  }

  @Test func `grave accents make code`() {
    #expect(HTML.prose("`~` holds").source == "<code>~</code> holds")
    #expect(HTML.prose("`<b>`").source == "<code>&lt;b&gt;</code>")
    #expect(HTML.prose("one ` alone").source == "one ` alone")
  }

  /// Every word that a manifest's author may choose, as an attack.
  private var hostile: TableResults {
    var results = SampleResults.results()
    let attack = "<script>alert(\"x\")</script>&'\u{1B}"
    results.experiment.title = attack
    results.experiment.source = Source(paper: attack, place: attack)
    results.experiment.deviations = [attack]
    results.experiment.choices = [attack + "!"]
    for index in results.experiment.rows.indices { results.experiment.rows[index].label = attack }
    for index in results.experiment.columns.indices {
      results.experiment.columns[index].label = attack
      results.experiment.columns[index].unit = attack
    }
    results.provenance = ["data": attack, attack: attack]
    return results
  }

  @Test func `no text of a table becomes an element`() throws {
    let text = try page(hostile)
    #expect(!text.contains("<script"))
    #expect(!text.contains("\u{1B}"))
    #expect(text.contains("&lt;script&gt;"))
  }

  @Test(arguments: ["desk", "paper"]) func `every element is closed`(_ profile: String) throws {
    for results in [SampleResults.results(profile: profile), hostile, emptied] {
      #expect(Self.firstMisfit(try page(results)) == nil)
    }
    let whole = try page(emptied)
    #expect(Self.firstMisfit(whole.replacing("</main>", with: "")) == "</body> closes <main>")
    #expect(Self.firstMisfit(whole.replacing("<tbody>", with: "")) == "</tbody> closes <table>")
    #expect(Self.firstMisfit(whole + "<p>") == "<p> stays open")
  }

  /// The first tag that does not fit the ones before it. Elements without content end with `/>`.
  private static func firstMisfit(_ page: String) -> String? {
    var open: [Substring] = []
    for tag in page.matches(of: #/<(\/?)([a-z0-9]+)[^>]*?(\/?)>/#) {
      let (_, closing, name, empty) = tag.output
      if closing.isEmpty {
        if empty.isEmpty { open.append(name) }
      } else {
        guard let last = open.popLast() else { return "</\(name)> closes nothing" }
        if last != name { return "</\(name)> closes <\(last)>" }
      }
    }
    return open.last.map { "<\($0)> stays open" }
  }

  private var emptied: TableResults {
    var results = SampleResults.results()
    results.cells = []
    results.curves = []
    return results
  }

  @Test func `a table without measurements says so`() throws {
    let text = try page(emptied)
    #expect(text.contains("not measured"))
    #expect(text.contains("Nothing was measured for these."))
    #expect(!text.contains("class=\"measured\""))
  }

  @Test func `verdicts are words as well as colours`() throws {
    let text = try page(SampleResults.results())
    #expect(text.contains("not comparable (differs)"))
    let paper = try page(SampleResults.results(profile: "paper", repeats: 10))
    #expect(!paper.contains("badge differs open"))
    #expect(paper.contains("<span aria-hidden=\"true\">✗</span> differs"))
    #expect(paper.contains("The published protocol."))
  }

  @Test func `footnotes link both ways`() throws {
    let text = try page(SampleResults.results())
    #expect(text.contains("<a id=\"ref-2.score.dc-ign\" href=\"#note-2\""))
    #expect(text.contains("<li id=\"note-2\">1,500 updates"))
    #expect(text.contains("<a href=\"#ref-2.score.dc-ign\">DC-IGN</a>"))
    #expect(text.contains("<a href=\"#ref-1.table\">the whole table</a>"))
    #expect(text.contains("<li>1,500 updates <a href=\"#note-2\">[2]</a></li>"))
  }

  @Test func `only a PNG is embedded`() throws {
    let link = FigureLink(path: "figures/x.png", caption: "X.")
    let png = try Raster(width: 3, height: 2, colour: .grey, filledWith: Ink(grey: 9)).png()
    let embedded = EmbeddedPicture(link, png: png)
    let picture = try #require(embedded)
    #expect(picture.width == 3 && picture.height == 2)
    #expect(EmbeddedPicture(link, png: Array(png.prefix(20))) == nil)
    #expect(EmbeddedPicture(link, png: Array("GIF89a, and more bytes than a header has".utf8)) == nil)
  }

  @Test func `a picture that is none is a warning`() throws {
    let folder = try TemporaryDirectory()
    try folder.file("figures/extra.png", [0])
    let warnings = try ReportWriter(results: SampleResults.results(), environment: ["PATH": ""])
      .write(to: folder.path)
    #expect(
      warnings.last
        == "cannot put \(folder.path("figures/extra.png")) into report.html: it is not a PNG. "
        + "Remove it, or run the table again.")
  }

  @Test func `intervals beyond the axis end at its end`() throws {
    let layout = TableLayout(SampleResults.results())
    let table = MainTable(layout.mainColumns[0], in: layout)
    let plot = try #require(GapPlot(table, in: layout))
    #expect(plot.axis == "0 to 100")
    let line = try #require(table.groups.first?.lines.first)
    let wide = Measurement(
      Cell(
        row: "r", column: "c",
        repeats: [0, 200].enumerated().map {
          Cell.Repeat(repetition: $0.offset, values: [$0.element], step: "s\($0.offset)")
        }),
      column: layout.mainColumns[0])
    let text = plot.html(MainTable.Line(row: line.row, label: "", marks: [], cells: [], verdict: nil), wide)
    #expect(text.source.contains("class=\"whisker\" x1=\"4\" x2=\"156\""), "\(text.source)")
    #expect(
      GapPlot(
        MainTable(layout.mainColumns[0], in: TableLayout(emptiedOfClaims)), in: TableLayout(emptiedOfClaims))
        == nil)
  }

  private var emptiedOfClaims: TableResults {
    var results = emptied
    for index in results.experiment.rows.indices { results.experiment.rows[index].published = [:] }
    return results
  }
}
