import Datasets
import Files
import Foundation
import Manifest
import Models
import Pipeline
import Randomness
import Torch

/// A training on scenes: of a model that translates, or of what reads photographs.
struct SceneTraining {
  /// The size of the images that a model makes, beside its own parameters: the table's, not the row's.
  static let sideKey = "side"

  private let parameters: JSON
  private let context: StepContext
  private let kinds: Kinds

  init(_ parameters: JSON, _ context: StepContext, kinds: Kinds) {
    (self.parameters, self.context, self.kinds) = (parameters, context, kinds)
  }

  func training() throws -> Training {
    let scenes = try context.scenes(SceneRole.scenes)
    let device = try Device.checked(context.device)
    if let reader = try kinds.trainedReader(parameters) {
      var training = Training(
        reader, model: try reader.parser(scenes, side: try side, seed: context.seed, device: device),
        length: reader.updates)
      training.points = 100
      return training
    }
    let kind = try kinds.translation(parameters)
    let model = try kind.model(
      scenes, side: try side,
      weights: context.hasInput(SceneRole.weights) ? context.input(SceneRole.weights) : nil,
      seed: context.seed, device: device)
    var training = Training(kind, model: model, length: kind.updates)
    guard kind.updates > 0 else { return training }
    let probe = try context.scenes(SceneRole.probe)
    let items = ProbeScenes.indices(of: probe.count, side: try side)
    training.observe = { log in
      try log.recordMilestone(of: model) {
        try TranslationDirection.allCases.map { direction in
          TrainingLog.Translated(
            direction: direction.rawValue,
            images: Data(try model.preview(direction.inputs(of: probe), indices: items, direction).bytes)
              .base64EncodedString())
        }
      }
    }
    return training
  }

  private var side: Int {
    get throws {
      guard let side = parameters[Self.sideKey]?.int, side > 0 else {
        throw StepsError(.failed, "the training names no size of images")
      }
      return side
    }
  }

  /// The trained model of the `model` input; how it translates is said by the step's own parameters. The scenes only have to
  /// be as large as its images.
  static func restored(_ context: StepContext, _ scenes: ScenePairs, kinds: Kinds) throws
    -> any ImageTranslator
  {
    let folder = context.input("model")
    let model = try TrainStep.model(in: folder) { parameters in
      // What belongs to translating is no part of the training's identity, and so not among its parameters.
      let own = context.step.parameters.object ?? [:]
      return try kinds.translation(.object((parameters.object ?? [:]).merging(own) { $1 })).model(
        scenes, side: scenes.photos.width,
        weights: context.hasInput(SceneRole.weights) ? context.input(SceneRole.weights) : nil,
        seed: context.step.seed ?? 0,
        device: Device.checked(context.device))
    }
    try model.restoreWeights(from: "\(folder)/\(TrainStep.weights)")
    return model
  }
}

/// The test scenes that are translated at milestones of a training: the same for every model.
enum ProbeScenes {
  /// Every so many of the split, so that all its towns are there.
  static func indices(of count: Int, side: Int) -> [Int] {
    let wanted = min(count, max(24, min(48, 600_000 / (3 * side * side))))
    return (0..<wanted).map { $0 * count / max(1, wanted) }
  }
}

extension Kinds {
  func translation(_ parameters: JSON) throws -> any TranslationModel {
    try representation(
      of: parameters, giving: .images, as: (any TranslationModel.Type).self, or: "is no model of scenes"
    ).init(parameters)
  }

  func trainedReader(_ parameters: JSON) throws -> SceneParsing? {
    guard parameters["kind"]?.string == SceneParsing.name else { return nil }
    return try SceneParsing(parameters)
  }

  func reader(_ configured: JSON) throws -> any SceneReader {
    let name = configured["kind"]?.string
    guard let kind = readers.first(where: { $0.name == name }) else {
      throw StepsError(.failed, "nothing that reads images is called '\(name ?? "")'")
    }
    return try kind.init(configured)
  }
}
