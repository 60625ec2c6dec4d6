import Files
import Results
import Testing

/// Counts on their way between steps.
@Suite struct ConfusionCodingTests {
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
