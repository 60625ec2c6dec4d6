import Testing

@testable import Metrics

@Suite("Messages")
struct ErrorMessageTests {
  @Test(arguments: [
    (
      MetricsError.poolMismatch("there are 2 codes for 3 images"),
      "cannot make a pool of codes: there are 2 codes for 3 images"
    ),
    (
      .nonFiniteCode(row: 7, dimension: 2),
      "cannot score the codes: dimension 2 of pool member 7 is not a finite number; "
        + "the model has most likely diverged, look at its training loss"
    ),
    (
      .unknownFactor("size", known: ["shape", "scale"]),
      "cannot score factor 'size': the data set has shape, scale"
    ),
    (
      .constantFactor("shape"),
      "cannot score factor 'shape': it takes a single value in the pool; leave it out of the scored factors"
    ),
    (
      .tooFewFactors(metric: "DCI", needed: 2, given: 1),
      "cannot compute DCI on 1 factor: it compares at least 2"
    ),
    (
      .invalidOption(name: "bins", value: "1", requirement: "one bin holds no information"),
      "cannot use bins = 1: one bin holds no information"
    ),
    (
      .tooFewObservations(statistic: "a t interval", needed: 2, given: 1),
      "cannot compute a t interval from 1 observation: it needs at least 2"
    ),
    (
      .unpaired(statistic: "a paired t test", first: 3, second: 4),
      "cannot compute a paired t test: it compares pairs, but one sample has 3 members and the other 4"
    ),
  ])
  func text(_ error: MetricsError, _ message: String) {
    #expect(error.description == message)
  }

  @Test func raisedByStatistics() {
    #expect(throws: MetricsError.tooFewObservations(statistic: "a mean", needed: 1, given: 0)) {
      try SampleSummary([])
    }
    let one = SampleSummary(count: 1, mean: 0.5, standardDeviation: 0)
    #expect(throws: MetricsError.tooFewObservations(statistic: "a t interval", needed: 2, given: 1)) {
      try one.interval()
    }
    #expect(throws: MetricsError.tooFewObservations(statistic: "Welch's t test", needed: 2, given: 1)) {
      try TTest.welch(one, SampleSummary(count: 4, mean: 0, standardDeviation: 1))
    }
    #expect(throws: MetricsError.unpaired(statistic: "McNemar's test", first: 1, second: 2)) {
      try McNemar(first: [true], second: [true, false])
    }
    #expect(
      throws: MetricsError.invalidOption(
        name: "margin", value: "0.0", requirement: "an equivalence margin is positive")
    ) {
      try EquivalenceTest(SampleSummary(count: 4, mean: 0, standardDeviation: 1), expected: 0, margin: 0)
    }
    #expect(
      throws: MetricsError.invalidOption(
        name: "bins", value: "1", requirement: "one bin holds no information")
    ) { try MutualInformationGap(.init(bins: 1)) }
  }
}
