import Files
import Manifest
import Results
import TestSupport
import Testing

@testable import Report

/// A table of one column whose values a test chooses, with facts of provenance that decide rounding.
private func table(
  _ values: [Double], items: [[Bool]]? = nil, better: Direction? = .higher, tolerance: Double? = nil,
  processor: String = "A", expect: [Manifest.Expectation] = [], other: [Double] = [1, 1, 1], metric: JSON = 4,
  statistic: String = "accuracy"
) -> TableResults {
  let column = Column(
    id: "score", label: "Score", unit: "%", better: better,
    metric: Configured(kind: "m", parameters: ["pairs": metric]), tolerance: tolerance)
  let rows = ["a", "b"].map { Row(id: $0, label: $0, representation: Configured(kind: "r")) }
  var results = TableResults(
    experiment: Experiment(
      table: "t", title: "T", source: Source(paper: "P", place: "Table 1"), profile: "quick",
      dataset: Configured(kind: "d"), repeats: values.count, columns: [column], rows: rows,
      expectations: expect))
  func cell(_ row: String, _ values: [Double], _ items: [[Bool]]?) -> Cell {
    Cell(
      row: row, column: "score", statistic: items == nil ? nil : statistic,
      repeats: values.enumerated().map { index, value in
        Cell.Repeat(
          repetition: index, values: [value],
          outcomes: items.map { items in
            .answers(
              Answers(
                classes: ["no", "yes"], actual: items[index].map { _ in 1 },
                predicted: [items[index].map { $0 ? 1 : 0 }]))
          }, step: "\(row)-\(index)-\(value)")
      })
  }
  results.cells = [cell("a", values, items), cell("b", other, nil)]
  results.provenance = ["processor": processor, "libtorch": "2", "openblas": "0", "step train": "version 1"]
  return results
}

private func outcome(_ before: TableResults, _ after: TableResults) -> CellComparison.Outcome? {
  Comparison(before: before, after: after).cells.first { $0.row == "a" }?.outcome
}

@Suite("Comparing two results") struct ComparisonTests {
  @Test func equalNumbersAreTheSameWhateverMadeThem() {
    let comparison = Comparison(before: table([1, 2, 3]), after: table([1, 2, 3], processor: "B"))
    #expect(comparison.cells.map(\.outcome) == [.same, .same])
    #expect(comparison.verdict == .fine)
    #expect(comparison.mode == .tested(differing: ["processor"]))
    #expect(comparison.provenance.map(\.name) == ["processor"])
  }

  /// A row may be measured one repeat at a time.
  @Test func furtherRepeatsAreNoChangeOfThoseThatThereWere() {
    let whole = table([1, 2, 3])
    var begun = whole
    begun.cells[0].repeats.removeFirst()
    #expect(outcome(begun, whole) == .new)
    #expect(outcome(begun, begun) == .same)
    #expect(outcome(whole, begun) == .notMeasured, "one that there was is no longer there")
    var moved = table([1, 2, 3.0001])
    #expect(outcome(begun, moved) == .better, "the repeats that both have decide")
    moved.cells[0].repeats[0].values = [100]
    #expect(outcome(begun, moved) == .better)
    moved.cells[0].repeats[2].values = [3]
    #expect(outcome(begun, moved) == .new)
  }

