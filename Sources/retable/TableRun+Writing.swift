import Files
import Foundation
import Pipeline
import Report
import Results

extension TableRun {
  /// Writes `results.h5`, the report and `run.json` into `folder`, durably, and returns what was collected.
  ///
  /// - Parameter recorded: an earlier record, what of which the store lacks stays.
  @discardableResult
  func write(
    to folder: String, _ summary: RunSummary, seconds: Double, keeping recorded: TableResults? = nil
  ) throws -> TableResults {
    let collector = recordCollector
    var collected = try collector.collect()
    let kept = recorded.map { collected.keep($0, plannedBy: self) } ?? []
    let writer = ReportWriter(results: collected)
    try POSIXFileSystem().makeDirectories("\(folder)/figures")
    for folder in [folder, "\(folder)/figures"] { try POSIXFileSystem().removeAbandoned(in: folder) }
    try collected.save(to: "\(folder)/results.h5")
    let figures = try collector.figures()
    for (name, bytes) in figures {
      try DurableFile.write(bytes, to: "\(folder)/figures/\(name)")
    }
    try removeFigures(besides: figures.keys, of: kept, in: "\(folder)/figures")
    let instruments = try writeInstruments(to: folder, isKeeping: !kept.isEmpty)
    for warning in try writer.write(to: folder) { Terminal.error("warning: \(warning)") }
    let pictures = Set(
      plan.targets.filter { $0.role == .figure && kept.contains($0.row) }.map(\.name)
    ).subtracting(figures.keys)
    let names =
      ["results.h5"] + (figures.keys.sorted() + pictures.sorted()).map { "figures/\($0)" } + writer.fileNames
      + instruments
    try RunReport(
      plan: plan, store: store, summary: summary, seconds: seconds, files: WrittenFiles(names, in: folder)
    ).write(to: "\(folder)/run.json")
    return collected
  }

  /// Removes what an earlier record has drawn of rows that are in the table no longer. Charts are drawn anew after this.
  private func removeFigures(
    besides written: some Collection<String>, of kept: Set<String>, in folder: String
  )
    throws
  {
    let rows = Set(experiment.rows.map(\.id))
    let staying = plan.targets.filter {
      $0.role == .figure && (kept.contains($0.row) || !rows.contains($0.row))
    }
    let names = Set(staying.map(\.name)).union(written)
    let files = POSIXFileSystem()
    for name in try files.sortedNames(in: folder)
    where (name.hasSuffix(".png") || name.hasSuffix(".csv")) && !names.contains(name) {
      try files.removeFile("\(folder)/\(name)")
    }
  }

  /// The identities of the steps that score a row's repeats for a column; none where the manifest has no such cell.
  func steps(_ row: String, _ column: String) -> Set<String> {
    Set(plan.targets.filter { $0.role == .score && $0.row == row && $0.name == column }.map(\.identity))
  }
}
