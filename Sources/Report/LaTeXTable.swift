import Manifest
import Results

/// The paper's table for a LaTeX document with the packages booktabs and threeparttable.
struct LaTeXTable {
  let layout: TableLayout

  var text: String { LaTeX.joined(layout.mainColumns.map(render), by: "\n").source }

  private func render(_ column: Column) -> LaTeX {
    let table = MainTable(column, in: layout)
    let alignment = LaTeX(table.headings.map { $0 == "verdict" ? "l" : "r" })
    var lines: [LaTeX] = [
      "% needs \\usepackage{booktabs,threeparttable}",
      "\\begin{table}", "\\centering", "\\begin{threeparttable}",
      "\\caption{\(layout.experiment.title): \(column.title), \(layout.profileLine).}",
      "\\begin{tabular}{l\(alignment)}", "\\toprule",
      " & \(cells(table.headings)) \\\\", "\\midrule",
    ]
    for (title, rows) in table.groups {
      if let title {
        lines += ["\\midrule", "\\multicolumn{\(table.headings.count + 1)}{l}{\\textit{\(title)}} \\\\"]
      }
      for row in rows {
        let numbers = row.marks.map(String.init).joined(separator: ",")
        let marks: LaTeX = row.marks.isEmpty ? "" : "\\tnote{\(numbers)}"
        lines.append("\(row.label)\(marks) & \(cells(row.cells)) \\\\")
      }
    }
    lines += ["\\bottomrule", "\\end{tabular}"]
    if !layout.footnotes.isEmpty {
      lines.append("\\begin{tablenotes}\\footnotesize")
      lines += layout.footnotes.enumerated().map { "\\item[\($0.offset + 1)] \($0.element)" }
      lines.append("\\end{tablenotes}")
    }
    lines += ["\\end{threeparttable}", "\\end{table}", ""]
    return .joined(lines, by: "\n")
  }

  private func cells(_ texts: [String]) -> LaTeX { .joined(texts.map { "\($0)" }, by: " & ") }
}
