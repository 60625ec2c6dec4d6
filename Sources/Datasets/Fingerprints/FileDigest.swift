import Files

/// The SHA-256 of a file's bytes, in 32 bytes rather than 64 digits: a folder has a million of them.
struct FileDigest: Hashable, Sendable {
  let words: SIMD4<UInt64>

  init(words: SIMD4<UInt64>) { self.words = words }

  /// From 64 hexadecimal digits.
  init(hex: String) {
    let digits = Array(hex.utf8)
    precondition(digits.count == 64, "a SHA-256 has 64 digits, not \(digits.count)")
    var words = SIMD4<UInt64>()
    for word in 0..<4 {
      let text = String(decoding: digits[(16 * word)..<(16 * word + 16)], as: UTF8.self)
      words[word] = UInt64(text, radix: 16) ?? 0
    }
    self.words = words
  }

  /// The digest as it is written down, 64 hexadecimal digits.
  var hex: String {
    (0..<4).map { word in
      let digits = String(words[word], radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}
