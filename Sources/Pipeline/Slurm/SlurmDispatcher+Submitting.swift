import Files

extension SlurmDispatcher {
  func request(for step: Step, after: [String] = []) -> SlurmRequest {
    var request = SlurmRequest(
      cores: step.needs.cores, memory: history.memory(for: step), seconds: history.seconds(for: step),
      usesGPU: step.device != nil, settings: settings)
    request.after = after.sorted()
    return request
  }

  func submit(_ steps: [Step], isWanted: Bool, after: (Step) -> [String]) {
    var order: [SlurmRequest] = []
    var groups: [SlurmRequest: [Step]] = [:]
    for step in steps {
      let request = request(for: step, after: after(step))
      if groups[request] == nil { order.append(request) }
      groups[request, default: []].append(step)
    }
    for request in order {
      var rest = groups[request, default: []][...]
      while !rest.isEmpty {
        submit(Array(rest.prefix(SlurmDispatcher.largestArray)), as: request, isWanted: isWanted)
        rest = rest.dropFirst(SlurmDispatcher.largestArray)
      }
    }
  }

  private func submit(_ steps: [Step], as request: SlurmRequest, isWanted: Bool) {
    for step in steps {
      for earlier in leftovers.removeValue(forKey: step.identity) ?? [] {
        earlier.batch.remove(earlier.index)
      }
    }
    let created: (batch: SlurmBatch, lock: FileLock?)
    do {
      created = try SlurmBatch.create(
        steps.map { Assignment(step: $0, store: store.root) }, script: script, in: store)
    } catch {
      guard isWanted else { return heldBack.formUnion(steps.map(\.identity)) }
      let failure = Worker.failure(for: error)
      for step in steps { deliver(.lost(identity: step.identity, failure)) }
      return
    }
    let batch = created.batch
    for (index, step) in steps.enumerated() {
      jobs[step.identity] = SlurmJob(step: step, batch: batch, index: index, isWanted: isWanted)
    }
    send(
      Submission(
        batch: batch, steps: steps,
        arguments: request.arguments(
          name: batch.name, folder: batch.path, count: steps.count, settings: settings),
        lock: created.lock))
  }

  /// Calls sbatch, and keeps the array in `unanswered` where Slurm may take it later.
  func send(_ submission: Submission) {
    var submission = submission
    defer { withExtendedLifetime(submission.lock) {} }
    submission.tries += 1
    switch commands.submit(submission.arguments) {
    case .accepted(let id): accept(submission, id: id)
    case .refused(let reason): giveUp(submission, because: reason)
    case .unanswered(let reason):
      // What was to go ahead can as well go later. If Slurm has it after all, it ends at once without its folder.
      guard submission.steps.contains(where: { jobs[$0.identity]?.isWanted == true }) else {
        return giveUp(submission, because: reason)
      }
      if submission.tries == 1 {
        deliver(.warning("\(reason); trying again (\(submission.batch.name))"))
      }
      guard submission.tries < settings.submissions || isBusy else {
        return giveUp(submission, because: "\(reason), \(submission.tries) times")
      }
      unanswered.append(submission)
    }
  }

  /// Whether Slurm has jobs of ours whose end may make room for others.
  private var isBusy: Bool { jobs.values.contains { $0.id != nil && $0.isWanted } }

  func accept(_ submission: Submission, id: String) {
    withExtendedLifetime(submission.lock) { submission.batch.keep(id: id) }
    for (index, step) in submission.steps.enumerated() where jobs[step.identity]?.batch == submission.batch {
      jobs[step.identity]?.id = "\(id)_\(index)"
    }
  }

  func giveUp(_ submission: Submission, because reason: String) {
    for (index, step) in submission.steps.enumerated() {
      guard let job = jobs[step.identity], job.batch == submission.batch else { continue }
      jobs[step.identity] = nil
      submission.batch.remove(index)
      if job.isWanted {
        deliver(
          .lost(
            identity: step.identity,
            StepFailure(
              .crashed, "the step could not be given to Slurm (\(request(for: step).summary)): \(reason)"))
        )
      } else {
        heldBack.insert(step.identity)
      }
    }
  }

  /// Keeps a failed task's folder until the next attempt.
  func leave(_ job: SlurmJob) {
    jobs[job.step.identity] = nil
    leftovers[job.step.identity, default: []].append((job.batch, job.index))
  }

  /// Submits a step once more after its job was lost through no fault of its own; false where that has been often.
  func resubmit(_ job: SlurmJob) -> Bool {
    let count = (resubmissions[job.step.identity] ?? 0) + 1
    guard count <= settings.requeues else { return false }
    resubmissions[job.step.identity] = count
    leave(job)
    submit([job.step], isWanted: true) { _ in [] }
    return true
  }
}
