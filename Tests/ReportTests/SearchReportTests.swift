import Files
import Foundation
import Manifest
import Results
import TestSupport
import Testing

@testable import Report

/// What a reader sees of a random search.
@Suite struct SearchReportTests {
  static let search = SearchOutcome(
    row: "vae", repetition: 0, criterion: "accuracy on 400 held-out images", shares: [0.25, 1],
    trials: [
      .init(values: ["rate": 0.0001, "batch": 64], scores: [0.5, 0.61]),
      .init(values: ["rate": 0.001, "batch": 16], scores: [0.45]),
      .init(values: ["rate": 0.002, "batch": 32], scores: [0.55, 0.7125]),
      .init(values: ["rate": 0.01, "batch": 32], scores: [0.3]),
      .init(values: ["rate": 0.1, "batch": 16], scores: [nil]),
      .init(values: ["rate": 0.003, "batch": 16], scores: [0.52, 0.65]),
    ], winner: 2, configuration: ["rate": 0.002, "batch": 32, "updates": 100])

  static func results(_ searches: [SearchOutcome] = [search]) -> TableResults {
    var results = SampleResults.results()
    results.searches = searches
    return results
  }

  @Test func aFootnoteSaysHowManyTrialsStandBehindARow() throws {
    let layout = TableLayout(Self.results())
    let text = layout.footnotes.last
    #expect(
      text
        == "random search of 6 trials over batch, rate; 3 stopped after 25 % of the training; 1 without a score; "
        + "chosen by the accuracy on 400 held-out images: 0.7125 is the best, 0.65 the median of the 3 trained to "
        + "the end; the best of many validation scores is optimistic, and of all trials the test split is read for "
        + "the winner alone: batch 32, rate 0.002")
    let row = layout.experiment.rows[4]
    #expect(row.id == "vae")
    let column = try #require(layout.mainColumns.first)
    #expect(layout.marks(of: row, column).contains(layout.footnotes.count))
    #expect(!layout.marks(of: layout.experiment.rows[5], column).contains(layout.footnotes.count))
    let markdown = MarkdownReport(layout: layout, figures: []).text
    #expect(markdown.contains("\n## Random searches\n\n[^6]: random search of 6 trials"))
    #expect(LaTeXTable(layout: layout).text.contains("\\item[6] random search of 6 trials"))
    let html = HTMLReport(layout: layout, pictures: []).text
    #expect(html.contains("<h2>Random searches</h2>\n<ol class=\"notes\" start=\"6\">"))
  }

  @Test func aRepeatIsNamedWhereThereAreSeveral() {
    var second = Self.search
    second.repetition = 1
    let layout = TableLayout(Self.results([Self.search, second]))
    #expect(layout.footnotes.suffix(2).map { $0.prefix(10) } == ["repeat 1: ", "repeat 2: "])
  }

  @Test func theTerminalSaysSoInOneLine() {
    let text = ReportWriter(results: Self.results()).terminalTable(colour: false)
    #expect(
      text.hasSuffix("\nVAE: the best of 6 trials on validation data; retable explain lists them\n"))
    var long = Self.results()
    long.experiment.rows[4].label = String(repeating: "long ", count: 30)
    #expect(
      ReportWriter(results: long).terminalTable(colour: false).split(separator: "\n")
        .allSatisfy { $0.count <= 120 })
  }

  @Test func explainListsEveryTrial() throws {
    let text = try Explanation.text(Self.results(), row: "vae", column: "score")
    let start = try #require(text.range(of: "RANDOM SEARCH\n"))
    let end = try #require(text.range(of: "\nSTEPS THAT MADE THE VALUES"))
    #expect(
      String(text[start.lowerBound..<end.lowerBound]) == """
        RANDOM SEARCH
          score: accuracy on 400 held-out images, higher is better
          trial  batch    rate   at 25 %  at 100 %
              1     64  0.0001       0.5      0.61
              2     16   0.001      0.45   stopped
              3     32   0.002      0.55    0.7125  the winner
              4     32    0.01       0.3   stopped
              5     16     0.1  no score   stopped
              6     16   0.003      0.52      0.65
          Chosen on validation data; the best of 6 scores is optimistic.
          The value of the cell is not: no other trial was scored on the test split.

        """)
    #expect(
      !(try Explanation.text(Self.results(), row: "beta-vae", column: "score").contains("RANDOM SEARCH")))
  }

  @Test func theFigureShowsTheParameterThatOrdersTheTrials() throws {
    var results = Self.results()
    results.experiment.rows[4].search = Search(
      trials: 6, stream: "vae", axes: [.init(path: "rate", distribution: .logUniform(1e-5, 1))])
    let figure = try #require(Figure.searches(in: TableLayout(results)).first)
    #expect(figure.name == "search-vae")
    #expect(figure.script.code.contains("set xlabel T["))
    #expect(figure.script.texts.contains("rate (log scale)"))
    #expect(figure.script.texts.contains("stopped after 25 %"))
    let lines = figure.csv.split(separator: "\n")
    #expect(lines[0] == "row,repeat,trial,batch,rate,share,score")
    #expect(lines.count == 1 + 9)
    #expect(lines[3] == "vae,0,2,16,0.001,0.25,0.45")
    #expect(lines[7] == "vae,0,5,16,0.1,0.25,")
    var few = Self.search
    few.trials = Array(few.trials.prefix(3))
    #expect(Figure.searches(in: TableLayout(Self.results([few]))).isEmpty)
  }

  @Test func medians() {
    #expect(SearchText.median([3, 1, 2]) == 2)
    #expect(SearchText.median([4, 1, 2, 3]) == 2.5)
    #expect(SearchText.median([]) == nil)
  }
}
