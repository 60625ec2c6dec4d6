import Files
import Foundation
import Manifest
import Results
import Testing

@testable import Report

@Suite struct ExportTests {
  /// The observations of a cell as dictionaries.
  private func lines(
    _ results: TableResults, _ row: String, _ column: String
  ) -> [[String: JSON]] {
    Observations(results).lines.map { Dictionary(uniqueKeysWithValues: zip(Observations.columns, $0)) }
      .filter { $0["row"]?.string == row && $0["column"]?.string == column }
  }

  @Test func `every value is a line`() throws {
    let results = SampleResults.results()
    let found = lines(results, "beta-vae", "score")
    // Three repeats of three restarts.
    #expect(found.map { $0["repeat"]?.int } == [0, 0, 0, 1, 1, 1, 2, 2, 2])
    #expect(found.map { $0["draw"]?.int } == [0, 1, 2, 0, 1, 2, 0, 1, 2])
    #expect(found.compactMap { $0["value"]?.double } == results.cell("beta-vae", "score")?.values)
    let first = try #require(found.first)
    #expect(first["table"] == "dsprites" && first["profile"] == "desk" && first["row_label"] == "beta-VAE")
    #expect(first["group"] == "published" && first["unit"] == "%" && first["better"] == "higher")
    #expect(first["split"] == "test" && first["published"] == .number(99.23))
    #expect(first["published_spread"] == .number(0.1) && first["published_spread_kind"] == "unstated")
  }

  @Test func `aggregate and verdict are the report's`() throws {
    let results = SampleResults.results()
    let column = try #require(results.experiment.column("score"))
    let row = try #require(results.experiment.row("beta-vae"))
    let measurement = try #require(Measurement(results.cell("beta-vae", "score"), column: column))
    let verdict = try #require(Verdict(row: row, column: column, in: results))
    let line = try #require(lines(results, "beta-vae", "score").first)
    #expect(line["measured"]?.double == measurement.printed.mean)
    #expect(line["sd"]?.double == measurement.printed.standardDeviation)
    #expect(line["n"] == 3 && line["over"] == "repeats")
    #expect(line["gap"]?.double == verdict.evidence?.gap)
    let interval = try measurement.tested.interval()
    #expect(line["low"]?.double == interval.lower && line["high"]?.double == interval.upper)
    // Desk is not the paper's protocol: what the test says stands apart.
    #expect(line["verdict"] == "not comparable")
    #expect(line["outcome"] == .string(verdict.outcome.style.words))
    let paper = try #require(
      lines(SampleResults.results(profile: "paper", repeats: 10), "vae", "score").first)
    #expect(paper["verdict"] == paper["outcome"] && paper["verdict"] == "better")
  }

  @Test func `a single run has an interval over its test items`() throws {
    let results = SampleResults.results(repeats: 1)
    var single = results
    let index = try #require(single.cells.firstIndex { $0.row == "vae" && $0.column == "score" })
    single.cells[index].repeats[0].values = [80]
    single.experiment.columns[0].aggregate = .mean
    let line = try #require(lines(single, "vae", "score").first)
    #expect(line["over"] == "items" && line["n"] == 40 && line["sd"] == .null)
    let low = try #require(line["low"]?.double)
    let high = try #require(line["high"]?.double)
    #expect(low < 80 && 80 < high)
  }

  @Test func `what was not measured has a line too`() throws {
    var results = SampleResults.results()
    results.cells.removeAll { $0.row == "vae" || $0.row == "constant" }
    let published = lines(results, "vae", "score")
    #expect(published.count == 1)
    let line = try #require(published.first)
    for name in ["repeat", "draw", "value", "measured", "sd", "n", "over", "low", "high", "gap"] {
      #expect(line[name] == .null, "\(name)")
    }
    #expect(line["published"] == .number(61.58) && line["verdict"] == "not measured")
    #expect(line["outcome"] == "not measured")
    let control = lines(results, "constant", "mig")
    #expect(control.count == 1 && control.first?["verdict"] == .null && control.first?["published"] == .null)
    let experiment = results.experiment
    let places = Set(Observations(results).lines.map { [$0[2], $0[5]] })
    #expect(places.count == experiment.rows.count * experiment.columns.count)
  }

  @Test func `a row that a column leaves out has no line in it`() {
    var results = SampleResults.results()
    for index in results.experiment.columns.indices where results.experiment.columns[index].id == "mig" {
      results.experiment.columns[index].rows = ["vae"]
    }
    results.cells.removeAll { $0.column == "mig" && $0.row != "vae" }
    #expect(lines(results, "beta-vae", "mig").isEmpty && !lines(results, "vae", "mig").isEmpty)
  }

  @Test func `text is quoted and not changed`() throws {
    var results = SampleResults.results()
    results.experiment.rows = [results.experiment.rows[4]]
    results.experiment.columns = [results.experiment.columns[5]]
    results.experiment.rows[0].label = "=HYPERLINK(\"x\"), @a"
    results.experiment.columns[0].label = "two\r\nlines"
    results.cells = [
      Cell(
        row: "vae", column: "mig",
        repeats: [
          Cell.Repeat(repetition: 0, values: [0.1 + 0.2], step: "a"),
          Cell.Repeat(repetition: 1, values: [.nan], step: "b"),
          Cell.Repeat(repetition: 2, values: [-.infinity], step: "c"),
          Cell.Repeat(repetition: 3, values: [1e300], step: "d"),
        ])
    ]
    let observations = Observations(results)
    let start = "dsprites,desk,vae,\"=HYPERLINK(\"\"x\"\"), @a\",published,mig,\"two\r\nlines\",,higher,test,"
    #expect(
      ExportFormat.csv.text(of: observations)
        == ["0,0,0.30000000000000004", "1,0,NaN", "2,0,-Inf", "3,0,1e+300"]
        .map { start + $0 + ",,,,,,,,,,,,,mean\n" }.joined())
    let json = ExportFormat.json.text(of: observations).split(separator: "\n")
    #expect(
      json.first
        == """
        {"table":"dsprites","profile":"desk","row":"vae","row_label":"=HYPERLINK(\\"x\\"), @a","group":"published",\
        "column":"mig","column_label":"two\\r\\nlines","unit":null,"better":"higher","split":"test","repeat":0,"draw":0,\
        "value":0.30000000000000004,"published":null,"published_spread":null,"published_spread_kind":null,\
        "measured":null,"sd":null,"n":null,"over":null,"low":null,"high":null,"gap":null,"verdict":null,"outcome":null,"aggregate":"mean"}
        """)
    #expect(json.count == 4)
    #expect(json[1].contains("\"value\":\"nan\""))
  }

  @Test func `the heading of CSV names every column`() {
    #expect(
      ExportFormat.csv.heading
        == "table,profile,row,row_label,group,column,column_label,unit,better,split,repeat,draw,value,published,"
        + "published_spread,published_spread_kind,measured,sd,n,over,low,high,gap,verdict,outcome,aggregate\n"
    )
    #expect(ExportFormat.json.heading == "")
  }
}
