import Testing

@testable import Manifest

@Suite struct SuggestionTests {
  @Test(arguments: [
    ("", "", 0), ("abc", "abc", 0), ("abc", "", 3), ("kitten", "sitting", 3), ("lable", "label", 1),
    ("ab", "ba", 1),
    ("Beta", "beta", 0), ("updates", "update", 1), ("ca", "abc", 3),
  ])
  func distance(left: String, right: String, expected: Int) {
    #expect(Suggestions.distance(left, right) == expected)
    #expect(Suggestions.distance(right, left) == expected)
  }

  @Test(arguments: [
    ("lable", "label"), ("betta", "beta"), ("hiden", "hidden"), ("updats", "updates"), ("zzz", nil),
    ("z", nil),
    ("", nil),
  ])
  func nearest(word: String, expected: String?) {
    #expect(Suggestions.nearest(to: word, among: ["label", "beta", "hidden", "updates", "x"]) == expected)
  }

  @Test func longListsAreCut() {
    let names = (1...30).map { "n\($0)" }
    #expect(Suggestions.listed(names).hasSuffix("n20, … (30 in all)"))
  }
}
