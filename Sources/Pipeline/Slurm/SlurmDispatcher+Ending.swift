import Files

extension SlurmDispatcher {
  /// The signal that tells a worker to write a checkpoint and leave for good; SIGUSR1 comes back into the queue.
  static let leave = "USR2"

  /// Asks running steps to checkpoint and leave; what waits in the queue is taken out of it.
  func stop() {
    isStopping = true
    dropUnsubmitted()
    for identity in jobs.keys { jobs[identity]?.isStopping = true }
    commands.cancel(ours.compactMap(\.id), signal: SlurmDispatcher.leave)
    for job in ours where !job.isWanted { forget(job) }
  }

  /// Ends every job now, without asking Slurm what became of it.
  func kill() {
    dropUnsubmitted()
    commands.cancel(ours.compactMap(\.id))
    for job in ours {
      forget(job)
      if job.isWanted { deliver(.reply(.interrupted(identity: job.step.identity))) }
    }
  }

  /// Cancels what was submitted ahead and never wanted, because a step before it failed.
  func close() {
    let left = ours.filter { !$0.isWanted }
    commands.cancel(left.compactMap(\.id))
    for job in left { forget(job) }
  }

  /// Jobs that this run submitted or waits for. Others in the same store may be another run's.
  private var ours: [SlurmJob] {
    jobs.values.filter { $0.isWanted || !$0.isAdopted }.sorted {
      ($0.batch.path, $0.index) < ($1.batch.path, $1.index)
    }
  }

  private func forget(_ job: SlurmJob) {
    jobs[job.step.identity] = nil
    job.batch.remove(job.index)
  }

  /// Steps that never came to Slurm, as far as it has said. If it has one all the same, its job ends at once, because
  /// its folder is gone.
  private func dropUnsubmitted() {
    let waiting = takeGathered() + unanswered.flatMap(\.steps).filter { jobs[$0.identity]?.isWanted == true }
    unanswered = []
    for step in waiting {
      if let job = jobs[step.identity] { forget(job) }
      deliver(.reply(.interrupted(identity: step.identity)))
    }
  }
}
