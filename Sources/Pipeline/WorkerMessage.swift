import Files

/// Scheduler to worker: one JSON object a line.
enum WorkerRequest: Codable, Sendable, Equatable {
  case run(Assignment)
  /// Checkpoint and give up the running step.
  case stop
}

/// A step with everything a worker needs to carry it out.
public struct Assignment: Codable, Sendable, Equatable {
  public let step: Step
  public let store: String
}

/// Worker to scheduler: one JSON object a line.
public enum WorkerReply: Codable, Sendable, Equatable {
  case progress(identity: String, fraction: Double, message: String)
  /// Something that people should know and that decides nothing.
  case warning(identity: String, message: String)
  case finished(identity: String, seconds: Double, peakMemory: Int)
  /// Somebody else committed the same artifact while this worker waited for its lock.
  case shared(identity: String)
  case interrupted(identity: String)
  case failed(identity: String, StepFailure)

  var identity: String {
    switch self {
    case .progress(let identity, _, _), .warning(let identity, _), .finished(let identity, _, _),
      .shared(let identity),
      .interrupted(let identity), .failed(let identity, _):
      identity
    }
  }
}

/// Why a step failed, in words for its user.
public struct StepFailure: Codable, Sendable, Equatable, Error {
  public enum Cause: String, Codable, Sendable {
    case failed, diskFull, dataMissing, corruptInput, crashed, outOfMemory
  }
  public let cause: Cause
  public let message: String

  public init(_ cause: Cause, _ message: String) {
    self.cause = cause
    self.message = message
  }
}

/// Errors that say which exit code they deserve.
public protocol CausedError: Error {
  var cause: StepFailure.Cause { get }
}
