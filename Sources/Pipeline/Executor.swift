/// Decides where a worker runs. The worker is the same command everywhere.
public protocol Executor: Sendable {
  /// Begins to carry out an assignment; what becomes of it arrives in `events`.
  func start(_ assignment: Assignment)
  /// All that can start has been started. The steps in `waiting` follow once their inputs are there; an executor may
  /// prepare for them.
  func flush(waiting: () -> [Step])
  /// Asks every running step to checkpoint and leave.
  func stop()
  /// Ends every running step's process group now.
  func kill()
  /// Lets idle workers go. Nothing may be started afterwards.
  func close()
  var events: AsyncStream<ExecutorEvent> { get }
}

extension Executor {
  public func flush(waiting: () -> [Step]) {}
}

public enum ExecutorEvent: Sendable, Equatable {
  case reply(WorkerReply)
  /// The process died before it answered.
  case lost(identity: String, StepFailure)
  /// Something that people should know and that decides nothing.
  case warning(String)
}

extension ExecutorEvent {
  /// The step that it speaks of, if any.
  var identity: String? {
    switch self {
    case .reply(let reply): reply.identity
    case .lost(let identity, _): identity
    case .warning: nil
    }
  }
}
