import Files
import Foundation
import HDF5
import Manifest
import TestSupport
import Testing

@testable import Results

/// What one process tells another, and what no manifest could have said.
@Suite struct ForeignResultsTests {
  @Test func aMessageLosesNothing() throws {
    let folder = try TemporaryDirectory()
    try ResultsFileTests.results().save(to: folder.path("results.h5"))
    let results = try TableResults(file: folder.path("results.h5"))
    #expect(try TableResults(message: results.message()) == results)
    var odd = results
    odd.cells[0].repeats[0].values = [.infinity, -.infinity]
    #expect(try TableResults(message: odd.message()) == odd)
    odd.cells[0].repeats[0].values = [.nan, -0.0]
    let values = try TableResults(message: odd.message()).cells[0].repeats[0].values
    #expect(values[0].isNaN && values[1].sign == .minus)
    #expect(throws: DecodingError.self) { try TableResults(message: Data("{}".utf8)) }
  }

  @Test func anExperimentThatNoManifestCouldSayIsRefused() throws {
    let folder = try TemporaryDirectory()
    func reason(_ change: (inout TableResults) -> Void) throws -> String {
      var results = TableResults(experiment: ResultsFileTests.experiment())
      change(&results)
      try results.save(to: folder.path("results.h5"))
      return #expect(throws: ResultsError.self) { try TableResults(file: folder.path("results.h5")) }?.reason
        ?? ""
    }
    #expect(
      try reason { $0.experiment.columns[0].decimals = 1 << 31 }
        == "column score is printed with 2147483648 decimals")
    #expect(
      try reason { $0.experiment.rows[0].published["score"]?.decimals = -1 }
        == "the published score of row b has -1 decimals, 0 in its spread, of 0 values")
    #expect(
      try reason { $0.experiment.rows[0].published["score"]?.spreadDecimals = 1 << 31 }
        == "the published score of row b has 2 decimals, 2147483648 in its spread, of 0 values")
    #expect(try reason { $0.experiment.rows[0].repeats = -1 } == "row b has -1 repeats")
    #expect(try reason { $0.experiment.columns[1].id = "score" } == "a column is there twice")
    #expect(
      try reason {
        $0.cells = [Cell(row: "b", column: "mig", repeats: [.init(repetition: .max, values: [1], step: "s")])]
      } == "/rows/b/columns/mig counts its repeats otherwise than from 0")
  }
}
