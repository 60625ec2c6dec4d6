import Manifest
import Results
import Testing

@testable import Report

@Suite struct VerdictTests {
  let reference: Reference

  init() throws { reference = try Reference.load() }

  private func judge(
    _ values: [Double], _ claim: Claim, better: Direction? = .higher, reservations: [String] = []
  ) -> Verdict {
    let column = Column(id: "c", label: "C", better: better, metric: Configured(kind: "m"))
    let repeats = values.enumerated().map {
      Cell.Repeat(repetition: $0.offset, values: [$0.element], step: "s\($0.offset)")
    }
    let measurement = Measurement(Cell(row: "r", column: "c", repeats: repeats), column: column)
    return Verdict(claim: claim, measurement: measurement, column: column, reservations: reservations)
  }

  @Test func oneSampleTestAgreesWithSciPy() throws {
    let evidence = try #require(judge(reference.sample, Claim(value: 84.9, spread: 0.4)).evidence)
    #expect(evidence.test == .oneSample)
    #expect(isClose(evidence.margin.total, 0.05 + 0.849))
    #expect(isClose(evidence.pOutside, reference.oneSample.pOutside))
    #expect(isClose(evidence.pInside, reference.oneSample.pInside))
    let interval = try #require(reference.oneSample.interval)
    #expect(isClose(evidence.interval?.lower, interval[0], 1e-8))
    #expect(isClose(evidence.interval?.upper, interval[1], 1e-8))
  }

  @Test(arguments: [
    (SpreadKind.sd, 0.4), (.standardError, 0.4 / 10.0.squareRoot()), (.interval95, 0.2861427627909),
    (.range95, 0.784),
  ])
  func aStatedSpreadMakesTheClaimASample(_ kind: SpreadKind, _ spread: Double) throws {
    let claim = Claim(value: 84, decimals: 1, spread: spread, spreadKind: kind, count: 10)
    let evidence = try #require(judge(reference.sample, claim).evidence)
    #expect(evidence.test == .welch)
    #expect(isClose(evidence.published?.standardDeviation, 0.4, 1e-5))
    #expect(evidence.margin.spread == 0)
    #expect(isClose(evidence.pOutside, reference.welch.pOutside, 1e-5))
    #expect(isClose(evidence.pInside, reference.welch.pInside, 1e-5))
  }

  @Test func anUnstatedSpreadIsAMarginAndNoSample() throws {
    let claim = Claim(value: 42.03, spread: 10.6, count: 30)
    let evidence = try #require(judge([45, 47, 46], claim).evidence)
    #expect(evidence.published == nil)
    #expect(isClose(evidence.margin.total, 10.605))
  }

  @Test func outcomesFollowTheIntervalOfTheGap() {
    let claim = Claim(value: 80, decimals: 1)  // margin 0.85, close up to 2.55
    #expect(judge([80.1, 80.2, 80.0], claim).outcome == .reproduced)
    #expect(judge([81.5, 81.6, 81.7], claim).outcome == .close)
    #expect(judge([78.4, 78.5, 78.3], claim).outcome == .close)
    #expect(judge([90, 91, 92], claim).outcome == .better)
    #expect(judge([70, 71, 72], claim).outcome == .differs)
    #expect(judge([70, 71, 72], claim, better: .lower).outcome == .better)
    #expect(judge([90, 91, 92], claim, better: nil).outcome == .differs)
    #expect(judge([75, 80, 85], claim).outcome == .inconclusive(repeats: 13))
    #expect(judge([80], claim).outcome == .inconclusive(repeats: nil))
    #expect(judge([], claim).outcome == .notMeasured)
  }

  @Test func theRepeatsThatWouldSettleItDo() throws {
    let claim = Claim(value: 80, decimals: 1)
    guard case .inconclusive(let repeats?) = judge([78, 82, 86], claim).outcome else {
      Issue.record("three values this far apart show nothing")
      return
    }
    // Values with mean 82 and sd 4: symmetric pairs, and for an odd count one value at the mean.
    func sample(_ count: Int) -> [Double] {
      let pairs = count / 2
      let deviation = 4 * (Double(count - 1) / Double(2 * pairs)).squareRoot()
      let values = (0..<pairs).flatMap { _ in [82 + deviation, 82 - deviation] }
      return count % 2 == 1 ? values + [82] : values
    }
    #expect(judge(sample(repeats), claim).outcome == .better)
    guard case .inconclusive = judge(sample(repeats - 1), claim).outcome else {
      Issue.record("one repeat fewer already settles it")
      return
    }
  }

