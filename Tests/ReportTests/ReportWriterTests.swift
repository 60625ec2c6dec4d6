import Files
import Foundation
import Images
import Manifest
import Results
import TestSupport
import Testing

@testable import Report

@Suite struct ReportWriterTests {
  private static let hasGnuplot = (try? Gnuplot()) != nil
  private let results = SampleResults.results()

  @Test(.enabled(if: hasGnuplot, "gnuplot is not installed"))
  func writesEverythingTwiceWithEqualBytes() throws {
    let folder = try TemporaryDirectory()
    let writer = ReportWriter(results: results)
    #expect(try writer.write(to: folder.path("a")).isEmpty)
    #expect(try writer.write(to: folder.path("b")).isEmpty)
    let names = [
      "figures/score-against-l.csv", "figures/score-against-l.png", "figures/score-during-training.csv",
      "figures/score-during-training.png", "figures/training.csv", "figures/training.png",
      "report.html", "table.md", "table.tex",
    ]
    #expect(try folder.files().sorted() == names.map { "a/\($0)" } + names.map { "b/\($0)" })
    let files = POSIXFileSystem()
    for name in names {
      #expect(
        try files.contents(of: folder.path("a/\(name)")) == files.contents(of: folder.path("b/\(name)")))
    }
  }

  @Test func withoutGnuplotTheReportGoesOnWithOneWarning() throws {
    let folder = try TemporaryDirectory()
    let writer = ReportWriter(results: results, environment: ["PATH": folder.path])
    #expect(
      try writer.write(to: folder.path) == [
        "cannot draw the figures: gnuplot is not installed. Install it (apt install gnuplot-nox) and report again; "
          + "their numbers are in figures/*.csv."
      ])
    let text = try POSIXFileSystem().text(of: folder.path("table.md"))
    #expect(!text.contains("## Figures"))
    #expect(try folder.files().filter { $0.hasSuffix(".csv") }.count == 3)
  }

  @Test func aFailingGnuplotIsAWarningForEachFigure() throws {
    let folder = try TemporaryDirectory()
    let program = try folder.file(
      "bin/gnuplot", "#!/bin/sh\necho 'line 3: undefined variable' >&2\nexit 1\n".utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
    let writer = ReportWriter(results: results, environment: ["PATH": folder.path("bin")])
    let warnings = try writer.write(to: folder.path("out"))
    #expect(warnings.count == 3)
    #expect(
      warnings.first
        == "cannot draw figure score-against-l: gnuplot failed: line 3: undefined variable. "
        + "Its numbers are in figures/score-against-l.csv.")
  }

  @Test func picturesOfStepsAreLinkedInTheOrderOfRows() throws {
    let folder = try TemporaryDirectory()
    for name in ["extra", "traversal-beta-vae", "traversal-vae"] {
      try folder.file("figures/\(name).png", [0])
    }
    _ = try ReportWriter(results: results, environment: ["PATH": ""]).write(to: folder.path)
    let links = try POSIXFileSystem().text(of: folder.path("table.md")).split(separator: "\n")
      .filter { $0.hasPrefix("![") }
    #expect(
      links == [
        "![Latent traversals of VAE, desk profile.](figures/traversal-vae.png)",
        "![Latent traversals of beta-VAE, desk profile.](figures/traversal-beta-vae.png)",
        "![Extra, desk profile.](figures/extra.png)",
      ])
  }

  /// A dictionary is shared by rows that assign by it in several ways, and its picture is there as soon as one is measured.
  @Test func picturesOfRowsWithoutNumbersAreLeftOut() throws {
    let folder = try TemporaryDirectory()
    for name in ["traversal-beta-vae", "traversal-vae"] { try folder.file("figures/\(name).png", [0]) }
    var part = results
    part.cells.removeAll { $0.row == "vae" }
    _ = try ReportWriter(results: part, environment: ["PATH": ""]).write(to: folder.path)
    let text = try POSIXFileSystem().text(of: folder.path("table.md"))
    #expect(text.contains("(figures/traversal-beta-vae.png)") && !text.contains("traversal-vae.png"))
  }

  @Test func scenesAreShownAsEveryRowRendersThem() throws {
    let folder = try TemporaryDirectory()
    /// `count` pictures of one colour.
    func pictures(_ count: Int, side: Int, _ colour: [UInt8]) -> SceneExamples.Pictures {
      SceneExamples.Pictures(
        count: count, height: side, width: side,
        bytes: Data((0..<count * side * side).flatMap { _ in colour }))
    }
    var results = results
    // One row was measured in another direction only, and most in none.
    results.examples = [
      SceneExamples(
        subject: .row("vae"), direction: "a-to-b", made: pictures(2, side: 48, [255, 0, 0]),
        read: pictures(2, side: 96, [0, 255, 0])),
      SceneExamples(
        subject: .row("pca"), direction: "b-to-a", made: pictures(2, side: 48, [1, 2, 3]),
        read: pictures(2, side: 96, [4, 5, 6])),
      SceneExamples(
        subject: .input, direction: "a-to-b", made: pictures(2, side: 48, [0, 0, 255]),
        read: pictures(2, side: 96, [9, 9, 9])),
      SceneExamples(
        subject: .truth, direction: "a-to-b", made: pictures(2, side: 48, [7, 7, 0]),
        read: pictures(2, side: 96, [0, 8, 8])),
    ]
    let writer = ReportWriter(results: results, environment: ["PATH": ""])
    _ = try writer.write(to: folder.path)
    let links = try POSIXFileSystem().text(of: folder.path("table.md")).split(separator: "\n")
      .filter { $0.hasPrefix("![") }
    #expect(
      links
        == ["a-to-b", "b-to-a"].map {
          "![Test scenes as every row renders them, \($0.replacing("-", with: " ")), and below each image what was read of it, "
            + "desk profile.](figures/comparison-\($0).png)"
        })
    #expect(writer.fileNames.contains("figures/comparison-b-to-a.png"))

    let picture = try Raster(
      photograph: POSIXFileSystem().contents(of: folder.path("figures/comparison-a-to-b.png")),
      named: "comparison-a-to-b.png", using: JPEGDecoder())
    // Every picture is 96 pixels a side: two of each colour.
    func count(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> Int {
      stride(from: 0, to: picture.bytes.count, by: 3).count {
        picture.bytes[$0] == red && picture.bytes[$0 + 1] == green && picture.bytes[$0 + 2] == blue
      }
    }
    for (red, green, blue) in [(255, 0, 0), (0, 255, 0), (0, 0, 255), (9, 9, 9), (7, 7, 0), (0, 8, 8)] {
      #expect(count(UInt8(red), UInt8(green), UInt8(blue)) == 2 * 96 * 96, "\(red) \(green) \(blue)")
    }
    #expect(count(1, 2, 3) == 0)
    #expect(picture.width < 3 * 96 + 100, "three columns: input, VAE, truth")
  }

  @Test func aSweepNeedsOneMetricAtSeveralValuesOfPairs() {
    let layout = TableLayout(results)
    #expect(Figure.sweep(of: "Other", layout.furtherSections[1].columns, in: layout) == nil)
    #expect(Figure.sweep(of: "Score against L", layout.furtherSections[0].columns, in: layout) != nil)
  }

  /// Labels of each class are another such axis.
  @Test func aSweepMayBeOverLabels() throws {
    var swept = results
    for (index, labels) in zip(swept.experiment.columns.indices.dropFirst(), [10, 100]) {
      swept.experiment.columns[index].section = "Score against labels"
      swept.experiment.columns[index].labelsPerClass = labels
      swept.experiment.columns[index].metric.parameters["pairs"] = nil
      swept.experiment.columns[index].metric.kind = "accuracy"
    }
    let layout = TableLayout(swept)
    let section = try #require(layout.furtherSections.first { $0.title == "Score against labels" })
    let figure = try #require(Figure.sweep(of: section.title, Array(section.columns.prefix(2)), in: layout))
    #expect(figure.csv.hasPrefix("row,label,labels-per-class,repeat,value\n"))
    #expect(figure.csv.contains(",100,"))
  }

  /// A row that a section's columns leave out is not in its table; in the main table its cell is empty.
  @Test func rowsOutsideAColumnAreNoGaps() throws {
    var part = results
    let kept = part.experiment.rows[0].id
    for index in part.experiment.columns.indices where !part.experiment.columns[index].section.isEmpty {
      part.experiment.columns[index].rows = [kept]
    }
    part.cells.removeAll { cell in
      cell.row != kept && part.experiment.columns.contains { $0.id == cell.column && $0.rows != nil }
    }
    let layout = TableLayout(part)
    let section = layout.furtherSections[0]
    #expect(layout.groups(section.columns).flatMap(\.rows).map(\.id) == [kept])
    #expect(layout.groups(layout.mainColumns).flatMap(\.rows).count == part.experiment.rows.count)
    #expect(layout.measured(part.experiment.rows[1], section.columns[0]) == "")
  }

  @Test func rowsThatWereNotTrainedHaveNoCurves() {
    var untrained = results
    untrained.curves = []
    #expect(Figure.all(of: TableLayout(untrained)).map(\.name) == ["score-against-l"])
  }

  @Test func aLegendOfManyLabelsLeavesTheChartItsRoom() {
    let few = GnuplotScript.head(legend: ["PCA", "VAE"]).code
    #expect(few.contains("size 1760,1080 "))
    let many = GnuplotScript.head(
      legend: [String](repeating: "Released DCGAN discriminator, layers 1 to 4", count: 22)
    ).code
    #expect(many.contains("size 1945,1144 "))
    // A second column would push the chart out of the picture.
    #expect(few.contains(" maxcols 1\n") && many.contains(" maxcols 1\n"))
  }

  @Test func labelsAreQuotedForCSVAndFileNames() {
    #expect(CSV.text(["a", "b"], [["x,y", "\"q\""]]) == "a,b\n\"x,y\",\"\"\"q\"\"\"\n")
    #expect(Figure.slug("Score against L (%)") == "score-against-l")
  }
}
