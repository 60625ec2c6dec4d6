import Results
import Testing

@testable import Steps

/// A classifier that knows its training items and no others is told of.
@Suite struct ChanceWarningTests {
  /// Four classes of a hundred items each; so many of each are answered rightly, the others as the next class.
  private func warning(right: Int, training: Double?) -> String? {
    let actual = (0..<400).map { UInt8($0 / 100) }
    let predicted = actual.indices.map { $0 % 100 < right ? actual[$0] : (actual[$0] + 1) % 4 }
    var output = FitOutput(
      outcomes: .answers(Answers(classes: ["a", "b", "c", "d"], actual: actual, predicted: [predicted])))
    output.details["train-accuracy"] = training
    return output.chanceWarning
  }

  @Test func `answers by chance behind a good fit are told of`() {
    #expect(
      warning(right: 26, training: 0.97)
        == "97 % of the training items are answered rightly and 26 % of the others, no more than by chance: if the rows of "
        + "the features are in another order than the images, that is what comes of it")
  }

  @Test func `better answers are not, nor a fit that has learned nothing`() {
    #expect(warning(right: 35, training: 0.97) == nil)
    #expect(warning(right: 26, training: 0.3) == nil)
    #expect(warning(right: 26, training: nil) == nil)
  }

  @Test func `one answer for everything is right by chance`() {
    let actual = (0..<100).map { UInt8($0 % 10 < 9 ? 0 : 1) }
    let output = FitOutput(
      outcomes: .answers(
        Answers(classes: ["a", "b"], actual: actual, predicted: [[UInt8](repeating: 0, count: 100)])),
      details: ["train-accuracy": 0.9])
    #expect(output.chanceWarning == nil)
  }
}
