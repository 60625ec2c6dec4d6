import Manifest
import Results

/// What the renderings share: sections, groups of rows, and numbered footnotes.
struct TableLayout {
  let results: TableResults
  /// In the order of their numbers: those of the whole table first, each text once.
  private(set) var footnotes: [String] = []
  /// Which of them stand under which title.
  private(set) var noteSections: [NoteSection] = []

  struct NoteSection {
    /// The name of its place in a page.
    let id: String
    let title: String
    let range: Range<Int>
  }

  init(_ results: TableResults) {
    self.results = results
    let experiment = results.experiment
    let rows = experiment.rows
    addNotes(
      "deviations", "Deviations from the published protocol",
      results.deviations + rows.flatMap { results.deviations(of: $0) })
    addNotes(
      "choices", "What the paper leaves open, and what is done here",
      experiment.choices + rows.flatMap { Self.choices(of: $0, in: experiment) })
    addNotes(
      "doubts", "Doubts about the published numbers",
      mainColumns.flatMap { column in rows.flatMap { Self.doubts(of: $0, column) } })
    addNotes("searches", "Random searches", rows.flatMap { Self.searchNotes(of: $0, in: results) })
  }

  private mutating func addNotes(_ id: String, _ title: String, _ texts: [String]) {
    let first = footnotes.count
    for text in texts where !footnotes.contains(text) { footnotes.append(text) }
    if footnotes.count > first {
      noteSections.append(NoteSection(id: id, title: title, range: first..<footnotes.count))
    }
  }

  var experiment: Experiment { results.experiment }
  var mainColumns: [Column] { experiment.columns.filter { $0.section.isEmpty } }

  /// Sections after the paper's own table, in the order of their first columns.
  var furtherSections: [(title: String, columns: [Column])] {
    var sections: [(title: String, columns: [Column])] = []
    for column in experiment.columns where !column.section.isEmpty {
      if let index = sections.firstIndex(where: { $0.title == column.section }) {
        sections[index].columns.append(column)
      } else {
        sections.append((column.section, [column]))
      }
    }
    return sections
  }

  /// Rows by group in the order they are printed, as far as they have cells in these columns; empty groups are left
  /// out, the paper's rows have no title.
  func groups(_ columns: [Column]) -> [(title: String?, rows: [Row])] {
    [(RowGroup.published, nil), (.control, "Controls"), (.ablation, "Ablations")].compactMap { group, title in
      let rows = experiment.rows.filter { row in
        row.group == group && columns.contains { $0.includes(row) }
      }
      return rows.isEmpty ? nil : (title, rows)
    }
  }

  /// The numbers of a row's footnotes in the table of a column, from 1.
  func marks(of row: Row, _ column: Column) -> [Int] {
    marks(
      results.deviations(of: row) + Self.choices(of: row, in: experiment) + Self.doubts(of: row, column)
        + Self.searchNotes(of: row, in: results))
  }

  private static func doubts(of row: Row, _ column: Column) -> [String] {
    row.published[column.id]?.doubts ?? []
  }

  /// What a manifest leaves open and what is done, beside the table's own: a row may be measured on other images than the rest.
  private static func choices(of row: Row, in experiment: Experiment) -> [String] {
    let other = experiment.columns.first { row.split($0) != $0.split ?? Split.test }
    let split = other.map { column in
      "measured on the \(row.split(column)) split, the other rows on the \(column.split ?? Split.test) split"
    }
    return row.choices + (split.map { [$0] } ?? [])
  }

  /// The numbers of the footnotes of the whole table.
  var tableMarks: [Int] { marks(results.deviations + experiment.choices) }

  private func marks(_ texts: [String]) -> [Int] {
    texts.compactMap { footnotes.firstIndex(of: $0).map { $0 + 1 } }.sorted()
  }

  func measurement(_ row: Row, _ column: Column) -> Measurement? {
    Measurement(results.cell(row.id, column.id), column: column)
  }

  /// The aggregate over draws where the column has one, else mean and sd over repeats.
  func measured(_ row: Row, _ column: Column) -> String {
    guard column.aggregate == .draws else { return plain(row, column) }
    guard let measurement = measurement(row, column) else { return lack(row, column) }
    return NumberText.summary(measurement.printed, column.decimals)
      + (begunNote(row, column) ?? drawNote(measurement, column))
  }

  /// What stands in a cell without a number.
  func lack(_ row: Row, _ column: Column) -> String { column.includes(row) ? "not measured" : "" }

  /// The interval over the test items of a single run; empty for anything else.
  func itemInterval(_ row: Row, _ column: Column) -> String {
    measurement(row, column)?.itemInterval.map {
      "\(NumberText.fixed($0.lower, column.decimals)) to \(NumberText.fixed($0.upper, column.decimals))"
    } ?? ""
  }

  /// Whether the column shows single runs, whose one known uncertainty is that over test items.
  func hasItemIntervals(_ column: Column) -> Bool {
    experiment.rows.contains { measurement($0, column)?.unit == .items }
  }

  /// Draws of labels behind a value; nil where the column has none.
  func draws(_ column: Column) -> Int? {
    column.aggregate == .draws ? column.draws ?? 1 : nil
  }

  /// What the means of a section are taken over.
  func units(_ columns: [Column]) -> String {
    let draws = Set(columns.map(draws))
    if draws.count == 1, let count = draws.first ?? nil {
      return NumberText.count(count, "draw") + " of labels"
    }
    return repeatsText
  }

  /// Says how many draws a cell has where they are not as many as the column's heading says.
  func drawNote(_ measurement: Measurement, _ column: Column) -> String {
    guard let draws = draws(column), measurement.tested.count != draws else { return "" }
    return " (\(measurement.tested.count == 1 ? "1 draw" : "\(measurement.tested.count) draws"))"
  }

  /// Mean and sd over repeats, with the number of repeats where it is not the table's.
  func plain(_ row: Row, _ column: Column) -> String {
    guard let measurement = measurement(row, column) else { return lack(row, column) }
    return NumberText.summary(measurement.plain, column.decimals)
      + (begunNote(row, column) ?? countNote(measurement))
  }

  private func countNote(_ measurement: Measurement) -> String {
    measurement.plain.count == experiment.repeats ? "" : " (n = \(measurement.plain.count))"
  }

  /// ` (1 of 3 repeats)` where some are still to be measured; nil elsewhere.
  private func begunNote(_ row: Row, _ column: Column) -> String? {
    let (count, planned) = (results.cell(row.id, column.id)?.repeats.count ?? 0, experiment.repeats(of: row))
    return count < planned ? " (\(count) of \(NumberText.count(planned, "repeat")))" : nil
  }

  /// What a chart's means are taken over: `3 repeats`, of all rows.
  var repeatsText: String {
    (results.begunRows.isEmpty ? "" : "up to ") + NumberText.count(experiment.repeats, "repeat")
  }

  /// `desk profile: not the paper's protocol; 3 repeats, root seed 1`.
  var profileLine: String {
    let protocolNote =
      experiment.profile == "paper"
      ? "the published protocol as far as it is known" : "not the paper's protocol"
    return "\(experiment.profile) profile: \(protocolNote); "
      + "\(NumberText.count(experiment.repeats, "repeat")), root seed \(experiment.seed)"
  }
}

extension Column {
  /// `Score (%)`; the label alone where there is no unit.
  var title: String { unit.isEmpty ? label : "\(label) (\(unit))" }

  /// ` ↑` where higher is better, ` ↓` where lower is.
  var arrow: String {
    switch better {
    case .higher: " ↑"
    case .lower: " ↓"
    case nil: ""
    }
  }
}
