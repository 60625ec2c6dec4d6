import Files

/// A piece of Markdown: CommonMark with the tables, footnotes and strikethrough of GitHub.
struct Markdown: Markup {
  let source: String
}

extension Markdown {
  /// Text that is shown as it is. Only what would act is escaped, so that the source reads well too: `a < b` stays,
  /// while the bracket of `VAE <no KL>`, which would be a tag of HTML, does not.
  static func escape(_ text: String) -> String {
    let scalars = Array(text.visible.unicodeScalars)
    var escaped = String.UnicodeScalarView()
    for (index, scalar) in scalars.enumerated() {
      guard isActive(index, in: scalars) else {
        escaped.append(scalar)
        continue
      }
      escaped.append(contentsOf: (scalar == "&" ? "&amp;" : "\\\(scalar)").unicodeScalars)
    }
    return String(escaped)
  }

  /// Whether a character would be more than itself. What stands before and behind the text is not known.
  private static func isActive(_ index: Int, in scalars: [Unicode.Scalar]) -> Bool {
    let before = index > 0 ? scalars[index - 1] : nil
    let after = index + 1 < scalars.count ? scalars[index + 1] : nil
    switch scalars[index] {
    case "\\", "`", "[", "]", "|", "$": return true
    case "<": return after.map { isLetter($0) || ["/", "!", "?"].contains($0) } ?? true
    case "&": return after.map { isLetter($0) || $0 == "#" } ?? true
    case "*", "~": return before != " " || after != " "
    case "_":
      let isInWord = before.map(isWord) == true && after.map(isWord) == true
      return !isInWord && (before != " " || after != " ")
    default: return false
    }
  }

  /// A piece that begins a line, where the signs of quotes, headings, lists and rules would be just that.
  static func opening(_ piece: Markdown) -> Markdown {
    let scalars = Array(piece.source.unicodeScalars)
    let number = scalars.prefix { ("0"..."9").contains($0) }.count
    guard number < scalars.count else { return piece }
    let after = number + 1 < scalars.count ? scalars[number + 1] : nil
    let isSign =
      switch scalars[number] {
      case ">": number == 0
      case "#", "+", "-", "=": number == 0 && (after == nil || after == " " || after == scalars[0])
      case ".", ")": number > 0 && (after == nil || after == " ")
      default: false
      }
    guard isSign else { return piece }
    let parts = [scalars[..<number], ["\\"], scalars[number...]].map { String(String.UnicodeScalarView($0)) }
    return Markdown(source: parts.joined())
  }

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
  }

  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    isLetter(scalar) || ("0"..."9").contains(scalar)
  }

  /// Text in which pieces between grave accents are code, as `HTML.prose` reads it.
  static func prose(_ text: String) -> Markdown {
    let parts = text.split(separator: "`", omittingEmptySubsequences: false).map(String.init)
    guard parts.count % 2 == 1 else { return "\(text)" }
    return Markdown(parts.enumerated().map { $0.offset % 2 == 1 ? code($0.element) : "\($0.element)" })
  }

  /// Text as code, in a fence of more grave accents than it has in a row.
  static func code(_ text: String) -> Markdown {
    let longest = text.split(whereSeparator: { $0 != "`" }).map(\.count).max() ?? 0
    let fence = String(repeating: "`", count: longest + 1)
    let space = longest > 0 || text.isEmpty ? " " : ""
    return Markdown(source: fence + space + text.visible + space + fence)
  }

  /// A path as the target of a link.
  static func target(_ path: String) -> Markdown {
    let plain = Set("/._-".utf8)
    let bytes = path.utf8.map { byte -> String in
      let scalar = Unicode.Scalar(byte)
      if plain.contains(byte) || isWord(scalar) { return String(scalar) }
      let digits = String(byte, radix: 16, uppercase: true)
      return "%" + (digits.count < 2 ? "0" : "") + digits
    }
    return Markdown(source: bytes.joined())
  }

  /// References to footnotes: `[^1][^3]`.
  static func marks(_ numbers: [Int]) -> Markdown { Markdown(numbers.map { "[^\($0)]" }) }
}

extension Markdown {
  enum Alignment { case left, right }

  static func table(_ headings: [String], _ alignments: [Alignment], _ lines: [[String]]) -> Markdown {
    table(cells: headings.map { "\($0)" }, alignments, lines.map { $0.map { "\($0)" } })
  }

  /// A table whose cells are padded, so that the source can be read too.
  static func table(cells headings: [Markdown], _ alignments: [Alignment], _ lines: [[Markdown]]) -> Markdown
  {
    precondition(headings.count == alignments.count, "every column of a table needs an alignment")
    let cells = ([headings] + lines).map { $0.map(\.source) }
    let widths = headings.indices.map { column in max(3, cells.map { $0[column].count }.max() ?? 0) }
    func line(_ cells: [String]) -> String {
      let padded = cells.indices.map {
        TextColumns.pad(cells[$0], widths[$0], right: alignments[$0] == .right)
      }
      return "| " + padded.joined(separator: " | ") + " |\n"
    }
    let rule = widths.indices.map { column in
      let dashes = String(repeating: "-", count: widths[column] - 1)
      return alignments[column] == .right ? dashes + ":" : dashes + "-"
    }
    return Markdown(
      source: line(cells[0]) + "| " + rule.joined(separator: " | ") + " |\n"
        + cells.dropFirst().map(line).joined())
  }
}

/// Text in columns of equal width.
enum TextColumns {
  static func pad(_ text: String, _ width: Int, right: Bool) -> String {
    let space = String(repeating: " ", count: max(0, width - text.count))
    return right ? space + text : text + space
  }
}
