import Manifest
import Results
import Testing

@testable import Report

@Suite struct OrderingTests {
  private func order(
    _ left: [Double], _ relation: Manifest.Expectation.Relation, _ right: [Double], tolerance: Double? = nil
  ) -> Ordering {
    let column = Column(
      id: "c", label: "C", better: .higher, metric: Configured(kind: "m"), tolerance: tolerance)
    var results = TableResults(experiment: SampleResults.experiment())
    results.experiment.columns = [column]
    for (row, values) in [("a", left), ("b", right)] {
      let repeats = values.enumerated().map {
        Cell.Repeat(repetition: $0.offset, values: [$0.element], step: "s\($0.offset)")
      }
      results.cells.append(Cell(row: row, column: "c", repeats: repeats))
    }
    return Ordering(Manifest.Expectation(left: "a", relation: relation, right: "b", column: "c"), in: results)
  }

  @Test func pValuesAgreeWithSciPy() throws {
    let reference = try Reference.load()
    let ordering = order(reference.first, .greater, reference.second)
    #expect(isClose(ordering.pValue, reference.pairedT))
    #expect(isClose(ordering.signFlip?.pValue, reference.signFlip))
    #expect(ordering.decisive == ordering.signFlip?.pValue)
  }

  @Test func threeSeedsAreDecidedByThePairedTest() {
    let ordering = order([90, 91, 92], .greater, [80, 80.5, 82.5])
    #expect(ordering.outcome == .holds)
    #expect(ordering.heldIn == 3)
    #expect(ordering.signFlip?.pValue == 0.125)
    #expect(ordering.decisive == ordering.pValue)
  }

  @Test func theOppositeDoesNotHold() {
    #expect(order([80, 80.5, 82.5], .greater, [90, 91, 92]).outcome == .doesNotHold)
    #expect(order([80, 80.5, 82.5], .less, [90, 91, 92]).outcome == .holds)
    #expect(order([1, 2, 3, 4, 5], .greater, [2, 4, 4, 6, 7]).outcome == .doesNotHold)
  }

  @Test func noisySeedsLeaveItUndecided() {
    let ordering = order([90, 80, 85], .greater, [84, 85, 83])
    guard case .undecided(let repeats?) = ordering.outcome else {
      Issue.record("\(ordering.outcome)")
      return
    }
    #expect(repeats > 3)
    #expect(ordering.heldIn == 2)
    #expect(order([1], .greater, [0]).outcome == .undecided(repeats: nil))
  }

  /// The sign-flip test decides here, and the t test would have settled it with fewer.
  @Test func whatWouldSettleItIsMoreThanThereIs() {
    let ordering = order([10, 10, 10, 10, 0], .greater, [0, 0, 0, 0, 0.1])
    #expect(ordering.signFlip?.pValue == 0.0625)
    #expect(ordering.outcome == .undecided(repeats: 6))
  }

  @Test func drawsWithoutANumberAreNoPairs() {
    var results = TableResults(experiment: SampleResults.experiment())
    results.experiment.columns = [
      Column(id: "c", label: "C", better: .higher, metric: Configured(kind: "m"), aggregate: .draws)
    ]
    for (row, values) in [("a", [3, 4, .nan, 6]), ("b", [1, 2.5, 3, 3])] {
      results.cells.append(
        Cell(row: row, column: "c", repeats: [Cell.Repeat(repetition: 0, values: values, step: "s")]))
    }
    let ordering = Ordering(
      Manifest.Expectation(left: "a", relation: .greater, right: "b", column: "c"), in: results)
    #expect(ordering.differences == [2, 1.5, 3])
  }

  @Test func drawsArePairedWithinTheirRepeat() {
    var results = TableResults(experiment: SampleResults.experiment())
    results.experiment.columns = [
      Column(id: "c", label: "C", better: .higher, metric: Configured(kind: "m"), aggregate: .draws)
    ]
    let repeats = [
      Cell.Repeat(repetition: 0, values: [3, 4], step: "s0"),
      Cell.Repeat(repetition: 1, values: [5, 9], step: "s1"),
    ]
    results.cells = [
      Cell(row: "a", column: "c", repeats: repeats),
      Cell(row: "b", column: "c", repeats: [.init(repetition: 1, values: [1, 2], step: "t1")]),
    ]
    let ordering = Ordering(
      Manifest.Expectation(left: "a", relation: .greater, right: "b", column: "c"), in: results)
    #expect(ordering.differences == [4, 7])
  }

  /// Two rows without seeds are one pair, whatever the number of repeats.
  @Test func aPairThatIsMeasuredOnceIsNoSample() {
    var results = TableResults(experiment: SampleResults.experiment())
    results.experiment.columns = [
      Column(id: "c", label: "C", better: .higher, metric: Configured(kind: "m"))
    ]
    for (row, value) in [("a", 2.0), ("b", 1.0)] {
      results.cells.append(
        Cell(
          row: row, column: "c",
          repeats: (0..<3).map { Cell.Repeat(repetition: $0, values: [value], step: row) }))
    }
    let ordering = Ordering(
      Manifest.Expectation(left: "a", relation: .greater, right: "b", column: "c"), in: results)
    #expect(ordering.differences == [1])
    #expect(ordering.outcome == .undecided(repeats: nil))
  }

