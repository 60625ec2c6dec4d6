import Files
import Manifest
import Results

/// What can be told of recorded results from files alone: whether they are what the tool wrote for this manifest.
public struct RecordedCheck: Sendable {
  /// In words; empty where all is well.
  public let problems: [String]

  /// - Parameters:
  ///   - folder: `Results/<table>/<profile>`.
  ///   - experiment: what the manifest says today.
  public init(_ results: TableResults, folder: String, experiment: Experiment) throws {
    var problems: [String] = []
    if results.experiment != experiment {
      problems.append(
        "the manifest has changed since these results were recorded: \(Self.change(results.experiment, experiment))"
      )
    }
    // A row or a repeat that was never measured is said to be open; one of which some columns were has lost something.
    let begun = results.begunRows
    for row in results.measuredPart(of: results.experiment).rows {
      for column in results.experiment.columns where column.includes(row) {
        problems += Self.problems(
          of: results.cell(row.id, column.id), row, column,
          repeats: begun[row.id]?.count ?? results.experiment.repeats(of: row))
      }
    }
    for (name, text) in try ReportWriter(results: results).documents(in: folder).texts {
      let path = Paths.join(folder, name)
      guard try POSIXFileSystem().exists(path) else {
        // The page repeats what is recorded beside it, with megabytes of pictures: it need not be kept.
        if name != ReportWriter.html { problems.append("\(name) is missing") }
        continue
      }
      if try POSIXFileSystem().contents(of: path) != Array(text.utf8) {
        problems.append("\(name) is not what results.h5 gives")
      }
    }
    self.problems = problems
  }

  private static func problems(of cell: Cell?, _ row: Row, _ column: Column, repeats: Int) -> [String] {
    let name = "row \(row.id), column \(column.id)"
    guard let cell, cell.repeats.count == repeats else {
      return ["\(name): \(cell?.repeats.count ?? 0) of \(repeats) repeats were measured"]
    }
    // A column of a statistic needs outcomes, whatever the cell says of itself.
    let needed = OutcomeStatistic.named(column.metric.kind)
    guard let statistic = needed ?? cell.outcomeStatistic else { return [] }
    return cell.repeats.compactMap { repetition in
      let place = "\(name), \(NumberText.repetition(repetition.repetition))"
      // Values must follow from the outcomes that are recorded beside them.
      guard cell.statistic == statistic.name, let outcomes = repetition.outcomes else {
        return needed.map { _ in "\(place): there are no answers that the value follows from" }
      }
      let recomputed = statistic.values(outcomes).map { column.scale * $0 }
      guard recomputed.count == repetition.values.count else {
        return
          "\(place): \(NumberText.count(repetition.values.count, "value")), and the answers give \(recomputed.count)"
      }
      let pairs = zip(repetition.values, recomputed)
      return pairs.first { !(abs($0 - $1) <= 1e-9 * column.scale || $0.isNaN && $1.isNaN) }.map { wrong in
        "\(place): the value \(NumberText.short(wrong.0)) does not follow from the answers, which give "
          + NumberText.short(wrong.1)
      }
    }
  }

  private static func change(_ old: Experiment, _ new: Experiment) -> String {
    let oldRows = Dictionary(uniqueKeysWithValues: old.rows.map { ($0.id, $0) })
    let newRows = Dictionary(uniqueKeysWithValues: new.rows.map { ($0.id, $0) })
    let names = Set(oldRows.keys).union(newRows.keys).filter { oldRows[$0] != newRows[$0] }.sorted()
    let columns = Set(old.columns.map(\.id)).union(new.columns.map(\.id)).filter {
      old.column($0) != new.column($0)
    }.sorted()
    var parts: [String] = []
    if !names.isEmpty { parts.append("rows \(names.joined(separator: ", "))") }
    if !columns.isEmpty { parts.append("columns \(columns.joined(separator: ", "))") }
    return parts.isEmpty ? "the table as a whole" : parts.joined(separator: "; ")
  }
}
