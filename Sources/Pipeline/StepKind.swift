import Files

/// How a kind of step is carried out. Kinds are registered; the pipeline knows none of them by name.
public protocol StepKind: Sendable {
  var name: String { get }
  var version: Int { get }
  /// Computes the artifact into `context.output`. Runs in a worker process, alone on its threads.
  func run(_ context: StepContext) throws
}

/// The kinds that this build can run.
public struct Registry: Sendable {
  private let kinds: [String: any StepKind]

  public init(_ kinds: [any StepKind]) {
    self.kinds = Dictionary(uniqueKeysWithValues: kinds.map { ($0.name, $0) })
  }

  public subscript(name: String) -> (any StepKind)? { kinds[name] }
}

/// What a step sees of the world.
public final class StepContext {
  public let step: Step
  /// The folder whose files become the artifact.
  public let output: String
  /// A folder that survives interruption; deleted once the artifact is committed.
  public let checkpoint: String
  public let device: String
  private let inputs: [String: String]
  private let report: (Double, String) -> Void
  /// Tells the people who run this something that they should know, and that does not stop the step.
  public let warn: (String) -> Void
  private let stopRequested: () -> Bool

  public init(
    step: Step, inputs: [String: String], output: String, checkpoint: String, device: String = "cpu",
    report: @escaping (Double, String) -> Void = { _, _ in }, warn: @escaping (String) -> Void = { _ in },
    stopRequested: @escaping () -> Bool = { false }
  ) {
    self.step = step
    self.inputs = inputs
    self.output = output
    self.checkpoint = checkpoint
    self.device = device
    self.report = report
    self.warn = warn
    self.stopRequested = stopRequested
  }

  /// The folder of an input artifact, whose digests have been checked.
  public func input(_ role: String) -> String {
    guard let path = inputs[role] else {
      preconditionFailure("the step '\(step.label)' asked for an input '\(role)' that its plan does not give")
    }
    return path
  }

  public func hasInput(_ role: String) -> Bool { inputs[role] != nil }

  public var seed: UInt64 {
    guard let seed = step.seed else {
      preconditionFailure("the step '\(step.label)' is planned without a seed but asked for one")
    }
    return seed
  }

  /// Tells the scheduler how far the step is, in 0...1, with a few words such as "update 400 of 4000".
  public func progress(_ fraction: Double, _ message: String = "") { report(fraction, message) }

  /// True once the run has been interrupted: write a checkpoint and throw `Interrupted`.
  public var shouldStop: Bool { stopRequested() }
}

/// Thrown by a step that stopped at a checkpoint because it was asked to.
public struct Interrupted: Error, Equatable {
  public init() {}
}
