import ArgumentParser
import Dispatch
import Files
import Foundation
import Manifest
import Pipeline
import Report
import Results
import Steps

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run what is missing of a table and print it.",
    discussion: """
      Finished steps are found in the store and not run again; an interrupted run continues where it stopped. \
      Interrupt once to checkpoint and stop, twice to stop at once.

      Results are written to Results/<table>/<profile>/.
      """)

  @Argument(help: "The tables.", completion: .tables) var tables: [String]
  @OptionGroup var selection: SelectionOptions
  @OptionGroup var experiments: ExperimentsOptions
  @OptionGroup var store: StoreOptions
  @OptionGroup var results: ResultsOptions
  @Option(help: "Cores to use (default: all).") var jobs: Int?
  @Option(help: "Memory to use, in GiB (default: nine tenths).") var memory: Double?
  @Option(help: "Where to train.") var device: DeviceChoice = .auto
  @Option(help: ArgumentHelp("Also write every event as a JSON line to this file.", valueName: "file"))
  var events: String?
  @Flag(help: "No progress, only the table and problems.") var quiet = false

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs must be at least 1") }
    if let memory, memory <= 0 { throw ValidationError("--memory must be positive") }
    if tables.isEmpty { throw ValidationError("name a table; 'retable list' shows them") }
  }

  func run() async throws {
    for table in tables {
      try await run(table)
    }
  }

  private func run(_ table: String) async throws {
    let experiment = try selection.experiment(of: try experiments.manifest(table))
    let device = try device.resolved()
    let plan = Planner(sources: DataSources.found(for: experiment)).plan(experiment)
    let store = self.store.opened
    try prepare(store)
    var limits = Limits.machine
    if let jobs { limits.cores = jobs }
    if let memory { limits.memory = Int(memory * Double(1 << 30)) }

    let progress = try Progress(quiet: quiet, events: events)
    let executor = LocalExecutor(
      command: [try Self.program(), "worker"],
      environment: ["OMP_NUM_THREADS": String(limits.cores), "OPENBLAS_NUM_THREADS": String(limits.cores)])
    let scheduler = Scheduler(
      plan: plan, store: store, executor: executor, limits: limits, device: device, observer: progress)
    let signals = Interruption { Task { await scheduler.interrupt() } }
    let started = Date()
    let summary = await scheduler.run()
    signals.end()
    progress.end()

    try write(experiment, plan, store, summary, seconds: Date().timeIntervalSince(started))
    try conclude(summary, store)
  }

  /// Asks for what cannot work later, before hours are spent.
  private func prepare(_ store: Store) throws {
    do {
      try POSIXFileSystem().makeDirectories("\(store.root)/work")
      guard access(store.root, W_OK) == 0 else {
        throw FileError("write to", store.root, code: errno)
      }
    } catch {
      throw CommandFailure(
        "error: \(error) The store is chosen by --store or RETABLE_STORE.", code: .stepFailed)
    }
  }

  private func write(
    _ experiment: Experiment, _ plan: Plan, _ store: Store, _ summary: RunSummary, seconds: Double
  ) throws {
    let folder = results.folder(experiment.table, experiment.profile)
    if selection.rows.isEmpty, summary.computed + summary.shared == 0, summary.isComplete,
      let recorded = try? TableResults(file: "\(folder)/results.h5"),
      plan.isAnswered(by: recorded, of: experiment)
    {
      print(ReportWriter(results: recorded).terminalTable(colour: Terminal.isColoured(1)))
      print("\(folder) is up to date")
      return
    }
    let collector = Collector(plan: plan, store: store, experiment: experiment)
    let collected = try collector.collect()
    let writer = ReportWriter(results: collected)
    // A run of some rows shows them and leaves the committed table alone.
    if selection.rows.isEmpty && summary.isComplete {
      try POSIXFileSystem().makeDirectories("\(folder)/figures")
      try collected.save(to: "\(folder)/results.h5")
      for (name, bytes) in try collector.figures() {
        try DurableFile.write(bytes, to: "\(folder)/figures/\(name)")
      }
      for warning in try writer.write(to: folder) { Terminal.error("warning: \(warning)") }
      try RunReport(plan: plan, store: store, summary: summary, seconds: seconds).write(
        to: "\(folder)/run.json")
      print(writer.terminalTable(colour: Terminal.isColoured(1)))
      print("written to \(folder)")
    } else {
      print(writer.terminalTable(colour: Terminal.isColoured(1)))
    }
  }

  private func conclude(_ summary: RunSummary, _ store: Store) throws {
    if summary.interrupted {
      throw CommandFailure(
        "interrupted; finished steps and checkpoints are kept, the same command continues", code: .interrupted
      )
    }
    guard !summary.failures.isEmpty else { return }
    var lines = [
      "\(Say.count(summary.failures.count, "step")) failed, \(summary.skipped.count) not started because of that:"
    ]
    for (step, failure) in summary.failures {
      lines.append("  \(step.label): \(failure.message)")
      lines.append("    log: \(store.log(step.identity))")
    }
    let causes = Set(summary.failures.map(\.failure.cause))
    let code: ExitCode =
      causes == [.diskFull]
      ? .diskFull : causes.isSubset(of: [.dataMissing, .corruptInput]) ? .dataMissing : .stepFailed
    throw CommandFailure(lines.joined(separator: "\n"), code: code)
  }

  private static func program() throws -> String {
    guard let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else {
      throw CommandFailure(
        "error: cannot find this program's own file through /proc/self/exe", code: .stepFailed)
    }
    return path
  }
}

extension Plan {
  /// Whether the results hold exactly what this plan's artifacts say: same experiment, same steps.
  func isAnswered(by results: TableResults, of experiment: Experiment) -> Bool {
    let recorded = Set(results.cells.flatMap { $0.repeats.map(\.step) })
    return results.experiment == experiment
      && recorded == Set(targets.filter { $0.role == .score }.map(\.identity))
  }
}

/// Turns SIGINT and SIGTERM into a call.
final class Interruption {
  private var sources: [DispatchSourceSignal] = []

  init(_ handler: @escaping @Sendable () -> Void) {
    for number in [SIGINT, SIGTERM] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler(handler: handler)
      source.resume()
      sources.append(source)
    }
  }

  func end() {
    for source in sources { source.cancel() }
  }
}
