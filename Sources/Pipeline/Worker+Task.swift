import Files
import Foundation

/// A worker that finds its assignment in a file and leaves its answer beside it, for schedulers that only start commands.
extension Worker {
  /// How such a worker leaves, for a scheduler that looks at exit codes: only 0 lets jobs that depend on it start.
  public enum Exit: Int32, Sendable {
    case done = 0
    case failed = 1
    case noAssignment = 2
    case interrupted = 130
  }

  /// What a signal asks for. In every case the step writes a checkpoint and stops.
  enum Request: Sendable {
    /// Come back: the time limit is near.
    case requeue
    /// Leave for good, with a reply.
    case leave
    /// Whoever sent the signal decides what follows: a scheduler that takes the node away, or a person.
    case end
  }

  private static let meanings: [Int32: Request] = [
    SIGUSR1: .requeue, SIGUSR2: .leave, SIGTERM: .end, SIGINT: .end,
  ]

  /// Carries out one assignment.
  ///
  /// SIGUSR1 puts the job back into Slurm's queue after the checkpoint, at most `requeues` times; SIGUSR2 leaves with
  /// the reply "interrupted"; SIGTERM and SIGINT leave without one.
  ///
  /// - Parameter path: `assignment.json` in a task folder.
  public static func carryOut(
    assignmentFile path: String, registry: Registry, environment: [String: String], requeues: Int,
    variables: [String: String] = ProcessInfo.processInfo.environment,
    setThreads: @escaping (Int) -> Void
  ) -> Exit {
    let task = TaskFolder(path: Paths.parent(of: path))
    do {
      let assignment = try task.assignment()
      try task.removeReply()
      let progress = try POSIXFileSystem().open(task.progressPath, for: .appending).descriptor
      let worker = Worker(
        registry: registry, environment: environment, replies: progress, setThreads: setThreads)
      // Another machine reads these lines, and the file stays small in a training of days.
      worker.reportInterval = 2_000_000_000
      let stop = worker.stop
      let signals = SignalWatch(Array(meanings.keys)) { _ in stop.raise() }
      defer { signals.end() }
      Store(root: assignment.store).lookAfresh(for: Array(assignment.step.inputs.values))
      let reply = worker.carryOut(assignment)
      return try conclude(
        task, reply, signals.first.flatMap { meanings[$0] }, requeues: requeues, variables: variables)
    } catch {
      StepLog.write("error: \(error)")
      return .noAssignment
    }
  }

  private static func conclude(
    _ task: TaskFolder, _ reply: WorkerReply, _ request: Request?, requeues: Int, variables: [String: String]
  ) throws -> Exit {
    switch (reply, request) {
    case (.interrupted(let identity), .requeue?):
      guard let problem = try requeue(task, limit: requeues, variables: variables) else {
        return .interrupted
      }
      try task.write(.failed(identity: identity, StepFailure(.failed, problem)))
      return .failed
    case (.interrupted, .leave?):
      try task.write(reply)
      return .interrupted
    case (.interrupted, _): return .interrupted
    case (.failed(_, let failure), _):
      try task.write(reply)
      StepLog.write("error: \(failure.message)")
      return .failed
    default:
      try task.write(reply)
      return .done
    }
  }

  /// Puts this job back into the queue; why not, or nil.
  private static func requeue(_ task: TaskFolder, limit: Int, variables: [String: String]) throws -> String? {
    let count = try task.countRequeue()
    guard count <= limit else {
      return
        "the step reached its time limit \(count) times; a checkpoint is kept, and running again continues from it (--slurm-time gives each job more)"
    }
    // The number of one job of an array may equal the array's own, which stands for all of it.
    let array = variables["SLURM_ARRAY_JOB_ID"].flatMap { id in
      variables["SLURM_ARRAY_TASK_ID"].map { "\(id)_\($0)" }
    }
    guard let job = array ?? variables["SLURM_JOB_ID"] else {
      return "the step wrote a checkpoint and stopped; running again continues from it"
    }
    guard let problem = SlurmCommands(environment: variables, limit: .seconds(60)).requeue(job) else {
      return nil
    }
    return
      "the step wrote a checkpoint before its time limit and could not be queued again (\(problem)); running again continues from it"
  }
}

extension Store {
  /// Lets a network file system forget that an artifact was not there.
  ///
  /// An NFS client keeps "no such name" for up to a minute; opening the folder above makes it ask the server whether
  /// the folder has changed, and a change lets it forget.
  fileprivate func lookAfresh(for identities: [String]) {
    for folder in Set(identities.map { Paths.parent(of: artifact($0)) }) {
      _ = try? POSIXFileSystem().sortedNames(in: folder)
    }
  }
}
