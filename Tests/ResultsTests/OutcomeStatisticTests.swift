import Manifest
import Results
import Testing

@Suite struct OutcomeStatisticTests {
  private let answers = Outcomes.answers(
    Answers(classes: ["x", "y"], actual: [0, 1, 1, 0], predicted: [[0, 1, 0, 0], [1, 1, 1, 1]]))

  @Test func accuracyAndErrorsAreTwoViewsOfTheSameAnswers() {
    #expect(OutcomeStatistic.accuracy.values(answers) == [0.75, 0.5])
    #expect(OutcomeStatistic.errorRate.values(answers) == [0.25, 0.5])
    #expect(OutcomeStatistic.accuracy.itemScores(answers) == [[1, 1, 0, 1], [0, 1, 1, 0]])
    #expect(OutcomeStatistic.errorRate.itemScores(answers) == [[0, 0, 1, 0], [1, 0, 0, 1]])
    #expect(OutcomeStatistic.accuracy.better == .higher)
    #expect(OutcomeStatistic.errorRate.better == .lower)
  }

  /// Two images of three classes; the second class is in no truth, and two pixels of the first image are answered with none.
  private let counts = ConfusionCounts(
    classes: ["road", "bus", "sky"],
    images: [
      [
        [6, 1, 1, 2, 0, 0, 0, 0, 1, 0, 4, 0], [3, 0, 1, 0, 0, 0, 0, 0, 2, 2, 6, 0],
      ]
    ])

  @Test func segmentationScoresFollowTheirFormulas() throws {
    let outcomes = Outcomes.confusions(counts)
    func value(_ statistic: OutcomeStatistic) throws -> Double {
      try #require(statistic.values(outcomes).first)
    }
    // Road: 9 of 14 right, 12 answered; sky: 10 of 15 right, 12 answered.
    #expect(abs(try value(.pixelAccuracy) - 19.0 / 29) < 1e-15)
    #expect(abs(try value(.classAccuracy) - (9.0 / 14 + 10.0 / 15) / 2) < 1e-15)
    #expect(abs(try value(.classIoU) - (9.0 / (14 + 12 - 9) + 10.0 / (15 + 12 - 10)) / 2) < 1e-15)
  }

  @Test func scoresOfImagesAreJackknifePseudoValues() throws {
    let scores = try #require(OutcomeStatistic.pixelAccuracy.itemScores(.confusions(counts))?.first)
    // 2 * 19/29 less the value of the other image alone.
    #expect(abs(scores[0] - (2 * 19.0 / 29 - 9.0 / 14)) < 1e-15)
    #expect(abs(scores[1] - (2 * 19.0 / 29 - 10.0 / 15)) < 1e-15)
  }

  @Test func whatAStatisticDoesNotSpeakOfHasNoScores() {
    #expect(OutcomeStatistic.classIoU.itemScores(answers) == nil)
    #expect(OutcomeStatistic.accuracy.itemScores(.confusions(counts)) == nil)
    #expect(OutcomeStatistic.accuracy.values(.confusions(counts)).isEmpty)
  }

  @Test func everyNameIsFoundOnce() {
    #expect(Set(OutcomeStatistic.all.map(\.name)).count == OutcomeStatistic.all.count)
    for statistic in OutcomeStatistic.all {
      #expect(OutcomeStatistic.named(statistic.name)?.name == statistic.name)
    }
  }
}

@Suite struct SelectionTests {
  @Test func theCurveIsOverCandidatesThatAllDrawsCouldFit() {
    let selection = Selection(
      parameter: "C", criterion: "accuracy",
      draws: [
        Selection.Draw(candidates: [0.1, 1, 10], scores: [0.5, 0.7, nil], chosen: 1),
        Selection.Draw(candidates: [0.1, 1], scores: [0.6, 0.5], chosen: 0.1),
      ])
    #expect(selection.curve.map(\.candidate) == [0.1, 1])
    #expect(selection.curve.map(\.score) == [0.55, 0.6])
    #expect(selection.failed == [10])
  }
}
