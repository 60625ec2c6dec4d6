import ArgumentParser
import Files
import Foundation
import Manifest
import Pipeline
import Steps

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Show every step of a table: cached or to run and why, cores, memory, time, disk.",
    discussion: """
      Runs nothing and writes nothing. Ends with an error for whatever would make a run fail and can be known now: a \
      wrong manifest (2), missing data (6), too little room on the disk (7).
      """)

  @Argument(help: "The tables.", completion: .tables) var tables: [String]
  @OptionGroup var selection: SelectionOptions
  @OptionGroup var experiments: ExperimentsOptions
  @OptionGroup var store: StoreOptions
  @Option(help: "auto, cpu or cuda.") var device: DeviceChoice = .auto
  @Flag(help: "Only the steps that have to run.") var toRun = false

  func run() throws {
    var endings = Endings()
    for table in tables.unique {
      do { try show(table) } catch { try endings.tell(error) }
    }
    try endings.check()
  }

  private func show(_ table: String) throws {
    let manifest = try experiments.manifest(table)
    let run = TableRun(
      try selection.experiment(of: manifest), repetitions: selection.repetitions, of: manifest.path,
      store: try store.opened, device: try device.resolved())
    let listing = PlanListing(run)
    if tables.unique.count > 1 { Terminal.print("\(table), \(run.experiment.profile) profile") }
    for line in listing.lines(all: !toRun) { Terminal.print(line) }
    Terminal.print("\n\(listing.total)")
    try listing.check()
  }
}

/// A plan with what the store says of it.
private struct PlanListing {
  let run: TableRun
  let agenda: Agenda
  let history: History

  init(_ run: TableRun) {
    self.run = run
    agenda = Agenda(plan: run.plan, store: run.store)
    history = History(store: run.store)
  }

  func lines(all: Bool) -> [String] {
    agenda.entries.filter { all || $0.reason != nil }.map { step, reason in
      let identity = step.identity.prefix(12)
      guard let reason else { return "\(identity)  cached  \(step.label)" }
      let disk = history.disk(for: step).map { ", \(Say.bytes($0)) of disk" } ?? ""
      let needs =
        "\(Say.count(step.needs.cores, "core")), \(Say.bytes(history.memory(for: step))), "
        + "\(Say.duration(history.seconds(for: step)))\(disk)\(step.device.map { ", on \($0)" } ?? "")"
      return "\(identity)  run     \(step.label)  (\(why(step, reason)))  \(needs)"
    }
  }

  private func why(_ step: Step, _ reason: Agenda.Reason) -> String {
    switch reason {
    case .corrupt(let what): return "damaged: \(what)"
    case .new:
      let changes = history.changes(to: step, in: run.store).map { describe($0, step) }
      return changes.isEmpty ? "new" : changes.joined(separator: "; ")
    }
  }

  private func describe(_ change: Change, _ step: Step) -> String {
    guard case .input(let role) = change, let input = step.inputs[role].flatMap(run.plan.step) else {
      return "\(change)"
    }
    return "input \(role): another '\(input.label)'"
  }

  var total: String {
    let limits = Limits.machine
    let steps = agenda.toRun
    var text =
      "\(Say.count(agenda.entries.count, "step")): \(agenda.cachedCount) cached, \(steps.count) to run"
    guard !steps.isEmpty else { return text }
    let work = steps.reduce(0.0) { $0 + history.seconds(for: $1) * Double(min($1.needs.cores, limits.cores)) }
    text += ", about \(Say.duration(work / Double(limits.cores))) on \(Say.count(limits.cores, "core"))"
    let known = steps.compactMap { history.disk(for: $0) }
    if !known.isEmpty { text += ", \(Say.bytes(known.clampedSum)) of disk" }
    if known.count < steps.count, !known.isEmpty { text += " for \(known.count) of them" }
    return text
  }

  /// Throws what a run would fail with later.
  func check() throws {
    try agenda.requireData()
    let needed = agenda.toRun.compactMap { history.disk(for: $0) }.clampedSum
    guard let room = try? POSIXFileSystem().space(at: existingFolder()).available, room < needed else {
      return
    }
    throw CommandFailure(
      "error: the steps to run need \(Say.bytes(needed)) and \(run.store.root) has room for \(Say.bytes(room)); "
        + "choose another store with --store or RETABLE_STORE, or prune this one", code: .diskFull)
  }

  /// The store, or the folder that it will be made in.
  private func existingFolder() throws -> String {
    var folder = run.store.root
    while try !POSIXFileSystem().exists(folder), folder != Paths.parent(of: folder) {
      folder = Paths.parent(of: folder)
    }
    return folder
  }
}
