import Files

extension SlurmDispatcher {
  /// Whether there is anything to find out.
  var isWaiting: Bool { !jobs.isEmpty || !unanswered.isEmpty }

  /// Looks for replies, asks Slurm once, and delivers what has become of every step.
  func poll() {
    guard isWaiting else { return }
    let listing = commands.listing()
    settleSubmissions(listing)
    let inOrder = jobs.values.sorted { ($0.batch.path, $0.index) < ($1.batch.path, $1.index) }
    for job in inOrder { follow(job, listing) }
  }

  /// Arrays whose sbatch gave no answer: Slurm may have them all the same, and then they bear their name.
  private func settleSubmissions(_ listing: SlurmListing?) {
    let open = unanswered
    unanswered = []
    for submission in open {
      if let id = listing?.array(named: submission.batch.name) {
        accept(submission, id: id)
      } else if listing?.isComplete == true || submission.tries >= settings.submissions {
        send(submission)
      } else {
        // Without squeue's word, a second call could make a second array.
        var submission = submission
        submission.tries += 1
        unanswered.append(submission)
      }
    }
  }

  private func follow(_ job: SlurmJob, _ listing: SlurmListing?) {
    let reply = job.task.reply()
    guard job.isWanted else { return followAhead(job, listing, hasReply: reply != nil) }
    if let reply { return conclude(job, with: reply) }
    guard let id = job.id else { return }
    guard let listing, listing.isComplete || listing.jobs[id] != nil else {
      return tell(job, "\(job.name): state unknown, squeue gives no answer")
    }
    switch listing.jobs[id]?.state {
    case .waiting(let reason)?:
      jobs[job.step.identity]?.absences = 0
      tell(job, "\(job.name) waits (\(reason))", fraction: job.task.progress()?.fraction ?? 0)
      if listing.jobs[id]?.state.isHeld == true, !job.isToldHeld {
        jobs[job.step.identity]?.isToldHeld = true
        deliver(
          .warning(
            "'\(job.step.label)' is held by Slurm (\(reason)): 'scontrol release \(id)' lets it go on, 'scancel \(id)' ends it"
          ))
      }
    case .running?:
      jobs[job.step.identity]?.absences = 0
      let progress = job.task.progress()
      tell(job, progress?.message ?? "\(job.name) runs", fraction: progress?.fraction ?? 0)
    case .over(let state)?: miss(job, state)
    case nil: miss(job, nil)
    }
  }

  /// A job that the scheduler does not wait for yet. Its reply stays until it does; a job that is gone without one is
  /// forgotten, and the step is submitted when its turn comes.
  private func followAhead(_ job: SlurmJob, _ listing: SlurmListing?, hasReply: Bool) {
    guard !hasReply, let id = job.id, let listing, listing.isComplete else { return }
    switch listing.jobs[id]?.state {
    case .over(SlurmState.inputFailed)?: jobs[job.step.identity] = nil
    case .over?, nil:
      jobs[job.step.identity]?.absences += 1
      if job.absences + 1 >= settings.patience { jobs[job.step.identity] = nil }
    default: jobs[job.step.identity]?.absences = 0
    }
  }

  private func tell(_ job: SlurmJob, _ message: String, fraction: Double = 0) {
    guard job.told != message else { return }
    jobs[job.step.identity]?.told = message
    deliver(.reply(.progress(identity: job.step.identity, fraction: fraction, message: message)))
  }

  private func miss(_ job: SlurmJob, _ state: String?) {
    jobs[job.step.identity]?.absences += 1
    // A reply may be on its way through the network file system.
    if job.absences + 1 >= settings.patience { conclude(job, withoutReplyAfter: state) }
  }

  // MARK: - Conclusions

  private func conclude(_ job: SlurmJob, with reply: WorkerReply) {
    leave(job)
    switch reply {
    case .finished, .shared, .interrupted: job.batch.remove(job.index)
    case .failed, .progress, .warning: break
    }
    deliver(.reply(reply))
  }

  /// The job is gone and its worker left no reply: the step's record decides, and only then what Slurm says.
  private func conclude(_ job: SlurmJob, withoutReplyAfter state: String?) {
    let identity = job.step.identity
    if store.presence(identity) == .cached, let record = try? store.record(identity) {
      return conclude(
        job,
        with: .finished(identity: identity, seconds: record.run.seconds, peakMemory: record.run.peakMemory))
    }
    if job.isStopping { return conclude(job, with: .interrupted(identity: identity)) }
    let state = state ?? remembered(job)
    let evicted = state.map(SlurmState.evictions.contains) ?? false
    if evicted || job.isAdopted {
      let why = state.map { " (\($0))" } ?? ""
      deliver(
        .warning("'\(job.step.label)': \(job.name) ended before the step did\(why); submitting it again"))
      if resubmit(job) { return }
    }
    leave(job)
    deliver(.lost(identity: identity, StepFailure(.crashed, message(job, state))))
  }

  /// What accounting says, asked only until it fails to answer: it is absent on many clusters, and hangs on others.
  private func remembered(_ job: SlurmJob) -> String? {
    guard accountingAnswers, let id = job.id else { return nil }
    let state = commands.accounting(of: id)
    if state == nil { accountingAnswers = false }
    return state
  }

  private func message(_ job: SlurmJob, _ state: String?) -> String {
    let request = request(for: job.step)
    var text =
      switch state {
      case "TIMEOUT":
        "\(job.name) reached its time limit (\(request.minutes) min) before the step wrote a checkpoint; give it more with --slurm-time"
      case "OUT_OF_MEMORY":
        "\(job.name) used more memory than its \(request.memory) MiB; give it more with --slurm-args \"--mem=…\""
      case "CANCELLED":
        "\(job.name) was cancelled; run again to continue from the last checkpoint"
      case let state? where SlurmState.evictions.contains(state):
        "\(job.name) lost its node too often (\(state)); run again to continue from the last checkpoint"
      case let state?: "\(job.name) ended without a result (\(state))"
      case nil: "\(job.name) is gone without a result, and Slurm does not say why"
      }
    let words = job.task.lastWords()
    text += words.isEmpty ? "; it printed nothing" : ". It printed last:"
    return ([text] + words.map { "         \($0)" }).joined(separator: "\n")
  }
}
