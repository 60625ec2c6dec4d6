import Files
import Foundation

@testable import Pipeline

/// Writes a number into `value.txt`: its parameter plus the numbers of its inputs.
struct SumStep: StepKind {
  let name = "sum"
  var version = 1

  func run(_ context: StepContext) throws {
    var sum = context.step.parameters["add"]?.int ?? 0
    for role in context.step.inputs.keys.sorted() {
      let text = try POSIXFileSystem().text(of: "\(context.input(role))/value.txt")
      sum += Int(text) ?? 0
    }
    if context.step.parameters["fail"]?.bool == true { throw StepFailure(.failed, "asked to fail") }
    if context.step.parameters["full"]?.bool == true { throw FileError("write", "value.txt", code: ENOSPC) }
    try DurableFile.write(String(sum), to: "\(context.output)/value.txt")
  }
}

/// Carries steps out in this process, in order, without workers.
final class InlineExecutor: Executor, @unchecked Sendable {
  let events: AsyncStream<ExecutorEvent>
  private let continuation: AsyncStream<ExecutorEvent>.Continuation
  private let worker = Worker(registry: Registry([SumStep()]), environment: ["toy": "1"], replies: -1) { _ in
  }
  private(set) var started: [String] = []

  init() {
    (events, continuation) = AsyncStream.makeStream(of: ExecutorEvent.self)
  }

  func start(_ assignment: Assignment) {
    started.append(assignment.step.label)
    continuation.yield(.reply(worker.carryOut(assignment)))
  }

  func stop() {}
  func kill() {}
  func close() { continuation.finish() }
}

/// Remembers what it was told.
final class Witness: RunObserver, @unchecked Sendable {
  private(set) var warnings: [String] = []
  private(set) var skipped: [String] = []

  func handle(_ event: RunEvent) {
    switch event {
    case .warning(let text): warnings.append(text)
    case .skipped(let step, _): skipped.append(step.label)
    default: break
    }
  }
}

func sum(_ label: String, add: Int, of inputs: [Step] = [], extra: [String: JSON] = [:]) -> Step {
  var parameters = extra
  parameters["add"] = .int(add)
  var roles: [String: String] = [:]
  for (index, input) in inputs.enumerated() { roles["input-\(index)"] = input.identity }
  return Step(kind: "sum", version: 1, parameters: .object(parameters), inputs: roles, label: label)
}

func plan(_ steps: [Step], targets: [Step]) -> Plan {
  var plan = Plan()
  for step in steps { plan.add(step) }
  for step in targets {
    plan.add(Target(role: .score, row: step.label, name: "value", repetition: 0, identity: step.identity))
  }
  return plan
}
