import Testing

@testable import Metrics

@Suite("Accuracy, ROC area, bins")
struct RankingTests {
  @Test func rocArea() {
    #expect(ROC.area(scores: [0.1, 0.4, 0.35, 0.8], isPositive: [false, false, true, true]) == 0.75)
    #expect(ROC.area(scores: [1, 2, 3], isPositive: [false, true, true]) == 1)
    #expect(ROC.area(scores: [5, 5, 5, 5], isPositive: [false, true, false, true]) == 0.5)
    #expect(ROC.area(scores: [1, 2, 2, 3], isPositive: [false, true, false, true]) == 0.875)
    #expect(ROC.area(scores: [1, 2], isPositive: [true, true]) == nil)
  }

  @Test func accuracy() {
    #expect(Accuracy.share([0, 1, 2, 1], [0, 1, 1, 1]) == 0.75)
    #expect(Accuracy.share([], []) == 0)
  }

  /// Edges belong to the bin above, the maximum to the last bin.
  @Test func binning() {
    #expect(MutualInformation.bin([0, 1, 2, 3, 4], bins: 4) == [0, 1, 2, 3, 3])
    #expect(MutualInformation.bin([-1, -0.51, -0.5, 0.99, 1], bins: 4) == [0, 0, 1, 3, 3])
    #expect(MutualInformation.bin([7, 7], bins: 20) == [0, 0])
  }

  @Test func topTwo() {
    #expect(TopTwo.gap([0.25, 0.75, 0.5]) == (1, 0.25))
    #expect(TopTwo.gap([0.5, 0.5]) == (0, 0))
    #expect(TopTwo.gap([0.5], fallback: 0.25) == (0, 0.25))
  }
}
