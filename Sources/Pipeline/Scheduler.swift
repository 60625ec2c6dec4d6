import Files

/// What the machine offers to a run.
public struct Limits: Sendable, Equatable {
  public var cores: Int
  /// Bytes.
  public var memory: Int

  public init(cores: Int, memory: Int) {
    self.cores = cores
    self.memory = memory
  }

  /// All cores and nine tenths of the memory of this machine.
  public static var machine: Limits {
    Limits(cores: ProcessFacts.cores, memory: ProcessFacts.memory / 10 * 9)
  }
}

/// Runs the steps of a plan that the store lacks, as many at a time as cores and memory allow, the longest chain
/// first. One failing step takes only its dependents with it.
public actor Scheduler {
  private enum State { case waiting, running, done, failed }

  private let plan: Plan
  private let store: Store
  private let executor: any Executor
  private let limits: Limits
  private let device: String
  private let observer: any RunObserver
  private let history: History

  private var state: [String: State] = [:]
  private var queue: [Step] = []
  private var free: Limits
  private var startedAt: [String: ContinuousClock.Instant] = [:]
  private var repaired: Set<String> = []
  private var interruptions = 0
  private var summary = RunSummary()

  public init(
    plan: Plan, store: Store, executor: any Executor, limits: Limits, device: String,
    observer: any RunObserver
  ) {
    self.plan = plan
    self.store = store
    self.executor = executor
    self.limits = limits
    self.device = device
    self.observer = observer
    history = History(store: store)
    free = limits
  }

  /// First call: no new steps, running ones checkpoint. Second: their processes are ended.
  public func interrupt() {
    interruptions += 1
    summary.interrupted = true
    if interruptions == 1 {
      observer.handle(.warning("interrupted: running steps checkpoint and stop; once more ends them at once"))
      executor.stop()
    } else {
      executor.kill()
    }
  }

  public func run() async -> RunSummary {
    let agenda = Agenda(plan: plan, store: store)
    for (step, reason) in agenda.entries {
      state[step.identity] = reason == nil ? .done : .waiting
      if case .corrupt(let what) = reason { quarantine(step, what) }
    }
    summary.cached = agenda.cachedCount
    queue = byCriticalPath(agenda.toRun)
    observer.handle(
      .planned(cached: agenda.cachedCount, toRun: queue.count, expectedSeconds: remainingSeconds()))
    startReady()
    if isRunning {
      for await event in executor.events {
        handle(event)
        startReady()
        if !isRunning { break }
      }
    }
    executor.close()
    return summary
  }

  private var isRunning: Bool { state.values.contains(.running) }

  // MARK: - Starting

  /// Longest expected chain of work behind a step first; equal ones in plan order, so runs are alike.
  private func byCriticalPath(_ steps: [Step]) -> [Step] {
    var chain: [String: Double] = [:]
    for step in plan.steps.reversed() where state[step.identity] == .waiting {
      let behind = plan.dependents(of: step.identity).map { chain[$0.identity] ?? 0 }.max() ?? 0
      chain[step.identity] = history.seconds(for: step) + behind
    }
    return steps.enumerated()
      .sorted {
        let (a, b) = (chain[$0.element.identity] ?? 0, chain[$1.element.identity] ?? 0)
        return a != b ? a > b : $0.offset < $1.offset
      }
      .map(\.element)
  }

  private func startReady() {
    guard interruptions == 0 else { return }
    var index = 0
    while index < queue.count {
      let step = queue[index]
      guard step.inputs.values.allSatisfy({ state[$0] == nil || state[$0] == .done }), fits(step) else {
        index += 1
        continue
      }
      queue.remove(at: index)
      start(step)
    }
    executor.flush(waiting: queue)
  }

  /// A step that is larger than the machine runs alone rather than never.
  private func fits(_ step: Step) -> Bool {
    let memory = min(history.memory(for: step), limits.memory)
    return min(step.needs.cores, limits.cores) <= free.cores && memory <= free.memory
  }

  private func start(_ step: Step) {
    take(step, sign: -1)
    state[step.identity] = .running
    startedAt[step.identity] = .now
    observer.handle(.started(step, expectedSeconds: history.seconds(for: step)))
    executor.start(Assignment(step: step, store: store.root, device: device))
  }

  private func take(_ step: Step, sign: Int) {
    free.cores += sign * min(step.needs.cores, limits.cores)
    free.memory += sign * min(history.memory(for: step), limits.memory)
  }

  // MARK: - Ending

  private func handle(_ event: ExecutorEvent) {
    switch event {
    case .warning(let text):
      observer.handle(.warning(text))
      return
    case .lost(let identity, let failure):
      guard let step = finishRunning(identity) else { return }
      fail(step, failure)
    case .reply(.progress(let identity, let fraction, let message)):
      if let step = plan.step(identity) {
        observer.handle(.progress(step, fraction: fraction, message: message))
      }
      return
    case .reply(.finished(let identity, let seconds, let peak)):
      guard let step = finishRunning(identity) else { return }
      state[identity] = .done
      summary.computed += 1
      observer.handle(.finished(step, seconds: seconds, peakMemory: peak))
    case .reply(.shared(let identity)):
      guard let step = finishRunning(identity) else { return }
      state[identity] = .done
      summary.shared += 1
      observer.handle(.shared(step))
    case .reply(.interrupted(let identity)):
      guard let step = finishRunning(identity) else { return }
      state[identity] = .waiting
      observer.handle(.interrupted(step))
    case .reply(.failed(let identity, let failure)):
      guard let step = finishRunning(identity) else { return }
      if failure.cause == .corruptInput, repairInputs(of: step) { return }
      fail(step, failure)
    }
    observer.handle(.remaining(steps: queue.count, seconds: remainingSeconds()))
  }

  private func finishRunning(_ identity: String) -> Step? {
    guard state[identity] == .running, let step = plan.step(identity) else { return nil }
    take(step, sign: 1)
    return step
  }

  private func fail(_ step: Step, _ failure: StepFailure) {
    state[step.identity] = .failed
    summary.failures.append((step, failure))
    observer.handle(.failed(step, failure, log: store.log(step.identity)))
    skipDependents(of: step)
  }

  private func skipDependents(of failed: Step) {
    for step in plan.dependents(of: failed.identity) where state[step.identity] == .waiting {
      state[step.identity] = .failed
      queue.removeAll { $0.identity == step.identity }
      summary.skipped.append(step)
      observer.handle(.skipped(step, because: failed))
      skipDependents(of: step)
    }
  }

  /// Quarantines damaged inputs and puts them, and the step that found them, back into the queue; once per step.
  private func repairInputs(of step: Step) -> Bool {
    guard repaired.insert(step.identity).inserted else { return false }
    var damaged: [Step] = []
    for identity in step.inputs.values.sorted() {
      guard let input = plan.step(identity) else { continue }
      let presence = store.verify(identity)
      if presence == .cached { continue }
      if case .corrupt(let what) = presence { quarantine(input, what) }
      damaged.append(input)
    }
    for input in damaged where state[input.identity] != .running {
      state[input.identity] = .waiting
      // What the damaged artifact was made from may itself be gone or pruned.
      for needed in Agenda(plan: plan.reaching([input.identity]), store: store).toRun
      where state[needed.identity] != .running && !queue.contains(where: { $0.identity == needed.identity }) {
        state[needed.identity] = .waiting
        queue.append(needed)
      }
    }
    state[step.identity] = .waiting
    queue.append(step)
    queue = byCriticalPath(queue)
    return true
  }

  private func quarantine(_ step: Step, _ what: String) {
    do {
      let place = try store.quarantine(step.identity)
      observer.handle(
        .warning("'\(step.label)' is damaged in the store (\(what)); moved to \(place), computing it again"))
    } catch {
      observer.handle(.warning("'\(step.label)' is damaged and could not be moved away: \(error)"))
    }
  }

  // MARK: - Estimates

  /// Expected seconds until the end: remaining work over the cores it can use, not less than the longest step.
  private func remainingSeconds() -> Double {
    var work = 0.0
    var longest = 0.0
    for step in queue {
      let seconds = history.seconds(for: step)
      work += seconds * Double(min(step.needs.cores, limits.cores))
      longest = max(longest, seconds)
    }
    for (identity, started) in startedAt where state[identity] == .running {
      guard let step = plan.step(identity) else { continue }
      let spent = Double((ContinuousClock.now - started).components.seconds)
      let left = max(0, history.seconds(for: step) - spent)
      work += left * Double(min(step.needs.cores, limits.cores))
      longest = max(longest, left)
    }
    return max(longest, work / Double(limits.cores))
  }
}

extension Plan {
  /// The same steps with other targets: enough to compute `identities`.
  func reaching(_ identities: [String]) -> Plan {
    var plan = Plan()
    for step in steps { plan.add(step) }
    for identity in identities {
      plan.add(Target(role: .model, row: "", name: "", repetition: 0, identity: identity))
    }
    return plan
  }
}
