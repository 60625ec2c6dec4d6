import Files
import Manifest
import Results

/// A measured table as tidy data: a line for every value, with what is known of its cell.
///
/// A cell that was not measured is a line without a value, so that no row, column or published number vanishes. The columns are
/// described in `docs/formats.md`.
public struct Observations: Sendable {
  public static let columns = [
    "table", "profile", "row", "row_label", "group", "column", "column_label", "unit", "better", "split",
    "repeat", "draw", "value", "published", "published_spread", "published_spread_kind", "measured", "sd",
    "n", "over", "low", "high", "gap", "verdict", "outcome", "aggregate",
  ]

  /// In the order of rows, then columns, repeats and draws; the values of a line are in the order of `columns`.
  public let lines: [[JSON]]

  public init(_ results: TableResults) {
    let experiment = results.experiment
    lines = experiment.rows.flatMap { row in
      experiment.columns.filter { $0.includes(row) }.flatMap { Self.lines(row, $0, results) }
    }
  }

  private static func lines(_ row: Row, _ column: Column, _ results: TableResults) -> [[JSON]] {
    let experiment = results.experiment
    let claim = row.published[column.id]
    let cell = results.cell(row.id, column.id)
    let place: [JSON] = [
      .string(experiment.table), .string(experiment.profile), .string(row.id), .string(row.label),
      .string(row.group.rawValue), .string(column.id), .string(column.label), text(column.unit),
      text(column.better?.rawValue), .string(row.split(column)),
    ]
    let published: [JSON] = [
      number(claim?.value), number(claim?.spread),
      text(claim?.spread.map { _ in claim?.spreadKind.rawValue ?? "" }),
    ]
    let judged = judgement(row, column, cell, results)
    let values = (cell?.repeats ?? []).flatMap { repetition in
      repetition.values.enumerated().map { draw, value -> [JSON] in
        [.int(repetition.repetition), .int(draw), .number(value)]
      }
    }
    return (values.isEmpty ? [[.null, .null, .null]] : values).map { place + $0 + published + judged }
  }

  /// What is said of the cell as a whole: its aggregate, and the verdict.
  private static func judgement(_ row: Row, _ column: Column, _ cell: Cell?, _ results: TableResults)
    -> [JSON]
  {
    let measurement = Measurement(cell, column: column)
    let verdict = Verdict(row: row, column: column, in: results)
    let interval = measurement?.interval
    return [
      number(measurement?.printed.mean),
      number(measurement.flatMap { $0.printed.count > 1 ? $0.printed.standardDeviation : nil }),
      measurement.map { .int($0.tested.count) } ?? .null, text(measurement?.unit.rawValue),
      number(interval?.lower), number(interval?.upper), number(verdict?.evidence?.gap),
      text(verdict?.word), text(verdict?.outcome.style.words), .string(column.aggregate.rawValue),
    ]
  }

  private static func number(_ value: Double?) -> JSON { value.map { .number($0) } ?? .null }
  private static func text(_ text: String?) -> JSON {
    text.flatMap { $0.isEmpty ? nil : .string($0) } ?? .null
  }
}

extension Verdict {
  /// The verdict in the words of `docs/verdicts.md`, without numbers.
  fileprivate var word: String {
    isComparable || outcome == .notMeasured ? outcome.style.words : "not comparable"
  }
}
