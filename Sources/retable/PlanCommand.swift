import ArgumentParser
import Foundation
import Manifest
import Pipeline
import Steps

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Show every step of a table: cached or to run and why, cores, memory, expected time.")

  @Argument(help: "The table.", completion: .tables) var table: String
  @OptionGroup var selection: SelectionOptions
  @OptionGroup var experiments: ExperimentsOptions
  @OptionGroup var store: StoreOptions

  func run() throws {
    let experiment = try selection.experiment(of: try experiments.manifest(table))
    let plan = Planner(sources: DataSources.found(for: experiment)).plan(experiment)
    let agenda = Agenda(plan: plan, store: store.opened)
    let history = History(store: store.opened)
    var seconds = 0.0
    for (step, reason) in agenda.entries {
      let expected = history.seconds(for: step)
      if reason != nil { seconds += expected }
      let state =
        switch reason {
        case nil: "cached"
        case .new: "run: new"
        case .input: "run: an input is missing"
        case .corrupt(let what): "run: damaged, \(what)"
        }
      let cost =
        reason == nil
        ? ""
        : "  \(step.needs.cores) core, \(Say.bytes(history.memory(for: step))), \(Say.duration(expected))"
      print(
        "\(step.identity.prefix(12))  \(state.padding(toLength: max(10, state.count), withPad: " ", startingAt: 0))  \(step.label)\(cost)"
      )
    }
    let toRun = agenda.toRun.count
    print(
      "\n\(Say.count(plan.steps.count, "step")): \(agenda.cachedCount) cached, \(toRun) to run, "
        + "about \(Say.duration(seconds / Double(Limits.machine.cores))) on \(Limits.machine.cores) cores")
  }
}