  @Test func onTheSameMachineTheLastBitCounts() {
    #expect(outcome(table([1, 2, 3]), table([1, 2, 3.0.nextUp])) == .moved, "too little to have a side")
    let moved = table([1, 2, 3.0001])
    #expect(outcome(table([1, 2, 3]), moved) == .better)
    #expect(outcome(moved, table([1, 2, 3])) == .worse)
    #expect(outcome(table([1, 2, 3], better: .lower), table([1, 2, 4], better: .lower)) == .worse)
    #expect(outcome(table([1, 2, 3], better: nil), table([1, 2, 4], better: nil)) == .moved)
    #expect(
      outcome(table([1, 2, 3], tolerance: 5), table([1, 2, 4], tolerance: 5)) == .better, "exact is exact")
  }

  /// What a row says of itself decides as much as what its table says.
  @Test func anotherProtocolIsAnotherCell() {
    func changed(_ change: (inout TableResults) -> Void) -> CellComparison.Outcome? {
      var after = table([1, 2, 3])
      change(&after)
      return outcome(table([1, 2, 3]), after)
    }
    #expect(changed { $0.experiment.rows[0].label = "Another" } == .same)
    #expect(changed { $0.experiment.rows[0].draws = 10 } == .redefined)
    #expect(changed { $0.experiment.rows[0].repeats = 5 } == .redefined)
    #expect(changed { $0.experiment.rows[0].search = Search(trials: 3, stream: "a", axes: []) } == .redefined)
    // Three repeats are three, whether the row says so or the table.
    #expect(changed { $0.experiment.rows[0].repeats = 3 } == .same)
  }

  @Test func equalMeansOfOtherValuesHaveMoved() {
    #expect(outcome(table([1, 2, 3]), table([3, 2, 1])) == .moved)
  }

  @Test func onAnotherMachineToleranceDecides() {
    let before = table([10, 12, 14], tolerance: 0.5)
    #expect(outcome(before, table([10.4, 12.4, 14.4], tolerance: 0.5, processor: "B")) == .withinTolerance)
    #expect(outcome(before, table([11, 13, 15], tolerance: 0.5, processor: "B")) == .better)
    #expect(outcome(before, table([9, 11, 13], tolerance: 0.5, processor: "B")) == .worse)
  }

  @Test func withoutToleranceThePairedTestOverRepeatsDecides() throws {
    let before = table([10, 20, 30])
    let noisy = Comparison(before: before, after: table([9, 22, 29.5], processor: "B"))
    #expect(noisy.cells[0].outcome == .notShown)
    #expect(noisy.cells[0].test == .pairedT)
    // scipy.stats.ttest_rel([9, 22, 29.5], [10, 20, 30])
    #expect(abs(try #require(noisy.cells[0].pValue) - 0.874012) < 1e-5)
    let shifted = Comparison(before: before, after: table([8, 18.01, 27.99], processor: "B"))
    #expect(shifted.cells[0].outcome == .worse)
    #expect(shifted.verdict == .regressed)
  }

  /// One clear difference among many cells must survive the correction; a middling one must not.
  @Test func manyTestsAreCorrectedTogether() {
    func two(_ a: [Double], _ b: [Double]) -> TableResults { table(a, processor: "B", other: b) }
    let before = table([10, 20, 30], other: [1, 2, 3])
    // p = 0.046 alone: enough for one cell, not beside another.
    let one = Comparison(before: before, after: two([11, 21.5, 32.2], [1, 2, 3]))
    #expect(one.cells.map(\.outcome) == [.better, .same])
    let both = Comparison(before: before, after: two([11, 21.5, 32.2], [1.1, 2.4, 2.8]))
    #expect(both.cells.map(\.outcome) == [.notShown, .notShown])
  }

  @Test func aSingleRunIsComparedByItsAnswers() throws {
    let right = (0..<100).map { $0 < 80 }
    func single(_ answers: [Bool], _ processor: String) -> TableResults {
      table([Double(answers.count { $0 })], items: [answers], processor: processor, other: [1])
    }
    // Ten items lost, none won: 2 / 2^10.
    let lost = Comparison(before: single(right, "A"), after: single((0..<100).map { $0 < 70 }, "B"))
    #expect(lost.cells[0].test == .mcNemar)
    #expect(abs(try #require(lost.cells[0].pValue) - 2 / 1024) < 1e-12)
    #expect(lost.cells[0].outcome == .worse)
    // Three lost and two won: chance.
    let swapped = Comparison(
      before: single(right, "A"), after: single((0..<100).map { $0 < 77 || $0 == 90 || $0 == 91 }, "B"))
    #expect(swapped.cells[0].outcome == .notShown)
    #expect(
      swapped.itemReport.contains(
        "| a   | score  |   100 | right   |           3 |          2 | p > 0.999 |"),
      "\(swapped.itemReport)")
    // An error rate counts what is wrong.
    func wrong(_ errors: Range<Int>) -> TableResults {
      table(
        [Double(errors.count)], items: [(0..<100).map { !errors.contains($0) }], better: .lower,
        processor: "B",
        other: [1], statistic: "error-rate")
    }
    let errors = Comparison(before: wrong(0..<20), after: wrong(5..<22))
    #expect(
      errors.itemReport.contains("| a   | score  |   100 | wrong   |           5 |          2 |"),
      "\(errors.itemReport)")
  }

  /// The same ten items lost in each of three repeats are ten items, not thirty.
  @Test func repeatsOnOneTestSetAreNoFurtherItems() {
    func three(_ right: Int) -> TableResults {
      let answers = (0..<100).map { $0 < right }
      return table(
        [Double](repeating: Double(right), count: 3), items: [answers, answers, answers])
    }
    let pairs = PairedCells(three(80).cells[0], three(70).cells[0])
    #expect(pairs.items.count == 100)
    #expect(pairs.mcNemar == nil)
  }

  /// Values move in steps of an item: the same step in two or three repeats is no certainty.
  @Test func oneItemLessInEveryRepeatIsNotShown() {
    func shares(_ right: [Int], _ processor: String) -> TableResults {
      table(
        right.map(Double.init), items: right.map { right in (0..<100).map { $0 < right } },
        processor: processor)
    }
    #expect(outcome(shares([80, 81], "A"), shares([79, 80], "B")) == .notShown)
    #expect(outcome(shares([80, 81, 82], "A"), shares([70, 71, 72], "B")) == .worse)
  }

  @Test func whatCannotBeTestedIsADifference() {
    #expect(outcome(table([1], other: [1]), table([2], processor: "B", other: [1])) == .better)
  }

  @Test func missingIsNotPassing() {
    var after = table([1, 2, 3])
    after.cells.removeFirst()
    #expect(outcome(table([1, 2, 3]), after) == .notMeasured)
    #expect(Comparison(before: table([1, 2, 3]), after: after).verdict == .regressed)
    #expect(outcome(table([1, 2, 3]), table([1, 2, .nan])) == .notMeasured)
    #expect(outcome(after, table([1, 2, 3])) == .new)
    #expect(Comparison(before: after, after: table([1, 2, 3])).verdict == .noBaseline)
    after.cells = []
    #expect(outcome(after, after) == .empty)
  }

  @Test func anotherMetricIsAnotherCell() {
    #expect(outcome(table([1, 2, 3]), table([1, 2, 3], metric: 16)) == .redefined)
    #expect(outcome(table([1, 2]), table([1, 2, 3])) == .redefined, "another number of repeats")
    let comparison = Comparison(
      before: table([1, 2], other: [1, 2]), after: table([1, 2, 3], other: [1, 2, 3]))
    #expect(comparison.verdict == .regressed)
    #expect(comparison.markdown().hasPrefix("## Measured in another way: t, quick profile\n"))
  }

  @Test func anOrderingThatIsNoLongerShownIsARegression() {
    let claim = [Manifest.Expectation(left: "a", relation: .greater, right: "b", column: "score")]
    let before = table([10, 11, 12], expect: claim, other: [1, 2, 3.5])
    let after = table([10, 11, 12], processor: "B", expect: claim, other: [9, 13, 10])
    let comparison = Comparison(before: before, after: after)
    #expect(comparison.orderings.map(\.before) == [.holds])
    #expect(comparison.orderings[0].isLost)
    #expect(comparison.verdict == .regressed)
    #expect(comparison.markdown().contains("| a > b on score | holds  | undecided"))
    #expect(!Comparison(before: before, after: before).orderings[0].isLost)
  }

  @Test func theSummaryNamesCellTestAndRule() {
    let comparison = Comparison(
      before: table([10, 20, 30]), after: table([8, 18.01, 27.99], processor: "B"))
    let text = comparison.markdown()
    #expect(
      text.hasPrefix(
        "## Regressed: t, quick profile\n\n2 cells: 1 same, 1 worse. Other processor than the baseline's"))
    #expect(
      text.contains(
        "| a   | score  | 20.0 ± 10.0 | 18.0 ± 10.0 |       −2.0 | worse   | paired t over repeats | p < 0.001 |"
      ), "\(text)")
    #expect(text.contains("| processor | A      | B     |"))
    let same = Comparison(before: table([1]), after: table([1])).markdown()
    #expect(
      same.hasPrefix(
        "## Fine: t, quick profile\n\n2 cells: 2 same. The same libraries and processor made both"))
  }

  @Test func theDocumentForMachinesSaysTheSame() {
    let json = Comparison(before: table([10, 20, 30]), after: table([8, 18.01, 27.99], processor: "B")).json()
    #expect(json["verdict"]?.string == "regressed")
    #expect(json["exact"]?.bool == false)
    #expect(json["counts"] == ["same": 1, "worse": 1])
    #expect(json["cells"]?.array?.first?["test"]?.string == "paired t over repeats")
    #expect(json["provenance"]?["processor"]?["after"]?.string == "B")
  }
}

