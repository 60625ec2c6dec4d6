/// How a piece of text is painted on a terminal.
public enum Style: String, Sendable, CaseIterable {
  case bold = "1"
  case faint = "2"
  case red = "31"
  case green = "32"
  case yellow = "33"
  case cyan = "36"

  /// The text between the codes that switch the style on and off; the text alone where there are no colours.
  public func paint(_ text: String, colour: Bool) -> String {
    colour && !text.isEmpty ? "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" : text
  }
}
