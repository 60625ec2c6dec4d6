import Files
import Synchronization
import TestSupport
import Testing

@testable import Pipeline

/// Runs nothing: answers when the test tells it to, so that a test sees what is at work at the same time.
private final class HandDrivenExecutor: Executor, Sendable {
  let events: AsyncStream<ExecutorEvent>
  private let continuation: AsyncStream<ExecutorEvent>.Continuation
  private let state = Mutex((running: [Step](), log: [[String]]()))
  /// What becomes of the step that has been at work longest, by label, for each time it is tried.
  private let answer: @Sendable (Step, Int) -> ExecutorEvent

  init(answer: @escaping @Sendable (Step, Int) -> ExecutorEvent) {
    (events, continuation) = AsyncStream.makeStream(of: ExecutorEvent.self)
    self.answer = answer
  }

  /// The labels at work after every start.
  var log: [[String]] { state.withLock { $0.log } }

  func start(_ assignment: Assignment) {
    let tries = state.withLock { state in
      state.running.append(assignment.step)
      state.log.append(state.running.map(\.label))
      return state.log.count { $0.last == assignment.step.label }
    }
    let event = answer(assignment.step, tries)
    // Steps end in the order in which they began, after everything that fits beside them has begun.
    continuation.yield(event)
  }

  func stop() {}
  func kill() {}
  func close() { continuation.finish() }

  func ended(_ identity: String) { state.withLock { $0.running.removeAll { $0.identity == identity } } }
}

/// Tells the executor what has ended, as the scheduler sees it.
private final class Mirror: RunObserver, Sendable {
  let executor: HandDrivenExecutor
  let warnings = Mutex([String]())
  /// What is shown of the run, and whether a step stood among the running ones twice.
  let shown = Mutex(
    (status: RunStatus(title: "t", host: "h", process: 1, started: "now"), isDoubled: false))
  init(_ executor: HandDrivenExecutor) { self.executor = executor }

  func handle(_ event: RunEvent) {
    shown.withLock { shown in
      shown.status.take(event)
      let running = shown.status.running.map(\.step)
      if Set(running).count < running.count { shown.isDoubled = true }
    }
    switch event {
    case .finished(let step, _, _), .failed(let step, _, _): executor.ended(step.identity)
    case .warning(let text):
      warnings.withLock { $0.append(text) }
      // The step that ran out of memory is no longer at work.
      executor.ended(text.contains("ran out of memory") ? hungry : "")
    default: break
    }
  }
}

private let hungry = step("hungry", memory: 3).identity

private func step(_ label: String, cores: Int = 1, memory: Int = 1, device: String? = nil) -> Step {
  Step(
    kind: "sum", version: 1, parameters: ["add": .string(label)], label: label,
    needs: Needs(cores: cores, memory: memory), device: device)
}

@Suite struct ResourceTests {
  private func run(
    _ steps: [Step], limits: Limits,
    answer: @escaping @Sendable (Step, Int) -> ExecutorEvent = { step, _ in
      .reply(.finished(identity: step.identity, seconds: 1, peakMemory: 1))
    }
  ) async throws -> (
    log: [[String]], summary: RunSummary, warnings: [String], shown: (status: RunStatus, isDoubled: Bool)
  ) {
    let folder = try TemporaryDirectory()
    let executor = HandDrivenExecutor(answer: answer)
    let mirror = Mirror(executor)
    let scheduler = Scheduler(
      plan: plan(steps, targets: steps), store: Store(root: folder.path("store")), executor: executor,
      limits: limits, observer: mirror)
    let summary = await scheduler.run()
    return (executor.log, summary, mirror.warnings.withLock { $0 }, mirror.shown.withLock { $0 })
  }

  @Test func coresAreNotOversubscribed() async throws {
    let steps = [step("a", cores: 2), step("b"), step("c", cores: 2), step("d"), step("e")]
    let result = try await run(steps, limits: Limits(cores: 3, memory: 100))
    #expect(result.summary.computed == 5)
    #expect(result.log.map { $0.map { $0 == "a" || $0 == "c" ? 2 : 1 }.reduce(0, +) }.max() == 3)
  }

  @Test func memoryIsNotOversubscribed() async throws {
    let steps = (0..<6).map { step("s\($0)", memory: 4) }
    let result = try await run(steps, limits: Limits(cores: 8, memory: 10))
    #expect(result.summary.computed == 6)
    #expect(result.log.map(\.count).max() == 2)
  }

  @Test func oneStepForEachDevice() async throws {
    let steps = (0..<4).map { step("gpu\($0)", device: "cuda") } + [step("cpu")]
    let result = try await run(steps, limits: Limits(cores: 8, memory: 100, devices: 1))
    #expect(result.summary.computed == 5)
    #expect(result.log.allSatisfy { $0.count { $0.hasPrefix("gpu") } <= 1 })
    #expect(result.log.contains { $0.contains("cpu") && $0.count == 2 }, "the processor does not wait")
  }

