import ArgumentParser
import Files
import Foundation
import Pipeline

/// What the scheduler costs, the peer of `snakemake_scheduler.py`; each command prints one JSON line.
@main
struct SchedulerBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scheduler-bench",
    subcommands: [SchedulerPlanning.self, SchedulerRunning.self, SchedulerWorker.self])
}

/// A workflow of two rules, as `scheduler/snakemake_scheduler.py` states it to its peer: half of the steps write a line,
/// the other half read one each and write another.
private enum TwoRules {
  static func plan(steps: Int) -> Plan {
    var plan = Plan()
    for index in 0..<(steps / 2) {
      let first = plan.add(step("first \(index)", ["line": .int(index)], [:]))
      let second = plan.add(step("second \(index)", ["line": .int(index)], ["first": first]))
      plan.add(Target(role: .score, row: "row", name: "second", repetition: index, identity: second))
    }
    return plan
  }

  private static func step(_ label: String, _ parameters: JSON, _ inputs: [String: String]) -> Step {
    Step(
      kind: Kind().name, version: Kind().version, parameters: parameters, inputs: inputs, label: label,
      needs: Needs(memory: 1 << 20, seconds: 0.01))
  }

  struct Kind: StepKind {
    let name = "line"
    let version = 1

    func run(_ context: StepContext) throws {
      var text = "\(context.step.parameters.canonical)\n"
      if context.hasInput("first") {
        text += try POSIXFileSystem().text(of: "\(context.input("first"))/line.txt")
      }
      try DurableFile.write(text, to: "\(context.output)/line.txt")
    }
  }
}

/// Planning alone: every step's identity, what the store holds, the order.
struct SchedulerPlanning: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "plan")
  @Option var steps = 10_000
  @Option var store: String

  func run() throws {
    let agenda = Agenda(plan: TwoRules.plan(steps: steps), store: Store(root: store))
    print(JSON.object(["to-run": .int(agenda.toRun.count), "cached": .int(agenda.cachedCount)]).canonical)
  }
}

/// Trivial steps in worker processes, from request to durable commit. Run again on the same store, all are cached.
struct SchedulerRunning: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "schedule")
  @Option var steps = 400
  @Option var cores = 2
  @Option var store: String

  func run() async throws {
    let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let scheduler = Scheduler(
      plan: TwoRules.plan(steps: steps), store: Store(root: store),
      executor: LocalExecutor(command: [program, "worker"]), limits: Limits(cores: cores, memory: 1 << 40),
      observer: Silent())
    let summary = await scheduler.run()
    precondition(summary.isComplete, "a step failed")
    print(
      JSON.object([
        "computed": .int(summary.computed), "cached": .int(summary.cached),
      ]).canonical)
  }

  private final class Silent: RunObserver {
    func handle(_ event: RunEvent) {}
  }
}

/// The worker of `schedule`.
struct SchedulerWorker: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "worker", shouldDisplay: false)

  func run() throws {
    Worker.onStandardOutput(registry: Registry([TwoRules.Kind()]), environment: [:]) { _ in }.serve()
  }
}
