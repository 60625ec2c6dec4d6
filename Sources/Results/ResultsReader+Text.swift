import Files

/// Text of a results file may be anybody's: what would act on a terminal is made visible as it is read, so that
/// nothing behind the reader has to think of it.
extension ResultsReader {
  /// JSON whose strings are visible: as `String.visible`, also for what is escaped in them.
  static func visible(json: String) -> String {
    var rest = Array(json.visible.unicodeScalars)[...]
    var text = String.UnicodeScalarView()
    while let scalar = rest.popFirst() {
      guard scalar == "\\", let letter = rest.popFirst() else {
        text.append(scalar)
        continue
      }
      if let hidden = Self.hidden(letter, rest.prefix(4)) {
        if letter == "u" { rest = rest.dropFirst(4) }
        text.append(contentsOf: String(hidden).visible.unicodeScalars)
      } else {
        text.append(contentsOf: [scalar, letter])
      }
    }
    return String(text)
  }

  /// The hidden character that an escape stands for, if it is one.
  private static func hidden(
    _ letter: Unicode.Scalar, _ digits: ArraySlice<Unicode.Scalar>
  ) -> Unicode.Scalar? {
    switch letter {
    case "n", "r", "t", "b", "f": return "\n"
    case "u":
      let code = UInt32(String(String.UnicodeScalarView(digits)), radix: 16)
      return code.flatMap(Unicode.Scalar.init).flatMap { $0.isHidden ? $0 : nil }
    default: return nil
    }
  }
}
