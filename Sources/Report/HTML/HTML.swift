/// A piece of HTML. Text that is put into one is escaped; only another piece goes in as it is.
///
///     let cell: HTML = "<td>\(row.label)</td>"
///
/// What is written is well-formed XML too: every element is closed and every attribute quoted.
struct HTML: Sendable, Hashable {
  let source: String

  init(_ pieces: [HTML]) { source = pieces.map(\.source).joined() }

  static let nothing = HTML([])
}

extension HTML: ExpressibleByStringInterpolation {
  init(stringLiteral source: String) { self.source = source }
  init(stringInterpolation interpolation: Interpolation) { source = interpolation.source }

  struct Interpolation: StringInterpolationProtocol {
    fileprivate var source = ""

    init(literalCapacity: Int, interpolationCount: Int) { source.reserveCapacity(2 * literalCapacity) }

    mutating func appendLiteral(_ literal: String) { source += literal }
    mutating func appendInterpolation(_ text: String) { source += HTML.escape(text) }
    mutating func appendInterpolation(_ number: Int) { source += String(number) }
    mutating func appendInterpolation(_ piece: HTML) { source += piece.source }
    mutating func appendInterpolation(_ pieces: [HTML]) { source += pieces.map(\.source).joined() }
  }
}

extension HTML {
  /// Text for content and for attributes in double quotes. Control characters, which no HTML may hold, become U+FFFD.
  static func escape(_ text: String) -> String {
    var escaped = ""
    escaped.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      case "\t", "\n": escaped.unicodeScalars.append(scalar)
      case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value): escaped += "\u{FFFD}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  /// Text in which pieces between grave accents are code, as in Markdown.
  static func prose(_ text: String) -> HTML {
    let parts = text.split(separator: "`", omittingEmptySubsequences: false).map(String.init)
    // A last accent without a partner is a character like any other.
    guard parts.count % 2 == 1 else { return "\(text)" }
    return HTML(
      parts.enumerated().map { $0.offset % 2 == 1 ? "<code>\($0.element)</code>" : "\($0.element)" })
  }

  static func joined(_ pieces: [HTML], by separator: HTML) -> HTML {
    HTML(pieces.enumerated().flatMap { $0.offset == 0 ? [$0.element] : [separator, $0.element] })
  }
}
