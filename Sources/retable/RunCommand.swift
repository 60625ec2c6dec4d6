import ArgumentParser
import Foundation
import Pipeline
import Report
import Results

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run what is missing of a table and print it.",
    discussion: """
      Finished steps are found in the store and not run again; an interrupted run continues where it stopped. \
      Interrupt once to checkpoint and stop, twice to stop at once. 'retable status' tells from another terminal how \
      far it is.

      Results are written to Results/<table>/<profile>/ beside the folder Experiments. With --row only these rows are shown, and nothing is written \
      unless --record is given: then the table is written with every row that the store has. Rows and repeats that it lacks stay as they were \
      recorded, or are not measured: a long row can be measured one --repeat at a time, in several sittings and on several machines.

      Of several tables one that fails keeps no other from its turn; the exit code is that of the first that does.
      """)

  @Argument(help: "The tables.", completion: .tables) var tables: [String]
  @OptionGroup var selection: SelectionOptions
  @Flag(help: "With --row: write the table too; what the store lacks stays as it is recorded.")
  var record =
    false
  @Flag(
    help: "With --record: rows that were recorded in another way than the manifest now says leave the table.")
  var dropOutdated = false
  @OptionGroup var project: ProjectOptions
  @OptionGroup var store: StoreOptions
  @OptionGroup var execution: ExecutionOptions

  func validate() throws {
    if tables.isEmpty { throw ValidationError("name a table; 'retable list' shows them") }
    if record, selection.rows.isEmpty {
      throw ValidationError("--record goes with --row; a run of all rows is written anyway")
    }
    if dropOutdated, !record { throw ValidationError("--drop-outdated goes with --record") }
  }

  func run() async throws {
    var endings = Endings()
    for table in tables.unique {
      do { try await measure(table) } catch { try endings.tell(error) }
    }
    try endings.check()
  }

  private func measure(_ table: String) async throws {
    let manifest = try project.manifest(table)
    let run = TableRun(
      try selection.experiment(of: manifest), repetitions: selection.repetitions, of: manifest.path,
      store: try execution.opened(store), device: try execution.chosenDevice())
    let started = Date()
    let folder = try project.folder(table, run.experiment.profile)
    let writes = selection.rows.isEmpty || record
    if record { _ = try lostRows(folder, of: run, before: selection.rows) }
    // Rows of the whole table are measured by what it trains itself; some rows, by what the others were measured by.
    if !selection.rows.isEmpty { try run.adoptInstruments(from: project) }
    let summary = try await run.compute(execution, for: writes ? folder : nil)
    try show(run, summary, in: folder, seconds: Date().timeIntervalSince(started))
    try run.check(summary, listing: !execution.quiet)
  }

  private func show(_ run: TableRun, _ summary: RunSummary, in folder: String, seconds: Double) throws {
    // A run of some rows shows them and leaves the committed table alone.
    let isWhole = selection.rows.isEmpty && summary.isComplete
    if isWhole, summary.computed + summary.shared == 0,
      WrittenFiles.areIntact(in: folder), let recorded = try? TableResults.recorded(in: folder),
      run.isAnswered(by: recorded)
    {
      printTable(recorded)
      Terminal.print("\(folder) is up to date")
    } else if isWhole {
      printTable(try run.write(to: folder, summary, seconds: seconds))
      Terminal.print("written to \(folder)")
    } else if record, summary.isComplete {
      printTable(try run.collector.collect())
      try writeUnfinished(folder, summary, seconds: seconds, of: run)
    } else {
      printTable(try run.collector.collect())
    }
  }

  /// Writes the table with the rows that there are, unless one that is recorded would go and nobody has asked for that.
  private func writeUnfinished(_ folder: String, _ summary: RunSummary, seconds: Double, of run: TableRun)
    throws
  {
    let lost = try lostRows(folder, of: run)
    if !lost.isEmpty {
      Terminal.print("no longer in the table: what was recorded of \(lost.joined(separator: ", "))")
    }
    try whole(run).write(
      to: folder, summary, seconds: seconds, keeping: try TableResults.recorded(in: folder))
    Terminal.print("written to \(folder)")
  }

  /// The table with all its rows.
  private func whole(_ run: TableRun) throws -> TableRun {
    var all = selection
    (all.rows, all.repeats) = ([], [])
    let manifest = try project.manifest(run.experiment.table)
    return TableRun(
      try all.experiment(of: manifest), of: manifest.path, store: run.store,
      device: try execution.chosenDevice())
  }

  /// The rows of the record that would leave the table, or lose repeats: neither does the store have them nor does the record say
  /// of them what the manifest says now.
  ///
  /// - Parameter chosen: rows that are about to be computed; nil afterwards. Before, only what the manifest says is certain: the
  ///   store need not have the images yet.
  /// - Throws: `CommandFailure` where there are some and nobody has asked for that.
  private func lostRows(_ folder: String, of run: TableRun, before chosen: [String]? = nil) throws -> [String]
  {
    guard let recorded = try TableResults.recorded(in: folder) else { return [] }
    let whole = try whole(run)
    var found = try whole.recordCollector.collect()
    let isMeasuredAlike = found.isMeasured(asIn: recorded)
    _ = found.keep(recorded, plannedBy: whole)
    var lost: [String] = []
    for cell in recorded.cells where !lost.contains(cell.row) {
      // A cell that the manifest no longer asks of its row goes with the manifest's column; the row stays.
      if whole.experiment.row(cell.row) != nil, whole.steps(cell.row, cell.column).isEmpty { continue }
      if chosen != nil, isMeasuredAlike, recorded.defines(cell.row, cell.column, as: found) { continue }
      var there = Set(found.cell(cell.row, cell.column)?.repeats.map(\.repetition) ?? [])
      if chosen?.contains(cell.row) == true {
        there.formUnion(run.plan.targets.filter { $0.row == cell.row }.map(\.repetition))
      }
      // Of a row that is measured whole, nobody misses repeats that the manifest no longer has.
      let planned = whole.experiment.row(cell.row).map { 0..<whole.experiment.repeats(of: $0) } ?? 0..<0
      let isWhole = !planned.isEmpty && there.isSuperset(of: planned)
      if !isWhole, !there.isSuperset(of: cell.repeats.map(\.repetition)) { lost.append(cell.row) }
    }
    guard let row = lost.first, !dropOutdated else { return lost }
    guard isMeasuredAlike else {
      throw CommandFailure(
        "error: the store has another training of \(whole.instrumentNames) than the rows of \(folder) were measured by, which "
          + "lies there in instruments; use another --store, run the whole table, or take those rows out of it with --drop-outdated",
        code: .usage)
    }
    let known = whole.experiment.rows.contains { $0.id == row }
    throw CommandFailure(
      "error: \(folder) has row '\(row)', "
        + (known
          ? "measured in another way than the manifest now says or on other images, and the store has not what the manifest says; "
            + "\(selection.rows.contains(row) ? "leave out --repeat" : "add --row \(row)"), or take such rows (\(lost.count) of them) out of the table with --drop-outdated"
          : "which the manifest no longer has; --drop-outdated takes it out of the table"),
      code: .usage)
  }

  private func printTable(_ results: TableResults) {
    Terminal.print(ReportWriter(results: results).terminalTable(colour: Terminal.isColoured(1)))
  }
}
