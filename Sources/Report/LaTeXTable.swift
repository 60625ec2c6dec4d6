import Manifest
import Results

/// The paper's table for a LaTeX document with the packages booktabs and threeparttable.
struct LaTeXTable {
  let layout: TableLayout

  var text: String { layout.mainColumns.map(render).joined(separator: "\n") }

  private func render(_ column: Column) -> String {
    let table = MainTable(column, in: layout)
    let alignment = table.headings.map { $0 == "verdict" ? "l" : "r" }.joined()
    var lines = [
      "% needs \\usepackage{booktabs,threeparttable}",
      "\\begin{table}", "\\centering", "\\begin{threeparttable}",
      "\\caption{\(escape(layout.experiment.title)): \(escape(column.title)), \(escape(layout.profileLine)).}",
      "\\begin{tabular}{l\(alignment)}", "\\toprule",
      " & " + table.headings.map(escape).joined(separator: " & ") + " \\\\", "\\midrule",
    ]
    for (title, rows) in table.groups {
      if let title {
        lines += [
          "\\midrule", "\\multicolumn{\(table.headings.count + 1)}{l}{\\textit{\(escape(title))}} \\\\",
        ]
      }
      for row in rows {
        let marks = row.marks.isEmpty ? "" : "\\tnote{\(row.marks.map(String.init).joined(separator: ","))}"
        lines.append(([escape(row.label) + marks] + row.cells.map(escape)).joined(separator: " & ") + " \\\\")
      }
    }
    lines += ["\\bottomrule", "\\end{tabular}"]
    if !layout.footnotes.isEmpty {
      lines.append("\\begin{tablenotes}\\footnotesize")
      lines += layout.footnotes.enumerated().map { "\\item[\($0.offset + 1)] \(escape($0.element))" }
      lines.append("\\end{tablenotes}")
    }
    lines += ["\\end{threeparttable}", "\\end{table}", ""]
    return lines.joined(separator: "\n")
  }

  private func escape(_ text: String) -> String {
    var escaped = ""
    for character in text {
      switch character {
      case "&", "%", "$", "#", "_", "{", "}": escaped += "\\\(character)"
      case "~": escaped += "\\textasciitilde{}"
      case "^": escaped += "\\textasciicircum{}"
      case "\\": escaped += "\\textbackslash{}"
      case "±": escaped += "$\\pm$"
      case "−": escaped += "$-$"
      case "…": escaped += "\\dots{}"
      case "<", ">": escaped += "$\(character)$"
      default: escaped.append(character)
      }
    }
    return escaped
  }
}