  @Test func equalityIsShownWithinTheToleranceOnly() {
    #expect(order([80.1, 80, 79.9], .equal, [80, 80, 80]).outcome == .holds)
    #expect(order([80.1, 80, 79.9], .equal, [80, 80, 80], tolerance: 0.05).outcome != .holds)
    #expect(order([90, 90.1, 89.9], .equal, [80, 80, 80]).outcome == .doesNotHold)
    #expect(order([70, 80, 90], .equal, [80, 80, 80]).heldIn == 1)
  }

  @Test func onlySharedRepeatsArePaired() {
    let ordering = order([5, 6, 7, 8], .greater, [1, 1])
    #expect(ordering.differences == [4, 5])
    #expect(order([], .greater, [1]).outcome == .notMeasured)
  }

  /// Two single runs over 100 items, of which each answers so many wrongly.
  private func orderErrors(_ left: Int, _ relation: Manifest.Expectation.Relation, _ right: Int) -> Ordering {
    let column = Column(
      id: "c", label: "C", unit: "%", better: .lower, metric: Configured(kind: "error-rate"))
    var results = TableResults(experiment: SampleResults.experiment())
    results.experiment.columns = [column]
    for (row, wrong) in [("a", left), ("b", right)] {
      let answers = Answers(
        classes: ["x", "y"], actual: [UInt8](repeating: 0, count: 100),
        predicted: [(0..<100).map { $0 < wrong ? 1 : 0 }])
      results.cells.append(
        Cell(
          row: row, column: "c", statistic: "error-rate",
          repeats: [
            Cell.Repeat(repetition: 0, values: [Double(wrong)], outcomes: .answers(answers), step: row)
          ]))
    }
    return Ordering(Manifest.Expectation(left: "a", relation: relation, right: "b", column: "c"), in: results)
  }

  @Test func singleRunsAreOrderedByTheColumnsStatistic() {
    // 10 errors against 40: the first errs less, whatever "right answers" would say.
    #expect(orderErrors(10, .less, 40).outcome == .holds)
    #expect(orderErrors(10, .greater, 40).outcome == .doesNotHold)
    #expect(orderErrors(40, .greater, 10).outcome == .holds)
    #expect(orderErrors(10, .less, 11).outcome == .undecided(repeats: nil))
    #expect(orderErrors(10, .less, 40).unit == .items)
    #expect(orderErrors(10, .less, 40).discordant?.secondOnly == 30)
  }

  @Test func equalityOfSingleRunsIsOverTheirItems() {
    let apart = orderErrors(10, .equal, 60)
    #expect(apart.outcome == .doesNotHold && apart.unit == .items && apart.discordant == nil)
    #expect(orderErrors(10, .equal, 11).outcome == .undecided(repeats: nil))
    // Of 100 items none differs, and the margin is 1% of 10.
    #expect(orderErrors(10, .equal, 10).outcome == .holds)
  }

  @Test func theNoteSpeaksOfTheTestsThatWereRun() {
    let (mcNemar, equal) = (orderErrors(10, .less, 40), orderErrors(10, .equal, 40))
    let seeds = "the sign-flip test, which assumes nothing, cannot fall below"
    #expect(OrderingText.note([mcNemar]).contains("McNemar's exact test over the items"))
    #expect(!OrderingText.note([mcNemar]).contains(seeds))
    let note = OrderingText.note([equal])
    #expect(note.contains("by a paired t test of what the statistic gives for the test items of both"))
    #expect(note.contains("`~` holds where") && !note.contains(seeds))
    #expect(
      OrderingText.note([equal, order([1, 2, 3], .greater, [0, 0, 0])]).contains("With 3 seeds " + seeds))
  }

  @Test func singleRunsOfOtherScoresAreOrderedByAPairedTest() throws {
    var results = TableResults(experiment: SampleResults.experiment())
    results.experiment.columns = [
      Column(id: "c", label: "C", better: .higher, metric: Configured(kind: "class-iou"))
    ]
    for (row, right) in [("a", 90), ("b", 60)] {
      // Two classes of 100 pixels in each of 20 images, with a little variety.
      let images = (0..<20).map { image -> [Int32] in
        let hits = Int32(right + image % 5)
        return [hits, 100 - hits, 0, 100 - hits, hits, 0]
      }
      let counts = ConfusionCounts(classes: ["road", "sky"], images: [images])
      let value = try #require(OutcomeStatistic.classIoU.values(.confusions(counts)).first)
      results.cells.append(
        Cell(
          row: row, column: "c", statistic: "class-iou",
          repeats: [
            Cell.Repeat(repetition: 0, values: [value], outcomes: .confusions(counts), step: row)
          ]))
    }
    func order(_ relation: Manifest.Expectation.Relation) -> Ordering {
      Ordering(Manifest.Expectation(left: "a", relation: relation, right: "b", column: "c"), in: results)
    }
    #expect(order(.greater).outcome == .holds)
    #expect(order(.less).outcome == .doesNotHold)
    #expect(order(.greater).discordant == nil)
    #expect(order(.equal).outcome == .doesNotHold)
    let measurement = try #require(
      Measurement(results.cell("a", "c"), column: results.experiment.columns[0]))
    #expect(measurement.unit == .items)
    #expect(measurement.tested.count == 20)
    #expect(measurement.itemInterval != nil)
  }
}
