import Manifest
import Results

/// The paper's table for a terminal: aligned columns, at most 120 of them, colours where asked for.
struct TextTable {
  let layout: TableLayout
  let colour: Bool

  private static let width = 120
  /// Labels are cut where the line would be too long, but never below this.
  private static let shortestLabel = 12

  var text: String {
    let experiment = layout.experiment
    let head = "\(paint(experiment.title, .bold)) (\(experiment.source.place))\n\(layout.profileLine)\n"
    let searches = layout.searchLines.map { $0 + "\n" }.joined()
    return ([head] + layout.mainColumns.map(render) + (searches.isEmpty ? [] : [searches]))
      .joined(separator: "\n")
  }

  private func render(_ column: Column) -> String {
    let table = MainTable(column, in: layout)
    let headings = [""] + table.headings
    let lines = table.groups.flatMap { group in group.lines.map { [$0.label] + $0.cells } }
    var widths = headings.indices.map { index in ([headings] + lines).map { $0[index].count }.max() ?? 0 }
    let excess = widths.reduce(0, +) + 2 * (widths.count - 1) - Self.width
    widths[0] = max(min(widths[0], Self.shortestLabel), widths[0] - max(0, excess))
    var text = paint(column.title, .bold) + "\n"
    text += line(headings, widths) { $0 } + "\n"
    text += String(repeating: "─", count: widths.reduce(0, +) + 2 * (widths.count - 1)) + "\n"
    for (title, rows) in table.groups {
      if let title { text += title + "\n" }
      for row in rows {
        text +=
          line([shortened(row.label, widths[0])] + row.cells, widths) {
            paint($0, Self.style(of: row.verdict))
          } + "\n"
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

  private func shortened(_ label: String, _ width: Int) -> String {
    label.count > width ? label.prefix(width - 1) + "…" : label
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
