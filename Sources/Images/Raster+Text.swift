extension Raster {
  /// The pixels that `text` takes in the 5 x 7 font; lines are parted by "\n". No text takes no room.
  public static func size(ofText text: String, scale: Int = 1) -> (width: Int, height: Int) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let longest = lines.map(\.count).max() ?? 0
    guard longest > 0 else { return (0, 0) }
    return (
      (longest * Font.advance - (Font.advance - Font.width)) * scale,
      (lines.count * Font.lineHeight - (Font.lineHeight - Font.height)) * scale
    )
  }

  /// Writes `text` in the 5 x 7 font with its top left corner at (`row`, `column`); what lies outside is cut off.
  ///
  /// Digits, Latin letters, ASCII punctuation and the signs that captions need (± × β μ σ) are drawn, any other
  /// character is a hollow box. `scale` makes every dot a square of that many pixels.
  public mutating func draw(_ text: String, row: Int, column: Int, ink: Ink = .black, scale: Int = 1) {
    precondition(scale > 0, "text cannot be drawn at scale \(scale)")
    for (lineNumber, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      for (position, character) in line.enumerated() {
        for (glyphRow, dots) in Font.rows(of: character).enumerated() {
          for glyphColumn in 0..<Font.width where dots >> (Font.width - 1 - glyphColumn) & 1 == 1 {
            let top = row + (lineNumber * Font.lineHeight + glyphRow) * scale
            let left = column + (position * Font.advance + glyphColumn) * scale
            fill(rows: top..<(top + scale), columns: left..<(left + scale), with: ink)
          }
        }
      }
    }
  }
}
