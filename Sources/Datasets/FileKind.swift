/// What a file is, from its first bytes.
enum FileKind {
  /// What a file is that should have been something else, in words that follow "it".
  static func words(for start: some Collection<UInt8>) -> String? {
    guard !start.isEmpty else { return "is empty" }
    if isWebPage(start) { return "is a web page, probably the answer of a failed download" }
    let text = String(decoding: start.prefix(64), as: UTF8.self)
    if text.hasPrefix("version https://git-lfs") { return "is a Git LFS pointer, not the file itself" }
    if start.starts(with: [0x93] + Array("NUMPY".utf8)) { return "is a single .npy array" }
    if start.starts(with: [0x1F, 0x8B]) { return "is gzip data" }
    if start.starts(with: "PK".utf8) { return "is a zip archive" }
    return nil
  }

  /// The same as a sentence of its own.
  static func sentence(for start: some Collection<UInt8>) -> String {
    "it \(words(for: start) ?? "is of another kind")"
  }

  static func isWebPage(_ start: some Collection<UInt8>) -> Bool {
    let text = String(decoding: start.prefix(256), as: UTF8.self).lowercased().drop {
      $0.isWhitespace || $0 == "\u{FEFF}"
    }
    return ["<!doctype", "<html", "<?xml", "<head"].contains { text.hasPrefix($0) }
  }
}
