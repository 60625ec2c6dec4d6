import Manifest
import Metrics
import Results

/// Everything that stands behind one cell of a table, for `explain`.
public struct Explanation {
  let layout: TableLayout
  let row: Row
  let column: Column

  init(layout: TableLayout, row: Row, column: Column) {
    (self.layout, self.row, self.column) = (layout, row, column)
  }

  /// Throws `ReportError.unknown` for a row or a column that the table does not have.
  public init(results: TableResults, row: String, column: String) throws(ReportError) {
    layout = TableLayout(results)
    let experiment = results.experiment
    guard let foundRow = experiment.row(row) else {
      throw .unknown(kind: "row", id: row, table: experiment.table, known: experiment.rows.map(\.id))
    }
    guard let foundColumn = experiment.column(column) else {
      throw .unknown(
        kind: "column", id: column, table: experiment.table, known: experiment.columns.map(\.id))
    }
    self.row = foundRow
    self.column = foundColumn
  }

  /// The explanation as plain text, its last line ended.
  public var text: String {
    let parts = [
      heading, published, measured, repeats, items, verdict, reservations, confusion,
      searchText, origin,
    ]
    return parts.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  /// The explanation of one cell; see `init` for what is thrown.
  public static func text(
    _ results: TableResults, row: String, column: String
  ) throws(ReportError) -> String {
    try Explanation(results: results, row: row, column: column).text
  }

  var cell: Cell? { layout.results.cell(row.id, column.id) }
  var measurement: Measurement? { layout.measurement(row, column) }
  var digits: Int { column.decimals }

  func number(_ value: Double) -> String { NumberText.fixed(value, digits) }

  private var heading: String {
    "\(row.label), \(column.title)\nTable \(layout.experiment.table), row \(row.id), column \(column.id); "
      + "\(layout.profileLine).\n"
  }

  private var published: String {
    "PUBLISHED\n" + publishedLines.map { "  \($0)\n" }.joined()
  }

  /// The claim, where it stands, and what is known about its spread.
  var publishedLines: [String] {
    guard let claim = row.published[column.id] else { return ["The paper has no such cell."] }
    var lines = [NumberText.claim(claim) + (column.unit.isEmpty ? "" : " \(column.unit)")]
    lines.append("\(layout.experiment.source.paper), \(layout.experiment.source.place)")
    if claim.spread != nil {
      let kind: String =
        switch claim.spreadKind {
        case .sd: "a standard deviation"
        case .standardError: "a standard error"
        case .interval95: "half of a 95% interval"
        case .range95: "1.96 standard deviations of single values"
        case .unstated: "not stated"
        }
      lines.append(
        "What follows ± is \(kind); runs behind it: \(claim.count.map(String.init) ?? "not stated").")
    }
    if let split = claim.split { lines.append("Published for the \(split) split.") }
    lines += claim.doubts.map { "Doubt: \($0)." }
    return lines
  }

  private var measured: String {
    let lines = measuredLines.map { "  \($0.value)\($0.meaning.isEmpty ? "" : "  \($0.meaning)")\n" }
    return "MEASURED\n" + lines.joined()
  }

  /// Every summary of the measured values, with what it is.
  var measuredLines: [(value: String, meaning: String)] {
    guard let measurement else { return [("not measured", "")] }
    var lines: [(String, String)] = []
    if column.aggregate == .topHalf {
      lines.append(
        (
          NumberText.summary(measurement.printed, digits),
          "mean and sd over the better \(measurement.printed.count) of \(measurement.valueCount) values: "
            + "the paper's aggregate"
        ))
    }
    if column.aggregate == .draws {
      let wide = NumberText.fixed(1.96 * measurement.printed.standardDeviation, digits)
      lines.append(
        (
          NumberText.summary(measurement.printed, digits),
          measurement.printed.count == 1
            ? "1 draw of labels"
            : "mean and sd (divisor n) over \(measurement.printed.count) draws of labels; 1.96 sd is \(wide)"
        ))
    }
    lines.append(
      (
        NumberText.summary(measurement.plain, digits),
        (measurement.plain.count == 1
          ? "1 repeat" : "mean and sd over \(NumberText.count(measurement.plain.count, "repeat"))")
          + interval(measurement.plain)
      ))
    return lines
  }

  private func interval(_ summary: SampleSummary) -> String {
    guard let interval = try? summary.interval() else {
      return "; one repeat says nothing about their spread"
    }
    return "; 95% t interval of the mean \(number(interval.lower)) to \(number(interval.upper))"
  }

  private var repeats: String {
    guard let cell, !cell.repeats.isEmpty else { return "" }
    let hasRestarts = cell.repeats.contains { $0.values.count > 1 }
    let lines = cell.repeats.map { repetition in
      let values = repetition.values.map(number).joined(separator: "  ")
      let mean = hasRestarts ? "   mean \(number(Measurement.mean(repetition.values)))" : ""
      return "  \(NumberText.repetition(repetition.repetition)):  \(values)\(mean)"
    }
    let unit = column.aggregate == .draws ? "draw of labels" : "restart of the classifier"
    let title = hasRestarts ? "VALUES, one for each \(unit)" : "VALUES"
    return title + "\n" + lines.joined(separator: "\n") + "\n" + details(cell) + choices(cell)
  }

  private func details(_ cell: Cell) -> String {
    let names = Set(cell.repeats.flatMap(\.details.keys)).sorted()
    return names.map { name in
      let values = cell.repeats.map { $0.details[name].map(NumberText.short) ?? "-" }
      return "  \(name):  \(values.joined(separator: "  "))\n"
    }.joined()
  }

  /// How a free number of the classifier was chosen.
  private func choices(_ cell: Cell) -> String {
    cell.repeats.compactMap { repetition in
      repetition.selection.map { selection in
        SelectionText(selection).lines.map { "  \(NumberText.repetition(repetition.repetition)), \($0)\n" }
          .joined()
      }
    }.joined()
  }

  private var reservations: String {
    guard let verdict = Verdict(row: row, column: column, in: layout.results), !verdict.isComparable else {
      return ""
    }
    return "WHY THE TWO NUMBERS ARE NOT COMPARABLE\n" + verdict.reservations.map { "  - \($0)\n" }.joined()
  }

  private var verdict: String {
    guard let verdict = Verdict(row: row, column: column, in: layout.results) else { return "" }
    var text = "VERDICT\n  \(verdict.description)\n"
    if let evidence = verdict.evidence {
      text += EvidenceText(evidence, decimals: digits, unit: column.unit).lines.map { "  \($0)\n" }.joined()
    }
    return text
  }

  private var items: String {
    guard let lines = cell.map(Self.itemLines), !lines.isEmpty else { return "" }
    let split = row.split(column)
    return
      "\(split.uppercased()) ITEMS, first classifier of each repeat (how well its items pin one value down; "
      + "not the spread over repeats)\n" + lines.joined()
  }

  private var confusion: String {
    guard let lines = cell.map(Self.confusionLines), !lines.isEmpty else { return "" }
    return "CONFUSION, counts over all repeats and classifiers; lines: the truth, columns: the answer\n"
      + lines.joined()
  }

  private var origin: String {
    guard let cell, !cell.repeats.isEmpty else { return "" }
    return "STEPS THAT MADE THE VALUES\n"
      + cell.repeats.map { "  \(NumberText.repetition($0.repetition)): \($0.step)\n" }.joined()
  }
}