  /// The published runs' own standard error is wider than either border: no number of repeats of ours settles it.
  @Test func noRepeatsSettleANoisyClaim() {
    let noisy = Claim(value: 60, spread: 50, spreadKind: .sd, count: 5)
    #expect(judge([80, 82, 84], noisy).outcome == .inconclusive(repeats: nil))
  }

  /// A single run that answers so many of its items rightly.
  private func judge(right: Int, of items: Int, _ claim: Claim) -> Verdict {
    let column = Column(
      id: "c", label: "C", unit: "%", better: .higher, metric: Configured(kind: "accuracy"))
    let answers = Answers(
      classes: ["x", "y"], actual: [UInt8](repeating: 0, count: items),
      predicted: [(0..<items).map { $0 < right ? 0 : 1 }])
    let cell = Cell(
      row: "r", column: "c", statistic: "accuracy",
      repeats: [
        Cell.Repeat(
          repetition: 0, values: [100 * Double(right) / Double(items)], outcomes: .answers(answers), step: "s"
        )
      ])
    return Verdict(
      claim: claim, measurement: Measurement(cell, column: column), column: column, reservations: [])
  }

  /// All of twenty right has no spread, and yet comes of a share of 0.95 in more than a third of all cases.
  @Test func aShareIsTestedByItsBinomialDistribution() throws {
    let all = judge(right: 20, of: 20, Claim(value: 95, decimals: 1))
    #expect(all.outcome == .inconclusive(repeats: nil))
    let evidence = try #require(all.evidence)
    #expect(evidence.test == .share && evidence.degreesOfFreedom == nil)
    // scipy.stats.binomtest(20, 20, 0.95 + 0.01, alternative="greater")
    #expect(abs(try #require(evidence.pInside) - 0.442002) < 1e-5)
    // scipy.stats.binomtest(20, 20).proportion_ci(0.9, "exact") has 0.860892 below.
    #expect(abs(try #require(evidence.interval).lower - (86.0892 - 95)) < 1e-3)
    #expect(abs(try #require(evidence.interval).upper - 5) < 1e-12)
    let text = EvidenceText(evidence, decimals: 1, unit: "%").lines.joined(separator: "\n")
    #expect(text.contains("90% interval −8.91 to +5.00 (Clopper and Pearson)."), "\(text)")
    #expect(judge(right: 950, of: 1000, Claim(value: 95, decimals: 1)).outcome == .close)
    #expect(judge(right: 9500, of: 10_000, Claim(value: 95, decimals: 1)).outcome == .reproduced)
    #expect(judge(right: 990, of: 1000, Claim(value: 95, decimals: 1)).outcome == .better)
    #expect(judge(right: 0, of: 1000, Claim(value: 95, decimals: 1)).outcome == .differs)
  }