@Suite("Recorded files") struct RecordedCheckTests {
  private func check(_ change: (TemporaryDirectory, inout TableResults) throws -> Void) throws -> [String] {
    let folder = try TemporaryDirectory()
    var results = Self.sample
    let experiment = results.experiment
    _ = try ReportWriter(results: results).write(to: folder.path)
    try change(folder, &results)
    return try RecordedCheck(results, folder: folder.path, experiment: experiment).problems
  }

  /// The sample's answers belong to no value of it.
  private static var sample: TableResults {
    var results = SampleResults.results()
    for cell in results.cells.indices {
      for repetition in results.cells[cell].repeats.indices {
        results.cells[cell].repeats[repetition].outcomes = nil
      }
    }
    return results
  }

  @Test func aTableThatTheToolWroteHasNoProblems() throws {
    var results = Self.sample
    // The sample leaves one cell out on purpose.
    results.experiment.rows.removeAll { $0.id == "infogan" }
    results.cells.removeAll { $0.row == "infogan" }
    let folder = try TemporaryDirectory()
    _ = try ReportWriter(results: results).write(to: folder.path)
    #expect(try RecordedCheck(results, folder: folder.path, experiment: results.experiment).problems == [])
  }

  @Test func aRowThatIsOpenIsNoProblemAndAnEmptyTableIsOne() throws {
    let problems = try check { _, results in results.cells.removeAll { $0.row == "infogan" } }
    #expect(!problems.contains { $0.contains("row infogan") }, "\(problems)")
    let nothing = try check { _, results in results.cells = [] }
    #expect(nothing.contains("row pca, column score: 0 of 3 repeats were measured"), "\(nothing)")
  }

