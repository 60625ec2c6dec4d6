/// What to write so that one set of lines takes the place of another at the foot of a terminal.
public struct Screen: Sendable {
  /// Lengths of the lines that are drawn, in characters.
  private var drawn: [Int] = []

  public init() {}

  public var isEmpty: Bool { drawn.isEmpty }

  /// Replaces the drawn lines, all in one piece so that nothing flickers.
  ///
  /// - Parameter width: of the terminal now. Where it has become narrower, lines that were drawn have wrapped since and
  ///   take more rows than they did.
  public mutating func replace(with lines: [String], above text: String = "", width: Int) -> String {
    var output = ""
    let rows = drawn.reduce(0) { $0 + max(1, ($1 + width - 1) / max(1, width)) }
    if rows > 0 { output += "\u{1B}[\(rows)A\r\u{1B}[J" }
    drawn = lines.map { Self.length(of: $0) }
    return output + text + lines.map { $0 + "\n" }.joined()
  }

  /// Characters without the codes of colours, which end with an `m`.
  static func length(of line: String) -> Int {
    var length = 0
    var isCode = false
    for character in line {
      if character == "\u{1B}" { isCode = true }
      if !isCode { length += 1 }
      if isCode, character == "m" { isCode = false }
    }
    return length
  }
}
