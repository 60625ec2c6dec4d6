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
        Cell.Repeat(repetition: $0.offset, values: [$0.element], step: "s")
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
}