  @Test func aTableThatWasEditedIsNamed() throws {
    let problems = try check { folder, _ in
      let path = folder.path("table.md")
      try DurableFile.write(try POSIXFileSystem().text(of: path).replacing("PCA", with: "PCB"), to: path)
      try POSIXFileSystem().removeFile(folder.path("table.tex"))
    }
    #expect(problems.contains("table.md is not what results.h5 gives"))
    #expect(problems.contains("table.tex is missing"))
    #expect(problems.contains("row infogan, column sap: 0 of 3 repeats were measured"))
  }

  @Test func aValueThatDoesNotFollowFromItsAnswersIsNamed() throws {
    let problems = try check { _, results in
      results.cells[0].repeats[0].values = [50]
      results.cells[0].repeats[0].outcomes = .answers(
        Answers(classes: ["x", "y"], actual: [0, 1], predicted: [[0, 1]]))
      results.cells[0].statistic = "accuracy"
    }
    #expect(
      problems.contains {
        $0.hasPrefix(
          "row ground-truth, column score, repeat 1: the value 50 does not follow from the answers, which give 100"
        )
      }, "\(problems)")
  }

  @Test func aValueWithoutAnswersBehindItIsNamed() throws {
    let problems = try check { _, results in
      results.cells[0].repeats[0].outcomes = .answers(
        Answers(classes: ["x", "y"], actual: [0, 1], predicted: [[0, 1]]))
      results.cells[0].statistic = "accuracy"
      results.cells[0].repeats[0].values = [100, 50]
    }
    #expect(
      problems.contains("row ground-truth, column score, repeat 1: 2 values, and the answers give 1"),
      "\(problems)")
  }

  @Test func aColumnOfAStatisticNeedsAnswersAndNumbers() throws {
    func problems(_ change: (inout Cell) -> Void) throws -> [String] {
      let folder = try TemporaryDirectory()
      var results = table([100], items: [[true, true]])
      results.experiment.columns[0].metric = Configured(kind: "accuracy")
      results.experiment.rows.removeLast()
      results.cells.removeLast()
      change(&results.cells[0])
      _ = try ReportWriter(results: results).write(to: folder.path)
      return try RecordedCheck(results, folder: folder.path, experiment: results.experiment).problems
    }
    #expect(try problems { _ in } == [])
    let lacking = ["row a, column score, repeat 1: there are no answers that the value follows from"]
    #expect(try problems { $0.repeats[0].outcomes = nil } == lacking)
    #expect(try problems { $0.statistic = nil } == lacking)
    let nan = try problems { $0.repeats[0].values = [.nan] }
    #expect(nan.count == 1 && nan[0].hasSuffix("does not follow from the answers, which give 100"), "\(nan)")
  }

  @Test func aManifestThatHasChangedIsNamed() throws {
    let problems = try check { _, results in
      results.experiment.rows[1].label = "Another"
      results.experiment.columns[0].decimals = 1
    }
    #expect(
      problems.contains(
        "the manifest has changed since these results were recorded: rows pca; columns score"), "\(problems)")
  }
}
