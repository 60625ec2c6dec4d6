import Files
import Testing

@Suite struct VisibleTextTests {
  @Test(arguments: [
    ("VAE", "VAE"), ("β-VAE ± 1 − 2 …", "β-VAE ± 1 − 2 …"), ("שלום", "שלום"), ("👩‍🔬", "👩‍🔬"), ("", ""),
    ("a\u{1B}[31mb", "a␛[31mb"), ("a\0b", "a␀b"), ("a\u{7F}b", "a␡b"), ("a\u{9B}2Jb", "a\u{FFFD}2Jb"),
    ("a\nb\tc\r\nd\u{85}e\u{2028}f", "a b c  d e f"), ("a\u{202E}b\u{2066}c", "a\u{FFFD}b\u{FFFD}c"),
    ("a\u{200F}b\u{200B}c\u{FEFF}d", "a\u{FFFD}b\u{FFFD}c\u{FFFD}d"), ("\u{61}\u{61C}", "a\u{FFFD}"),
    // One Character with what stands before it, and seen all the same.
    ("\u{600}\u{1B}", "\u{600}␛"),
  ])
  func `what acts is made visible, and nothing else changes`(text: String, visible: String) {
    #expect(Array(text.visible.unicodeScalars) == Array(visible.unicodeScalars))
  }

  @Test func `JSON escapes what a terminal would act on`() throws {
    let text = "a\u{1B}\u{7F}\u{9B}\u{202E}\u{2028}é"
    let json = JSON.string(text).canonical
    #expect(json == "\"a\\u001b\\u007f\\u009b\\u202e\\u2028é\"")
    #expect(try JSON(parsing: Array(json.utf8)) == .string(text))
  }
}
