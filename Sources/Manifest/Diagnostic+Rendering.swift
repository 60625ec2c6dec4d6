extension Diagnostic {
  /// The problem as text for people, without a line end:
  ///
  ///     Experiments/dsprites.yaml:9:20: error: a column has no key `lable`
  ///         9 |   - {id: mig, lable: MIG}
  ///           |               ^~~~~
  ///           did you mean `label`?
  ///
  /// - Parameter colour: whether to use ANSI colours.
  public func rendered(colour: Bool = false) -> String {
    let paint = Paint(on: colour)
    let place = line > 0 ? "\(file):\(line):\(column)" : file
    let word = severity == .error ? paint.red("error:") : paint.yellow("warning:")
    var text = "\(paint.bold(place + ":")) \(word) \(paint.bold(message))"
    if let sourceLine, line > 0 {
      let number = String(line)
      let margin = String(repeating: " ", count: max(0, 5 - number.count)) + number
      let window = Window(sourceLine, column: column, length: length)
      text += "\n\(margin) | \(window.text)"
      text += "\n      | \(window.indent)\(paint.green(window.underline))"
    }
    if let suggestion { text += "\n      \(suggestion)" }
    return text
  }
}

/// The part of a source line that is shown, and what goes below it.
private struct Window {
  static let width = 120

  let text: String
  let indent: String
  let underline: String

  init(_ line: String, column: Int, length: Int) {
    let scalars = Array(line.unicodeScalars)
    let place = min(max(0, column - 1), scalars.count)
    let start = place > Window.width - 20 ? place - Window.width / 2 : 0
    let end = min(scalars.count, start + Window.width)
    let shown = scalars[start..<end]
    let before = start > 0 ? "…" : ""
    text = before + String(String.UnicodeScalarView(shown)) + (end < scalars.count ? "…" : "")
    // Tabs are kept, so that the caret stands below its character at any tab width.
    let blank = scalars[start..<place].map { $0 == "\t" ? "\t" : " " as Character }
    indent = (start > 0 ? " " : "") + String(blank)
    underline = "^" + String(repeating: "~", count: max(0, min(length, max(1, end - place)) - 1))
  }
}

private struct Paint {
  let on: Bool

  func red(_ text: String) -> String { code("1;31", text) }
  func yellow(_ text: String) -> String { code("1;33", text) }
  func green(_ text: String) -> String { code("32", text) }
  func bold(_ text: String) -> String { code("1", text) }

  private func code(_ code: String, _ text: String) -> String {
    on ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
