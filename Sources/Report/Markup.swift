import Files

/// A piece of a language in which some characters have a meaning. Text that is put into one is escaped; only another
/// piece of the same language goes in as it is.
///
///     let cell: HTML = "<td>\(row.label)</td>"
protocol Markup: ExpressibleByStringInterpolation, Sendable, Hashable
where StringLiteralType == String, StringInterpolation == MarkupInterpolation<Self> {
  var source: String { get }
  init(source: String)

  /// Text as a piece that reads as the text does.
  static func escape(_ text: String) -> String
}

struct MarkupInterpolation<Language>: StringInterpolationProtocol {
  fileprivate var source = ""

  init(literalCapacity: Int, interpolationCount: Int) { source.reserveCapacity(2 * literalCapacity) }

  mutating func appendLiteral(_ literal: String) { source += literal }
}

extension MarkupInterpolation where Language: Markup {
  mutating func appendInterpolation(_ text: String) { source += Language.escape(text) }
  mutating func appendInterpolation(_ number: Int) { source += String(number) }
  mutating func appendInterpolation(_ piece: Language) { source += piece.source }
  mutating func appendInterpolation(_ pieces: [Language]) { source += pieces.map(\.source).joined() }
}

extension Markup {
  init(stringLiteral source: String) { self.init(source: source) }
  init(stringInterpolation interpolation: MarkupInterpolation<Self>) {
    self.init(source: interpolation.source)
  }
  init(_ pieces: [Self]) { self.init(source: pieces.map(\.source).joined()) }

  static var nothing: Self { Self([]) }

  static func joined(_ pieces: [Self], by separator: Self) -> Self {
    Self(pieces.enumerated().flatMap { $0.offset == 0 ? [$0.element] : [separator, $0.element] })
  }
}

extension String {
  /// The text with some characters replaced, one Unicode scalar at a time: what looks like one character can have a
  /// quote or a backslash in it, which readers of other languages see alone.
  func escaping(_ replacement: (Unicode.Scalar) -> String?) -> String {
    var escaped = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      if let text = replacement(scalar) {
        escaped.append(contentsOf: text.unicodeScalars)
      } else {
        escaped.append(scalar)
      }
    }
    return String(escaped)
  }
}
