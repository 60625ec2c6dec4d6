extension Unicode.Scalar {
  /// Whether this character acts instead of being seen: a control character (C0, DEL and C1, so line ends and tabs
  /// too), a line or paragraph separator, one of the marks that reorder the text around them (the marks, overrides,
  /// embeddings and isolates of UAX #9), or one of no width by which two texts look the same and differ. No name or
  /// label needs one. Joiners are none of these: scripts and emoji are written with them.
  public var isHidden: Bool {
    switch value {
    case 0..<0x20, 0x7F...0x9F, 0x61C, 0x200B, 0x200E...0x200F, 0x2028...0x202E, 0x2060...0x2069, 0xFEFF,
      0xFFF9...0xFFFB, 0xFFFE...0xFFFF:
      true
    default: false
    }
  }
}

extension String {
  /// The text on one line with nothing in it that acts instead of being seen, whoever wrote it: line ends, tabs and
  /// separators are spaces, other control characters their pictures (`␛`), and the rest U+FFFD.
  ///
  /// Nothing else changes, so a text without hidden characters is what it was.
  public var visible: String {
    guard unicodeScalars.contains(where: \.isHidden) else { return self }
    var visible = String.UnicodeScalarView()
    for scalar in unicodeScalars { visible.append(scalar.isHidden ? scalar.picture : scalar) }
    return String(visible)
  }
}

extension Unicode.Scalar {
  /// What is shown for a hidden character.
  fileprivate var picture: Unicode.Scalar {
    switch value {
    case 0x09...0x0D, 0x85, 0x2028, 0x2029: " "
    case 0..<0x20: Unicode.Scalar(0x2400 + value) ?? "\u{FFFD}"
    case 0x7F: "\u{2421}"
    default: "\u{FFFD}"
    }
  }
}
