/// What happens during a run, for whoever shows it.
public enum RunEvent: Sendable {
  case planned(cached: Int, toRun: Int, expectedSeconds: Double)
  case started(Step, expectedSeconds: Double)
  case progress(Step, fraction: Double, message: String)
  case finished(Step, seconds: Double, peakMemory: Int)
  /// Another process on the same store did this step.
  case shared(Step)
  case failed(Step, StepFailure, log: String)
  /// Not started because a step it depends on failed.
  case skipped(Step, because: Step)
  /// Left its place unfinished: it begins anew, in this run or the next one.
  case interrupted(Step)
  case warning(String)
  /// What waits for its turn, and the expected time to the end. Damage that is found puts finished steps back.
  case remaining(steps: Int, seconds: Double)
}

/// Shows a run. Called from the scheduler only, one event at a time.
public protocol RunObserver: AnyObject, Sendable {
  func handle(_ event: RunEvent)
}

/// How a run ended.
public struct RunSummary: Sendable {
  public var cached = 0
  public var computed = 0
  public var shared = 0
  public var failures: [(step: Step, failure: StepFailure)] = []
  public var skipped: [Step] = []
  public var interrupted = false

  public var isComplete: Bool { failures.isEmpty && skipped.isEmpty && !interrupted }
}
