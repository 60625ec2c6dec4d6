/// Text for the macros of mdoc(7), in which manual pages are written.
enum Mdoc {
  /// Text lines of at most 78 characters, each sentence on lines of its own, as mdoc wants them.
  static func text(_ text: String) -> [String] {
    sentences(text).flatMap(wrapped).map(escaped)
  }

  /// A paragraph, or a display of literal lines where a paragraph is indented.
  static func paragraphs(_ text: String) -> [String] {
    text.split(separator: "\n\n").flatMap { paragraph -> [String] in
      let lines = paragraph.split(separator: "\n").map(String.init)
      guard lines.allSatisfy({ $0.hasPrefix("  ") }) else {
        return [".Pp"] + Self.text(lines.joined(separator: " "))
      }
      return [".Bd -literal -offset indent"] + lines.map { escaped(String($0.dropFirst(2))) } + [".Ed"]
    }
  }

  /// A line that begins with a point or an apostrophe would be a macro; a backslash begins an escape.
  static func escaped(_ line: String) -> String {
    let text = line.replacing("\\", with: "\\e")
    return text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" + text : text
  }

  private static func sentences(_ text: String) -> [String] {
    var sentences: [String] = []
    var sentence: [Substring] = []
    for word in text.split(separator: " ") {
      if let last = sentence.last?.last, ".!?".contains(last), word.first?.isUppercase == true {
        sentences.append(sentence.joined(separator: " "))
        sentence = []
      }
      sentence.append(word)
    }
    return sentences + [sentence.joined(separator: " ")]
  }

  private static func wrapped(_ sentence: String) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in sentence.split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > 78 {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return lines + [line]
  }
}