  @Test func aSingleDrawNeedsAnotherDraw() throws {
    let column = Column(
      id: "c", label: "C", better: .higher, metric: Configured(kind: "m"), aggregate: .draws)
    let cell = Cell(
      row: "r", column: "c", repeats: [Cell.Repeat(repetition: 0, values: [50], step: "s")])
    let verdict = Verdict(
      claim: Claim(value: 60), measurement: Measurement(cell, column: column), column: column,
      reservations: [])
    let lines = EvidenceText(try #require(verdict.evidence), decimals: 1, unit: "%").lines
    #expect(lines[0] == "Test: no test: one draw of labels has no spread.")
    #expect(lines.last == "Gap: −10.00; a second draw of labels is needed to test it.")
  }

  @Test func valuesWithoutSpreadAreShownByAnyTest() {
    #expect(judge([100, 100, 100], Claim(value: 100)).outcome == .reproduced)
    #expect(judge([50, 50, 50], Claim(value: 100)).outcome == .differs)
  }

  @Test func aDescribingColumnComparesDigits() {
    #expect(judge([4800], Claim(value: 4800), better: nil).outcome == .reproduced)
    #expect(judge([4801], Claim(value: 4800), better: nil).outcome == .differs)
  }

  @Test func theTestIsRunWhereTheProtocolForbidsToCompare() {
    let verdict = judge([70, 71, 72], Claim(value: 80), reservations: ["profile desk, not paper"])
    #expect(verdict.outcome == .differs)
    #expect(!verdict.isComparable)
    #expect(verdict.description == "not comparable (differs)")
  }

  private let score = Column(id: "score", label: "Score", metric: Configured(kind: "m"))

  @Test func aClaimOfTheSplitThatIsMeasuredIsComparable() throws {
    let results = TableResults(experiment: SampleResults.experiment(profile: "paper"))
    var row = try #require(results.experiment.row("vae"))
    row.deviations = []
    let claim = Claim(value: 1, split: "validation")
    func reasons(_ row: Row, _ column: Column, _ claim: Claim) -> [String] {
      Verdict.reservations(row: row, column: column, claim: claim, in: results).filter {
        $0.contains("split")
      }
    }
    let validated = Column(id: "v", label: "V", metric: Configured(kind: "m"), split: "validation")
    #expect(reasons(row, validated, claim).isEmpty)
    #expect(reasons(row, score, Claim(value: 1, split: "test")).isEmpty)
    #expect(
      reasons(row, validated, Claim(value: 1))
        == ["published for the test split, measured on the validation split"])
    row.split = "validation"
    #expect(reasons(row, score, claim).isEmpty, "a row may be measured on a split of its own")
  }

  @Test func smallerProfilesSplitsAndDeviationsAreReservations() throws {
    var experiment = SampleResults.experiment(profile: "desk")
    var row = try #require(experiment.row("vae"))
    let claim = Claim(value: 1, split: "validation")
    #expect(
      Verdict.reservations(row: row, column: score, claim: claim, in: TableResults(experiment: experiment))
        == [
          "profile desk, not paper", "published for the validation split, measured on the test split",
          "3 seeds with 3 classifiers each instead of 10 with 3", "4,000 updates",
        ])
    experiment.profile = "paper"
    experiment.deviations = []
    row.deviations = []
    #expect(
      Verdict.reservations(
        row: row, column: score, claim: Claim(value: 1), in: TableResults(experiment: experiment)
      ).isEmpty
    )
  }

  @Test func whatWasDeclaredOfTheDataIsADeviationOfTheRowsThatUseThem() throws {
    var experiment = SampleResults.experiment(profile: "paper")
    var learner = try #require(experiment.row("vae"))
    learner.representation.parameters["images"] = "imagenet"
    var own = try #require(experiment.row("pca"))
    own.representation.parameters["images"] = "dsprites"
    experiment.rows = [learner, own]
    var results = TableResults(experiment: experiment)
    let claim = Claim(value: 1)
    #expect(Verdict.reservations(row: learner, column: score, claim: claim, in: results).isEmpty)
    results.provenance = ["deviation imagenet": "200 classes", "deviation dsprites": "drawn by hand"]
    #expect(
      Verdict.reservations(row: learner, column: score, claim: claim, in: results) == [
        "drawn by hand", "200 classes",
      ])
    #expect(Verdict.reservations(row: own, column: score, claim: claim, in: results) == ["drawn by hand"])
    let layout = TableLayout(results)
    #expect(layout.footnotes == ["drawn by hand", "200 classes"])
    #expect(layout.tableMarks == [1])
    #expect(layout.marks(of: learner, score) == [2])
    #expect(layout.marks(of: own, score) == [])
    #expect(layout.furtherFacts.isEmpty, "it stands among the deviations")
  }

  @Test func everyOutcomeHasItsWords() {
    let outcomes: [Verdict.Outcome] = [
      .reproduced, .close, .differs, .better, .inconclusive(repeats: 12), .inconclusive(repeats: nil),
      .notMeasured,
    ]
    #expect(
      outcomes.map(\.description) == [
        "reproduced", "close", "differs", "better", "inconclusive, needs n = 12", "inconclusive",
        "not measured",
      ])
    #expect(judge([], Claim(value: 1), reservations: ["a deviation"]).description == "not measured")
  }
}
