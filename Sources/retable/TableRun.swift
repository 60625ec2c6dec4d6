import ArgumentParser
import Files
import Foundation
import Manifest
import Pipeline
import Results
import Steps

/// One table at one profile, from its manifest to its results: what `run`, `check` and `accept` share.
struct TableRun {
  let experiment: Experiment
  let plan: Plan
  let store: Store
  private let sources: DataSources

  /// - Parameters:
  ///   - repetitions: of rows of which not every repeat is wanted, those that are, from 0.
  ///   - manifest: the path of the experiment's manifest, from whose folder paths of its rows lead.
  init(
    _ experiment: Experiment, repetitions: [String: Set<Int>] = [:], of manifest: String, store: Store,
    device: String
  ) {
    self.experiment = experiment
    self.store = store
    sources = DataSources.found(for: experiment, in: Paths.parent(of: manifest)) { set, files, bytes in
      // Less is read before anybody wonders; 120,000 pictures of a few KiB take 12 s, and 30 beside a busy disk.
      guard bytes > 1 << 30 || files > 10_000 else { return }
      Terminal.error("reading \(set) for the first time (\(Say.count(files, "file")), \(Say.bytes(bytes)))")
    }
    plan = Planner(sources: sources).plan(experiment, repetitions: repetitions).moved(to: device)
  }

  /// Computes what the store lacks. Interrupts from the keyboard reach the steps.
  ///
  /// - Parameter folder: where the table will be written, if it will be.
  func compute(_ options: ExecutionOptions, for folder: String? = nil) async throws -> RunSummary {
    let progress = try Progress(quiet: options.quiet, events: options.events)
    let board = StatusBoard(
      title: "\(experiment.table), \(experiment.profile) profile", store: store, observer: progress)
    let (executor, limits) = try options.makeExecutor(store: store)
    let scheduler = Scheduler(plan: plan, store: store, executor: executor, limits: limits, observer: board)
    // A store that holds everything is read only, and may be one that nobody can write to.
    if !scheduler.agenda.toRun.isEmpty { try prepare(folder) }
    store.sweepBoards()
    let signals = SignalWatch([SIGINT, SIGTERM]) { _ in Task { await scheduler.interrupt() } }
    let summary = await scheduler.run()
    signals.end()
    board.end()
    progress.end()
    return summary
  }

  /// Asks for what cannot work later, before hours are spent.
  private func prepare(_ folder: String?) throws {
    if let folder { try requireWritable(folder) }
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

  private func requireWritable(_ folder: String) throws {
    var above = folder
    while try !POSIXFileSystem().exists(above), Paths.parent(of: above) != above {
      above = Paths.parent(of: above)
    }
    let isFolder = try POSIXFileSystem().statusIfPresent(of: above)?.kind == .directory
    guard !isFolder || access(above, W_OK) != 0 else { return }
    throw CommandFailure(
      "error: \(FileError("write to", above, code: isFolder ? errno : ENOTDIR)) The folder of results is chosen by "
        + "--results.", code: .stepFailed)
  }

  /// What an incomplete run ends with; nothing where all went well.
  ///
  /// - Parameter listing: whether to say again what failed, for those who have seen many lines since.
  func check(_ summary: RunSummary, listing: Bool) throws {
    if summary.interrupted {
      throw CommandFailure(
        "interrupted; finished steps and checkpoints are kept, the same command continues", code: .interrupted
      )
    }
    guard !summary.failures.isEmpty else { return }
    let count =
      "\(Say.count(summary.failures.count, "step")) failed, \(summary.skipped.count) not started because of that"
    var lines = [listing ? "\(count):" : count]
    for (step, failure) in summary.failures where listing {
      lines.append("  \(step.label): \(failure.message)")
      lines.append("    log: \(store.log(step.identity))")
    }
    let causes = Set(summary.failures.map(\.failure.cause))
    let code: ExitCode =
      causes == [.diskFull]
      ? .diskFull : causes.isSubset(of: [.dataMissing, .corruptInput]) ? .dataMissing : .stepFailed
    throw CommandFailure(lines.joined(separator: "\n"), code: code)
  }

  /// What the steps that the store has warned of when they ran, each once, in the plan's order.
  var warnings: [String] {
    plan.steps.flatMap { (try? store.record($0.identity))?.run.warnings ?? [] }.unique
  }

  var collector: Collector { Collector(plan: plan, store: store, experiment: experiment, sources: sources) }

  /// What goes into a record: no repeat by half.
  var recordCollector: Collector {
    Collector(plan: plan, store: store, experiment: experiment, sources: sources, wholeRepeats: true)
  }

  /// Whether the results hold exactly what this plan's artifacts say: same experiment, same steps.
  func isAnswered(by results: TableResults) -> Bool {
    let recorded = Set(results.cells.flatMap { $0.repeats.map(\.step) })
    return results.experiment == experiment
      && recorded == Set(plan.targets.filter { $0.role == .score }.map(\.identity))
  }
}

extension Agenda {
  /// Throws where steps that have to run will not find their data.
  func requireData() throws {
    let missing = missingData
    guard !missing.isEmpty else { return }
    let lines = missing.map { "  \($0.step.label): \($0.problem)" }
    throw CommandFailure(
      (["error: data are missing for \(Say.count(missing.count, "step"))"] + lines).joined(separator: "\n"),
      code: .dataMissing)
  }
}
