/// The text of one manifest file, by line, for diagnostics.
final class SourceText: Sendable {
  let path: String
  let text: String
  /// Lines without their ends, split where YAML splits them, so that line numbers agree with the parser's.
  let lines: [String]

  init(path: String, text: String) {
    self.path = path
    // A byte order mark is no character of the first line.
    self.text = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
    self.lines = SourceText.split(self.text)
  }

  private static func split(_ text: String) -> [String] {
    var lines: [String] = []
    var line = String.UnicodeScalarView()
    var afterReturn = false
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n" where afterReturn:
        afterReturn = false
        continue
      case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}":
        lines.append(String(line))
        line = String.UnicodeScalarView()
      default:
        line.append(scalar)
      }
      afterReturn = scalar == "\r"
    }
    lines.append(String(line))
    return lines
  }
}

/// A place in a manifest file. Lines and columns count from 1, columns in Unicode scalars.
struct Mark: Sendable {
  let source: SourceText
  let line: Int
  var column: Int
  /// How many columns the thing at this place spans, for the underline.
  var length = 1

  var sourceLine: String { source.lines.indices.contains(line - 1) ? source.lines[line - 1] : "" }

  /// Whether both are one place of one file.
  func isSame(as other: Mark) -> Bool {
    source === other.source && line == other.line && column == other.column
  }
}
