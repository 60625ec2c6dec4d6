import Manifest
import Results

/// The paper's table for a terminal: aligned columns, at most 120 of them, colours where asked for.
struct TextTable {
  let layout: TableLayout
  let colour: Bool

  private static let labelWidth = 26

  var text: String {
    let experiment = layout.experiment
    let head = "\(paint(experiment.title, .bold)) (\(experiment.source.place))\n\(layout.profileLine)\n"
    return ([head] + layout.mainColumns.map(render)).joined(separator: "\n")
  }

  private func render(_ column: Column) -> String {
    let table = MainTable(column, in: layout)
    // The first heading says which column this is, so that the numbers need no line of their own for it.
    let headings = [""] + table.headings
    let lines = table.groups.flatMap { group in group.lines.map { [shortened($0.label)] + $0.cells } }
    let widths = headings.indices.map { index in ([headings] + lines).map { $0[index].count }.max() ?? 0 }
    var text = paint(column.title, .bold) + "\n"
    text += line(headings, widths) { $0 } + "\n"
    text += String(repeating: "─", count: widths.reduce(0, +) + 2 * (widths.count - 1)) + "\n"
    for (title, rows) in table.groups {
      if let title { text += title + "\n" }
      for row in rows {
        text +=
          line([shortened(row.label)] + row.cells, widths) { paint($0, Self.style(of: row.verdict)) } + "\n"
      }
    }
    return text
  }

  private func line(_ cells: [String], _ widths: [Int], last: (String) -> String) -> String {
    let final = cells.count - 1
    let padded = cells.indices.map { index in
      index == final ? last(cells[index]) : TextColumns.pad(cells[index], widths[index], right: index > 0)
    }
    let text = padded.joined(separator: "  ")
    return String(text.reversed().drop { $0 == " " }.reversed())
  }

  private func shortened(_ label: String) -> String {
    label.count > Self.labelWidth ? label.prefix(Self.labelWidth - 1) + "…" : label
  }
}

extension TextTable {
  private enum Style: String {
    case bold = "1"
    case faint = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
  }

  private static func style(of verdict: Verdict?) -> Style? {
    guard let verdict else { return nil }
    guard verdict.isComparable else { return .faint }
    switch verdict.outcome {
    case .reproduced, .close, .better: return .green
    case .differs: return .red
    case .inconclusive, .notMeasured: return .yellow
    }
  }

  private func paint(_ text: String, _ style: Style?) -> String {
    guard colour, let style, !text.isEmpty else { return text }
    return "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m"
  }
}
