import Files

/// A piece of HTML. What is written is well-formed XML too: every element is closed and every attribute quoted.
struct HTML: Markup {
  let source: String
}

extension HTML {
  /// Text for content and for attributes in double quotes.
  static func escape(_ text: String) -> String {
    text.visible.escaping { scalar in
      switch scalar {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      case "\"": "&quot;"
      case "'": "&#39;"
      default: nil
      }
    }
  }

  /// Text in which pieces between grave accents are code, as in Markdown.
  static func prose(_ text: String) -> HTML {
    let parts = text.split(separator: "`", omittingEmptySubsequences: false).map(String.init)
    // A last accent without a partner is a character like any other.
    guard parts.count % 2 == 1 else { return "\(text)" }
    return HTML(
      parts.enumerated().map { $0.offset % 2 == 1 ? "<code>\($0.element)</code>" : "\($0.element)" })
  }
}
