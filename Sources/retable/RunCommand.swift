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

      Results are written to Results/<table>/<profile>/.
      """)

  @Argument(help: "The tables.", completion: .tables) var tables: [String]
  @OptionGroup var selection: SelectionOptions
  @OptionGroup var experiments: ExperimentsOptions
  @OptionGroup var store: StoreOptions
  @OptionGroup var results: ResultsOptions
  @OptionGroup var execution: ExecutionOptions

  func validate() throws {
    if tables.isEmpty { throw ValidationError("name a table; 'retable list' shows them") }
  }

  func run() async throws {
    for table in tables {
      let experiment = try selection.experiment(of: try experiments.manifest(table))
      let run = TableRun(experiment, store: execution.opened(store), device: try execution.chosenDevice())
      let started = Date()
      let summary = try await run.compute(execution)
      try show(run, summary, seconds: Date().timeIntervalSince(started))
      try run.check(summary)
    }
  }

  private func show(_ run: TableRun, _ summary: RunSummary, seconds: Double) throws {
    let folder = results.folder(run.experiment.table, run.experiment.profile)
    // A run of some rows shows them and leaves the committed table alone.
    let isWhole = selection.rows.isEmpty && summary.isComplete
    if isWhole, summary.computed + summary.shared == 0,
      let recorded = try? TableResults(file: "\(folder)/results.h5"),
      run.isAnswered(by: recorded)
    {
      printTable(recorded)
      print("\(folder) is up to date")
    } else if isWhole {
      printTable(try run.write(to: folder, summary, seconds: seconds))
      print("written to \(folder)")
    } else {
      printTable(try run.collector.collect())
    }
  }

  private func printTable(_ results: TableResults) {
    print(ReportWriter(results: results).terminalTable(colour: Terminal.isColoured(1)))
  }
}
