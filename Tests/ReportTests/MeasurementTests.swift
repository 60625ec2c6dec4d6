import Manifest
import Results
import Testing

@testable import Report

@Suite struct MeasurementTests {
  let reference: Reference

  init() throws { reference = try Reference.load() }

  private func column(_ aggregate: Aggregate, better: Direction? = .higher) -> Column {
    Column(id: "c", label: "C", better: better, metric: Configured(kind: "m"), aggregate: aggregate)
  }

  private func cell(_ values: [[Double]]) -> Cell {
    Cell(
      row: "r", column: "c",
      repeats: values.enumerated().map {
        Cell.Repeat(repetition: $0.offset, values: $0.element, step: "s\($0.offset)")
      })
  }

  @Test func meanCountsRepeatsNotRestarts() throws {
    let measurement = try #require(Measurement(cell(reference.repeats), column: column(.mean)))
    #expect(measurement.plain.count == 4)
    #expect(measurement.valueCount == 12)
    #expect(isClose(measurement.plain.standardDeviation, reference.meanDeviation))
    #expect(measurement.tested == measurement.plain)
    #expect(measurement.printed == measurement.plain)
  }

  @Test func topHalfHasTheJackknifeOverRepeats() throws {
    let measurement = try #require(Measurement(cell(reference.repeats), column: column(.topHalf)))
    #expect(measurement.printed.count == 6)
    #expect(isClose(measurement.tested.mean, reference.topHalf))
    #expect(measurement.tested.count == 4)
    #expect(isClose(measurement.tested.standardDeviation, reference.topHalfDeviation))
    #expect(isClose(measurement.plain.standardDeviation, reference.meanDeviation))
  }

  /// Repeats draw labels of their own, so six draws are six units, however many repeats they lie in.
  @Test func drawsOfAllRepeatsAreUnits() throws {
    let measurement = try #require(
      Measurement(cell([[70, 72], [74, 70], [71, 73]]), column: column(.draws)))
    #expect(measurement.tested.count == 6 && measurement.printed.count == 6)
    // numpy.std([70, 72, 74, 70, 71, 73], ddof=1), and ddof=0 as it is printed.
    #expect(isClose(measurement.tested.standardDeviation, 1.6329931618554518))
    #expect(isClose(measurement.printed.standardDeviation, 1.4907119849998598))
  }

  /// What has no seed has one step for all repeats.
  @Test func oneMeasurementIsNoSample() throws {
    var once = cell([[70], [70], [70]])
    for index in once.repeats.indices { once.repeats[index].step = "s" }
    let measurement = try #require(Measurement(once, column: column(.mean)))
    #expect(measurement.plain.count == 1 && measurement.tested.count == 1)
  }

  @Test func theBetterHalfIsTheLowerOneWhereLowerIsBetter() throws {
    let measurement = try #require(
      Measurement(cell([[1], [2], [3], [4]]), column: column(.topHalf, better: .lower)))
    #expect(measurement.printed.mean == 1.5)
    #expect(measurement.printed.count == 2)
  }

  @Test(arguments: [[[]], [[1, .nan]], [[1], [.infinity]], []] as [[[Double]]])
  func withoutFiniteValuesNothingIsMeasured(_ values: [[Double]]) {
    #expect(Measurement(cell(values), column: column(.mean)) == nil)
    #expect(Measurement(nil, column: column(.mean)) == nil)
  }

  @Test func anErrorRateOfASingleRunHasItsIntervalOverItems() throws {
    let answers = Answers(
      classes: ["x", "y"], actual: [UInt8](repeating: 0, count: 200),
      predicted: [(0..<200).map { $0 < 30 ? 1 : 0 }])
    let column = Column(
      id: "c", label: "C", unit: "%", better: .lower, metric: Configured(kind: "error-rate"))
    let cell = Cell(
      row: "a", column: "c", statistic: "error-rate",
      repeats: [Cell.Repeat(repetition: 0, values: [15], outcomes: .answers(answers), step: "s")])
    let measurement = try #require(Measurement(cell, column: column))
    #expect(measurement.unit == .items)
    #expect(measurement.tested.count == 200)
    // Wilson's interval of 30 in 200.
    let interval = try #require(measurement.itemInterval)
    #expect(abs(interval.lower - 10.7136) < 1e-3)
    #expect(abs(interval.upper - 20.6056) < 1e-3)
  }

  /// Only files can hold such values, and no file may end the program.
  @Test(arguments: [1e20, -3, 150] as [Double]) func aValueThatIsNoShareHasAnIntervalAllTheSame(
    _ value: Double
  ) throws {
    let answers = Answers(classes: ["x"], actual: [0, 0], predicted: [[0, 0]])
    let cell = Cell(
      row: "a", column: "c", statistic: "accuracy",
      repeats: [Cell.Repeat(repetition: 0, values: [value], outcomes: .answers(answers), step: "s")])
    let column = Column(
      id: "c", label: "C", unit: "%", better: .higher, metric: Configured(kind: "accuracy"))
    let interval = try #require(Measurement(cell, column: column)?.interval)
    #expect(interval.lower >= 0 && interval.upper <= 100)
  }

  @Test func noErrorsHaveAnIntervalToo() throws {
    let answers = Answers(
      classes: ["x", "y"], actual: [UInt8](repeating: 0, count: 40),
      predicted: [[UInt8](repeating: 0, count: 40)])
    let cell = Cell(
      row: "a", column: "c", statistic: "error-rate",
      repeats: [Cell.Repeat(repetition: 0, values: [0], outcomes: .answers(answers), step: "s")])
    let column = Column(
      id: "c", label: "C", unit: "%", better: .lower, metric: Configured(kind: "error-rate"))
    let interval = try #require(Measurement(cell, column: column)?.itemInterval)
    #expect(interval.lower == 0)
    // statsmodels.stats.proportion.proportion_confint(0, 40, method="wilson")
    #expect(abs(interval.upper - 8.76) < 0.01)
  }
}
