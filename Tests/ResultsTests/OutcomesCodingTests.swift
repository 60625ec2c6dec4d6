import Files
import Results
import Testing

/// Outcomes on their way between steps.
@Suite struct OutcomesCodingTests {
  @Test func answersReadBack() throws {
    let answers = Answers(
      classes: ["x", "y"], actual: [0, 1, 255], predicted: [[1, 0, 3], [0, 0, 0]], labelled: [[7], [9]])
    let json = try JSON(encoding: answers)
    #expect(json["actual"] == "AAH/")
    #expect(try json.decode(Answers.self) == answers)
    let unlabelled = Answers(classes: [], actual: [], predicted: [[]])
    #expect(try JSON(encoding: unlabelled).decode(Answers.self) == unlabelled)
    let old: JSON = ["classes": ["x"], "actual": [0, 1], "predicted": [[1, 0]]]
    #expect(
      try old.decode(Answers.self) == Answers(classes: ["x"], actual: [0, 1], predicted: [[1, 0]]))
    #expect(throws: DecodingError.self) {
      try (["classes": [], "actual": "!", "predicted": []] as JSON).decode(Answers.self)
    }
  }

  private static let counts = ConfusionCounts(
    classes: ["x", "y"],
    images: [
      [[0, 1, 2, 3, 4, .max], [-1, 256, 65_536, 1 << 24, 7, 8]], [[9, 9, 9, 9, 9, 9], [0, 0, 0, 0, 0, 0]],
    ])

  @Test func countsReadBack() throws {
    let text = try JSON(encoding: Outcomes.confusions(Self.counts)).canonical
    #expect(try JSON(parsing: Array(text.utf8)).decode(Outcomes.self) == .confusions(Self.counts))
    let none = ConfusionCounts(classes: ["x"], images: [[]])
    #expect(try JSON(encoding: none).decode(ConfusionCounts.self) == none)
  }

  @Test func theBytesAreLittleEndian() throws {
    let counts = ConfusionCounts(classes: ["x"], images: [[[1, 256]]])
    #expect(try JSON(encoding: counts)["images"] == ["AQAAAAABAAA="])
  }

  @Test(arguments: ["AQAAAAABAA==", "!", "AQAAAA=="]) func otherBytesAreRefused(text: String) {
    #expect(throws: DecodingError.self) {
      try (["classes": ["x"], "images": [.string(text)]] as JSON).decode(ConfusionCounts.self)
    }
    #expect(throws: DecodingError.self) {
      try (["classes": [], "images": [.string("")]] as JSON).decode(ConfusionCounts.self)
    }
  }
}
