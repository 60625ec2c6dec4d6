import Manifest
import Results
import Testing

@testable import Report

@Suite struct RenderingTests {
  private let layout = TableLayout(SampleResults.results())
  private let figures = [FigureLink(path: "figures/training.png", caption: "Training.")]

  @Test func markdown() throws {
    try expectSnapshot(MarkdownReport(layout: layout, figures: figures).text, "table.md")
  }

  @Test func latex() throws { try expectSnapshot(LaTeXTable(layout: layout).text, "table.tex") }

  @Test func terminal() throws {
    let table = ReportWriter(results: SampleResults.results())
    try expectSnapshot(table.terminalTable(colour: false), "table.txt")
    try expectSnapshot(table.terminalTable(colour: true), "table-colour.txt")
  }

  @Test func terminalLinesFitIn120Columns() {
    var results = SampleResults.results()
    results.experiment.rows[0].label = String(repeating: "long ", count: 20)
    let lines = ReportWriter(results: results).terminalTable(colour: false).split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 120 })
  }

  @Test func thePaperProfileHasNoReservations() throws {
    let results = SampleResults.results(profile: "paper", repeats: 10)
    try expectSnapshot(ReportWriter(results: results).terminalTable(colour: false), "paper.txt")
  }

  @Test func explanation() throws {
    let results = SampleResults.results()
    try expectSnapshot(Explanation.text(results, row: "beta-vae", column: "score"), "explain-score.txt")
    try expectSnapshot(Explanation.text(results, row: "vae", column: "mig"), "explain-mig.txt")
    try expectSnapshot(Explanation.text(results, row: "infogan", column: "sap"), "explain-missing.txt")
  }

  @Test func unknownNamesAreErrors() {
    let error = #expect(throws: ReportError.self) {
      try Explanation.text(SampleResults.results(), row: "vea", column: "score")
    }
    #expect(
      error?.description
        == "cannot explain row `vea`: table dsprites has no such row. It has ground-truth, pca, dc-ign, infogan, vae, "
        + "beta-vae, constant, beta-vae-8.")
    #expect(throws: ReportError.self) {
      try Explanation.text(SampleResults.results(), row: "vae", column: "scores")
    }
  }

  @Test func equalDeviationsShareAFootnote() throws {
    #expect(layout.footnotes.count == 5)
    let rows = layout.experiment.rows
    let column = try #require(layout.mainColumns.first)
    #expect(layout.marks(of: rows[4], column) == layout.marks(of: rows[5], column))
    #expect(layout.tableMarks == [1])
  }

  @Test func aDoubtAboutAPublishedNumberIsAFootnoteOfItsTable() throws {
    let row = try #require(layout.experiment.row("dc-ign"))
    let column = try #require(layout.mainColumns.first)
    #expect(layout.marks(of: row, column).last == 5)
    let further = try #require(layout.furtherSections.first?.columns.first)
    #expect(!layout.marks(of: row, further).contains(5))
    let markdown = MarkdownReport(layout: layout, figures: []).text
    #expect(markdown.contains("\n## Doubts about the published numbers\n\n[^5]: supervised\n"))
    let html = HTMLReport(layout: layout, pictures: []).text
    #expect(html.contains("<a href=\"#ref-5.score.dc-ign\">DC-IGN</a>"))
  }

  @Test func cellsOfMarkdownAreEscaped() {
    #expect(Markdown.table(["a|b"], [.left], [["c\nd"]]).source == "| a\\|b |\n| ---- |\n| c d  |\n")
  }
}
