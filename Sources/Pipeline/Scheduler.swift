import Files

/// Runs the steps of a plan that the store lacks, as many at a time as cores, memory and devices allow, the longest
/// chain first. One failing step takes only its dependents with it.
public actor Scheduler {
  let plan: Plan
  let store: Store
  let executor: any Executor
  let limits: Limits
  let observer: any RunObserver

  var workload: Workload
  public nonisolated let agenda: Agenda
  private var free: Limits
  private var startedAt: [Int: ContinuousClock.Instant] = [:]
  /// Steps whose damaged inputs have been repaired once.
  private var repaired: Set<Int> = []
  /// Steps that ran out of memory beside others and have the machine to themselves the second time.
  private var alone: Set<Int> = []
  private var interruptions = 0
  var summary = RunSummary()

  public init(
    plan: Plan, store: Store, executor: any Executor, limits: Limits, observer: any RunObserver
  ) {
    self.plan = plan
    self.store = store
    self.executor = executor
    self.limits = limits
    self.observer = observer
    agenda = Agenda(plan: plan, store: store)
    workload = Workload(
      plan: plan, toRun: agenda.positionsToRun, done: agenda.positionsCached, history: History(store: store))
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
    for (step, reason) in agenda.entries {
      if case .corrupt(let what) = reason { tellDamage(of: step, what) }
    }
    summary.cached = agenda.cachedCount
    observer.handle(
      .planned(
        cached: agenda.cachedCount, toRun: workload.waitingCount, expectedSeconds: remainingSeconds()))
    startReady()
    if !workload.running.isEmpty {
      for await event in executor.events {
        handle(event)
        startReady()
        if workload.running.isEmpty { break }
      }
    }
    executor.close()
    // A table with silent holes would be worse than a crash.
    precondition(
      interruptions > 0 || workload.waitingCount == 0,
      "\(workload.waitingCount) steps of the run were neither started nor given up")
    return summary
  }

  // MARK: - Starting

  private func startReady() {
    guard interruptions == 0 else { return }
    while free.cores > 0, let position = workload.mostUrgent(where: fits) {
      let step = plan.steps[position]
      workload.start(position)
      free.take(share(of: position))
      startedAt[position] = .now
      observer.handle(.started(step, expectedSeconds: workload.seconds(of: position)))
      executor.start(Assignment(step: step, store: store.root))
    }
    executor.flush { workload.waiting.map { plan.steps[$0] } }
  }

  private func fits(_ position: Int) -> Bool {
    if alone.contains(position) { return workload.running.isEmpty }
    // A step that shall run alone gets its turn: the others run out and none begins until it has ended.
    // One that waits for inputs itself keeps nobody: they are among the others.
    guard !alone.contains(where: { workload.state[$0] == .running || workload.isReady($0) }) else {
      return false
    }
    return free.covers(share(of: position))
  }

  private func share(of position: Int) -> Share {
    limits.share(of: plan.steps[position], memory: workload.memory(of: position))
  }

  // MARK: - Ending

  private func handle(_ event: ExecutorEvent) {
    if case .warning(let text) = event { return observer.handle(.warning(text)) }
    // Word of a step that is not running comes from a worker that outlived its interest.
    guard let position = event.identity.flatMap(plan.position), workload.state[position] == .running else {
      return
    }
    let step = plan.steps[position]
    switch event {
    case .warning: return
    case .reply(.progress(_, let fraction, let message)):
      return observer.handle(.progress(step, fraction: fraction, message: message))
    case .reply(.warning(_, let message)):
      return observer.handle(.warning("'\(step.label)': \(message)"))
    case .reply(.finished(_, let seconds, let peak)):
      end(position)
      workload.finish(position)
      summary.computed += 1
      observer.handle(.finished(step, seconds: seconds, peakMemory: peak))
    case .reply(.shared):
      end(position)
      workload.finish(position)
      summary.shared += 1
      observer.handle(.shared(step))
    case .reply(.interrupted):
      end(position)
      workload.putBack(position)
      observer.handle(.interrupted(step))
    case .reply(.failed(_, let failure)), .lost(_, let failure):
      end(position)
      // Whoever shows the run sees the step begin anew.
      if isGivenAnotherTry(position, failure) {
        observer.handle(.interrupted(step))
      } else {
        fail(position, failure)
      }
    }
    observer.handle(.remaining(steps: workload.waitingCount, seconds: remainingSeconds()))
  }

  private func end(_ position: Int) {
    free.giveBack(share(of: position))
    startedAt[position] = nil
  }

  private func fail(_ position: Int, _ failure: StepFailure) {
    let step = plan.steps[position]
    summary.failures.append((step, failure))
    observer.handle(.failed(step, failure, log: store.log(step.identity)))
    for lost in workload.fail(position) {
      summary.skipped.append(plan.steps[lost])
      observer.handle(.skipped(plan.steps[lost], because: step))
    }
  }

  /// Expected seconds until the end.
  private func remainingSeconds() -> Double {
    workload.remainingSeconds(cores: limits.cores) { position in
      startedAt[position].map { (ContinuousClock.now - $0) / .seconds(1) } ?? 0
    }
  }
}

// MARK: - Trying again

extension Scheduler {
  private func isGivenAnotherTry(_ position: Int, _ failure: StepFailure) -> Bool {
    switch failure.cause {
    case .corruptInput: return repairInputs(of: position)
    case .outOfMemory where interruptions == 0 && alone.insert(position).inserted:
      let step = plan.steps[position]
      observer.handle(
        .warning("'\(step.label)' ran out of memory (\(failure.message)); it runs once more, alone"))
      workload.putBack(position)
      return true
    default: return false
    }
  }

  /// Puts damaged inputs, and the step that found them, back into the queue; once per step.
  private func repairInputs(of position: Int) -> Bool {
    guard repaired.insert(position).inserted else { return false }
    var damaged: [Int] = []
    for identity in plan.steps[position].inputs.values.sorted() {
      let presence = store.verify(identity)
      guard presence != .cached, let input = plan.position(identity) else { continue }
      // One that waits for its turn already has been told.
      if case .corrupt(let what) = presence, workload.state[input] == .done {
        tellDamage(of: plan.steps[input], what)
      }
      damaged.append(input)
    }
    // What a damaged artifact was made from may itself be gone or pruned.
    let sources = damaged.flatMap { plan.steps[$0].inputs.values }
    let needed = damaged + Agenda(plan: plan, store: store, goals: sources).positionsToRun
    workload.giveUp(position, requiring: needed)
    return true
  }

  /// The worker that computes the step anew moves what is damaged away: it holds the lock.
  private func tellDamage(of step: Step, _ what: String) {
    observer.handle(
      .warning(
        "'\(step.label)' is damaged in the store (\(what)); it goes to quarantine and is computed again"))
  }
}
