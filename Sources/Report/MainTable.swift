import Manifest
import Results

/// One column of the paper's table as cells of text: the row, what was published, what was measured, and the verdict.
struct MainTable {
  struct Line {
    let row: Row
    let label: String
    /// Numbers of the row's deviations.
    let marks: [Int]
    /// As many as `headings`; empty where there is nothing to print.
    let cells: [String]
    let verdict: Verdict?
  }

  let column: Column
  let headings: [String]
  let groups: [(title: String?, lines: [Line])]

  init(_ column: Column, in layout: TableLayout) {
    self.column = column
    let count = layout.experiment.repeats
    let measured: [String]
    if column.aggregate == .topHalf {
      measured = ["better half", "mean ± sd, n = \(count)"]
    } else if let draws = layout.draws(column) {
      measured = [draws == 1 ? "1 draw" : "mean ± sd, \(draws) draws"]
    } else {
      measured = ["measured, n = \(count)"]
    }
    let items = layout.hasItemIntervals(column) ? ["95% over test items"] : []
    headings = ["published"] + measured + items + ["gap", "verdict"]
    groups = layout.groups([column]).map { title, rows in
      (title, rows.map { Line($0, column, layout) })
    }
  }
}

extension MainTable.Line {
  init(_ row: Row, _ column: Column, _ layout: TableLayout) {
    let claim = row.published[column.id]
    let verdict = Verdict(row: row, column: column, in: layout.results)
    let measurement = layout.measurement(row, column)
    let decimals = column.decimals
    var cells = [claim.map(NumberText.claim) ?? ""]
    if column.aggregate == .topHalf {
      cells.append(measurement.map { NumberText.summary($0.printed, decimals) } ?? layout.lack(row, column))
      cells.append(measurement == nil ? "" : layout.plain(row, column))
    } else {
      cells.append(layout.measured(row, column))
    }
    if layout.hasItemIntervals(column) { cells.append(layout.itemInterval(row, column)) }
    cells.append(verdict?.evidence.map { NumberText.signed($0.gap, decimals) } ?? "")
    cells.append(verdict?.description ?? "")
    self.init(
      row: row, label: row.label, marks: layout.marks(of: row, column), cells: cells, verdict: verdict)
  }
}