  @Test func aStepLargerThanTheMachineRunsAlone() async throws {
    let steps = [step("huge", cores: 64, memory: 1000), step("small")]
    let result = try await run(steps, limits: Limits(cores: 2, memory: 10))
    #expect(result.summary.computed == 2)
    #expect(result.log.allSatisfy { $0.count == 1 })
  }

  @Test func whatRanOutOfMemoryRunsOnceMoreAlone() async throws {
    let steps = [step("a"), step("hungry", memory: 3), step("b"), step("c")]
    let result = try await run(steps, limits: Limits(cores: 4, memory: 100)) { step, tries in
      step.label == "hungry" && tries == 1
        ? .lost(
          identity: step.identity, StepFailure(.outOfMemory, "the kernel ended the worker for lack of memory")
        )
        : .reply(.finished(identity: step.identity, seconds: 1, peakMemory: 1))
    }
    #expect(result.summary.isComplete)
    #expect(result.summary.computed == 4)
    #expect(result.log.filter { $0.last == "hungry" }.map(\.count).last == 1, "\(result.log)")
    #expect(
      result.warnings == [
        "'hungry' ran out of memory (the kernel ended the worker for lack of memory); it runs once more, alone"
      ])
    #expect(!result.shown.isDoubled)
  }

  @Test func whatRunsOutOfMemoryAloneFails() async throws {
    let result = try await run([step("hungry", memory: 3), step("a")], limits: Limits(cores: 4, memory: 100))
    {
      step, _ in
      step.label == "hungry"
        ? .lost(identity: step.identity, StepFailure(.outOfMemory, "again"))
        : .reply(.finished(identity: step.identity, seconds: 1, peakMemory: 1))
    }
    #expect(result.summary.failures.map(\.failure.cause) == [.outOfMemory])
    #expect(result.summary.computed == 1)
    #expect(result.log.count { $0.last == "hungry" } == 2)
  }

  /// What shall run alone must not keep its own inputs from being computed again.
  @Test func whatShallRunAloneWaitsForDamagedInputs() async throws {
    let input = step("input")
    let hungry = Step(
      kind: "sum", version: 1, parameters: ["add": 9], inputs: ["a": input.identity], label: "hungry")
    let result = try await run([input, hungry], limits: Limits(cores: 2, memory: 1 << 40)) { step, tries in
      guard step.label == "hungry", tries < 3 else {
        return .reply(.finished(identity: step.identity, seconds: 1, peakMemory: 1))
      }
      return tries == 1
        ? .lost(identity: step.identity, StepFailure(.outOfMemory, "no room"))
        : .reply(.failed(identity: step.identity, StepFailure(.corruptInput, "the input is damaged")))
    }
    #expect(result.summary.isComplete)
    #expect(result.log.compactMap(\.last) == ["input", "hungry", "hungry", "input", "hungry"])
    #expect(result.summary.computed == 3)
    let status = result.shown.status
    #expect((status.finished, status.total) == (3, 3), "the damaged input was finished twice")
  }

  @Test func theLongestChainGoesFirst() async throws {
    let (short, long) = (sum("short", add: 1), sum("long", add: 2))
    let behind = Step(
      kind: "sum", version: 1, parameters: ["add": 3], inputs: ["a": long.identity], label: "behind",
      needs: Needs(seconds: 100))
    let folder = try TemporaryDirectory()
    let executor = InlineExecutor()
    let scheduler = Scheduler(
      plan: plan([short, long, behind], targets: [short, behind]), store: Store(root: folder.path("store")),
      executor: executor, limits: Limits(cores: 1, memory: 1 << 40), observer: Witness())
    #expect(await scheduler.run().isComplete)
    #expect(executor.started == ["long", "behind", "short"])
  }

  @Test func aDeviceIsPartOfTheIdentityOfTheStepsThatUseIt() {
    let data = sum("data", add: 1)
    let train = Step(
      kind: "sum", version: 1, parameters: ["add": 2], inputs: ["a": data.identity], label: "train",
      needs: Needs(device: true))
    let score = sum("score", add: 3, of: [train])
    let onProcessor = plan([data, train, score], targets: [score])
    #expect(onProcessor.moved(to: "cpu") == onProcessor)
    let moved = onProcessor.moved(to: "cuda")
    #expect(moved.steps.map(\.device) == [nil, "cuda", nil])
    #expect(moved.steps[0].identity == data.identity)
    #expect(moved.steps[1].identity != train.identity)
    #expect(moved.steps[2].identity != score.identity, "what is behind it is another artifact too")
    #expect(moved.targets.map(\.identity) == [moved.steps[2].identity])
  }

  @Test func needsOfEarlierRecordsCanBeRead() throws {
    let old = try JSON(parsing: Array(#"{"cores":1,"memory":2,"seconds":3}"#.utf8)).decode(Needs.self)
    #expect(old == Needs(cores: 1, memory: 2, seconds: 3))
    #expect(try JSON(encoding: old).object?.keys.sorted() == ["cores", "memory", "seconds"])
    #expect(try JSON(encoding: Needs(device: true)).decode(Needs.self).device)
  }
}
