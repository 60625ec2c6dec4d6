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
      unless --record is given: then the table is written with every row that the store has. Rows that it lacks stay as they were recorded, or are \
      not measured.
      """)

  @Argument(help: "The tables.", completion: .tables) var tables: [String]
  @OptionGroup var selection: SelectionOptions
  @Flag(help: "With --row: write the table too; rows that the store lacks stay as they are recorded.")
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
    for table in tables {
      let manifest = try project.manifest(table)
      let run = TableRun(
        try selection.experiment(of: manifest), of: manifest.path, store: try execution.opened(store),
        device: try execution.chosenDevice())
      let started = Date()
      let folder = try project.folder(table, run.experiment.profile)
      let writes = selection.rows.isEmpty || record
      let summary = try await run.compute(execution, for: writes ? folder : nil)
      try show(run, summary, in: folder, seconds: Date().timeIntervalSince(started))
      try run.check(summary)
    }
  }

  private func show(_ run: TableRun, _ summary: RunSummary, in folder: String, seconds: Double) throws {
    // A run of some rows shows them and leaves the committed table alone.
    let isWhole = selection.rows.isEmpty && summary.isComplete
    if isWhole, summary.computed + summary.shared == 0,
      WrittenFiles.areIntact(in: folder), let recorded = TableResults.recorded(in: folder),
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
    var all = selection
    all.rows = []
    let manifest = try project.manifest(run.experiment.table)
    let whole = TableRun(
      try all.experiment(of: manifest), of: manifest.path, store: run.store,
      device: try execution.chosenDevice())
    let recorded = TableResults.recorded(in: folder)
    if let recorded {
      var found = try whole.collector.collect()
      _ = try whole.keep(recorded, in: &found)
      var lost: [String] = []
      for cell in recorded.cells where found.cell(cell.row, cell.column) == nil && !lost.contains(cell.row) {
        lost.append(cell.row)
      }
      if let row = lost.first, !dropOutdated {
        throw CommandFailure(
          "error: \(folder) has row '\(row)', measured in another way than the manifest now says or on other images, and the store has "
            + "not what the manifest says; add --row \(row), or take such rows (\(lost.count) of them) out of the table "
            + "with --drop-outdated",
          code: .usage)
      }
      if !lost.isEmpty { Terminal.print("no longer in the table: \(lost.joined(separator: ", "))") }
    }
    try whole.write(to: folder, summary, seconds: seconds, keeping: recorded)
    Terminal.print("written to \(folder)")
  }

  private func printTable(_ results: TableResults) {
    Terminal.print(ReportWriter(results: results).terminalTable(colour: Terminal.isColoured(1)))
  }
}
