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
      repeats: values.enumerated().map { Cell.Repeat(repetition: $0.offset, values: $0.element, step: "s") })
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
}
