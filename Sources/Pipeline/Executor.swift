/// Decides where a worker runs. The worker is the same command everywhere.
public protocol Executor: Sendable {
  /// Begins to carry out an assignment; what becomes of it arrives in `events`.
  func start(_ assignment: Assignment)
  /// Asks every running step to checkpoint and leave.
  func stop()
  /// Ends every running step's process group now.
  func kill()
  /// Lets idle workers go. Nothing may be started afterwards.
  func close()
  var events: AsyncStream<ExecutorEvent> { get }
}

public enum ExecutorEvent: Sendable, Equatable {
  case reply(WorkerReply)
  /// The process died before it answered.
  case lost(identity: String, StepFailure)
}

extension ExecutorEvent {
  /// The step that it speaks of.
  var identity: String {
    switch self {
    case .reply(let reply): reply.identity
    case .lost(let identity, _): identity
    }
  }
}
