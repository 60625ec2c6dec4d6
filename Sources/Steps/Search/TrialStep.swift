import Datasets
import Files
import Foundation
import Models
import Pipeline

/// Trains one trial of a random search up to a share of its length, from its start or from where the trial of some rank
/// was stopped.
///
/// What is trained on is a `train` step's business and the same here; the artifact holds in addition the whole state of
/// the training, so that a later trial step continues it bit for bit. A training that diverges is no failure: the
/// artifact says so, and the trial is ranked last.
struct TrialStep: StepKind {
  let name = "trial"
  let version = 1
  let kinds: Kinds

  static let stateFile = "state.safetensors"
  static let logFile = "log.json"
  /// Is there instead of weights where the training diverged; says how.
  static let divergedFile = "diverged.txt"
  static let untilKey = "until"

  func run(_ context: StepContext) throws {
    guard let share = context.step.parameters[Self.untilKey]?.double else {
      throw StepsError(.failed, "the trial does not say how far it is trained")
    }
    let beginning = try Beginning(context)
    try TrainStep.save(model: beginning.configuration, in: context.output)
    if let divergence = beginning.divergence {
      return try DurableFile.write(divergence, to: "\(context.output)/\(Self.divergedFile)")
    }
    do {
      try train(beginning, until: share, context)
    } catch let divergence as Divergence {
      try DurableFile.write("\(divergence)\n", to: "\(context.output)/\(Self.divergedFile)")
    }
  }

  private func train(_ beginning: Beginning, until share: Double, _ context: StepContext) throws {
    let training = try kinds.training(beginning.configuration, context)
    let (model, length) = (training.model, training.length)
    let log = try TrainingLoop(training, context).run(
      until: Self.updates(share, of: length), after: try beginning.restore(into: model))
    try JSON.write(log.curve, to: "\(context.output)/\(TrainStep.curveFile)")
    guard share < 1 else { return }
    try JSON.write(log, to: "\(context.output)/\(Self.logFile)")
    try DurableFile.write(to: "\(context.output)/\(Self.stateFile)") { try model.saveCheckpoint(to: $0) }
  }

  /// At least one, so that there is something to compare.
  static func updates(_ share: Double, of length: Int) -> Int {
    min(length, max(1, Int((share * Double(length)).rounded())))
  }

  /// Whether a trial's artifact holds no model.
  static func divergence(in folder: String) throws -> String? {
    let path = "\(folder)/\(divergedFile)"
    return try POSIXFileSystem().exists(path) ? try POSIXFileSystem().text(of: path) : nil
  }
}

extension TrialStep {
  /// What a trial starts from.
  private struct Beginning {
    /// What a `train` step's parameters would be.
    let configuration: JSON
    /// The artifact that holds the state to continue from.
    private let earlier: String?
    let divergence: String?

    init(_ context: StepContext) throws {
      guard let rank = context.step.parameters["rank"]?.int else {
        configuration = .object(
          (context.step.parameters.object ?? [:]).filter { $0.key != TrialStep.untilKey })
        earlier = nil
        divergence = nil
        return
      }
      let ranking = try Ranking(folder: context.input("ranking"))
      guard ranking.entries.indices.contains(rank) else {
        throw StepsError(.corruptInput, "rank \(rank + 1) was asked for of \(ranking.entries.count) trials")
      }
      let folder = context.input(SearchRole.model(ranking.entries[rank].position))
      configuration = try TrainStep.model(in: folder) { $0 }
      earlier = folder
      divergence = try TrialStep.divergence(in: folder)
    }

    /// Takes a fresh model to where the earlier part of the training has left it.
    func restore(into model: any Trainable) throws -> TrainingLog? {
      guard let earlier else { return nil }
      try model.restoreCheckpoint(from: "\(earlier)/\(TrialStep.stateFile)")
      return try JSON.read(TrainingLog.self, at: "\(earlier)/\(TrialStep.logFile)")
    }
  }
}

/// The names under which the steps of a search read each other; positions count from 0.
enum SearchRole {
  static let ranking = "ranking"
  static func model(_ position: Int) -> String { "model-\(position)" }
  static func validation(_ position: Int) -> String { "validation-\(position)" }
  static func ranking(_ stage: Int) -> String { "ranking-\(stage)" }

  /// Inputs by role, one for each position.
  static func inputs(_ identities: [String], _ role: (Int) -> String) -> [String: String] {
    Dictionary(uniqueKeysWithValues: identities.enumerated().map { (role($0), $1) })
  }
}
