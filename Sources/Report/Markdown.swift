/// The few pieces of Markdown that a report is made of.
enum Markdown {
  enum Alignment { case left, right }

  /// A table whose cells are padded, so that the source can be read too.
  static func table(_ headings: [String], _ alignments: [Alignment], _ lines: [[String]]) -> String {
    precondition(headings.count == alignments.count, "every column of a table needs an alignment")
    let cells = ([headings] + lines).map { $0.map(escape) }
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
    return line(cells[0]) + "| " + rule.joined(separator: " | ") + " |\n"
      + cells.dropFirst().map(line).joined()
  }

  /// References to footnotes: `[^1][^3]`.
  static func marks(_ numbers: [Int]) -> String { numbers.map { "[^\($0)]" }.joined() }

  private static func escape(_ text: String) -> String {
    text.replacing("|", with: "\\|").replacing("\n", with: " ")
  }
}

/// Text in columns of equal width.
enum TextColumns {
  static func pad(_ text: String, _ width: Int, right: Bool) -> String {
    let space = String(repeating: " ", count: max(0, width - text.count))
    return right ? space + text : text + space
  }
}
