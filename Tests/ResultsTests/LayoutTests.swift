import Foundation
import HDF5
import Manifest
import Results
import TestSupport
import Testing

@Suite struct LayoutTests {
  private static let first = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("reference/layout-1.h5").path

  /// What the tool wrote before fits and scores were apart: CIFAR-10, one row of the paper's protocol.
  @Test func aFileOfTheFirstLayoutIsReadAsTheSecond() throws {
    let results = try TableResults(file: Self.first)
    let columns = results.experiment.columns
    #expect(columns.map(\.metric.kind) == ["accuracy", "accuracy", "feature-units"])
    #expect(columns.map { $0.classifier?.kind } == ["l2-svm", "l2-svm", nil])
    #expect(columns[1].labelsPerClass == 400)
    #expect(columns[1].draws == 10)
    #expect(columns[0].classifier?.parameters["held-out"] == 10000)
    #expect(columns[0].classifier?.parameters["labels-per-class"] == nil)

    let cell = try #require(results.cell("kmeans-1", "accuracy"))
    #expect(cell.statistic == "accuracy")
    let outcomes = try #require(cell.repeats.first?.outcomes)
    #expect(outcomes.count == 10_000)
    let accuracy = try #require(OutcomeStatistic.accuracy.values(outcomes).first)
    #expect(abs(100 * accuracy - cell.values[0]) < 1e-9)
    let selection = try #require(cell.repeats.first?.selection)
    #expect(selection.draws[0].candidates.contains(selection.draws[0].chosen))
    #expect(!cell.repeats[0].details.keys.contains { $0.hasPrefix("validation at C") || $0 == "C" })

    let few = try #require(results.cell("kmeans-1", "accuracy-400")?.repeats.first)
    #expect(few.selection?.draws.count == 10)
    guard case .answers(let answers) = few.outcomes else {
      Issue.record("no answers")
      return
    }
    #expect(answers.labelled?.map(\.count) == [Int](repeating: 4000, count: 10))
    #expect(results.cell("kmeans-1", "units")?.statistic == nil)
  }

  @Test func itIsWrittenInTheSecondAndReadsBackEqual() throws {
    let folder = try TemporaryDirectory()
    let results = try TableResults(file: Self.first)
    let path = folder.path("results.h5")
    try results.save(to: path)
    #expect(try TableResults(file: path) == results)
  }

  @Test func everyRowHasItsGroupsAndOutcomesStandOnce() throws {
    let folder = try TemporaryDirectory()
    var results = TableResults(experiment: ResultsFileTests.experiment())
    let outcomes = Outcomes.confusions(
      ConfusionCounts(classes: ["a", "b"], images: [[[1, 2, 0, 3, 4, 5], [0, 0, 0, 0, 0, 1]]]))
    let selection = Selection(
      parameter: "C", criterion: "words",
      draws: [
        .init(candidates: [1, 2], scores: [0.5, nil], chosen: 1),
        .init(candidates: [1], scores: [1], chosen: 1),
      ])
    results.cells = results.experiment.columns.prefix(2).map { column in
      Cell(
        row: "a", column: column.id, statistic: "class-iou",
        repeats: [
          Cell.Repeat(
            repetition: 0, values: [1], outcomes: outcomes, selection: selection, step: "score \(column.id)",
            source: "fit")
        ])
    }
    #expect(results.cells.count == 2)
    let path = folder.path("results.h5")
    try results.save(to: path)
    #expect(try TableResults(file: path) == results)
    let file = try HDF5File(reading: path)
    for row in results.experiment.rows {
      #expect(
        try Set(file.root.group("rows/\(row.id)").children().map(\.name))
          == ["columns", "outcomes", "search", "training"])
    }
    #expect(try file.root.group("rows/a/outcomes").children().map(\.name) == ["fit"])
    try file.close()
  }
}
