import Files
import Manifest
import Models
import Pipeline
import Torch

/// A kind that lets a manifest choose the precision in which it is trained.
protocol PrecisionChoice: Parameterised {
  var precision: Precision { get set }
}

extension Training {
  init(_ kind: any Parameterised, model: any Trainable, length: Int) {
    self.init(model: model, length: length, precision: (kind as? any PrecisionChoice)?.precision ?? .float32)
  }
}

/// A training as a `train` or `trial` step runs it, whatever is trained.
struct Training {
  let model: any Trainable
  /// Updates of the whole training.
  let length: Int
  /// Of the products in an update.
  var precision = Precision.float32
  /// Places at which the curve is recorded, at most.
  var points = 400
  /// Further numbers for the learning curve, always under the same names.
  var measure: () throws -> [String: Double] = { [:] }
  /// Called before the first update and after every one.
  var observe: (inout TrainingLog) throws -> Void = { _ in }
}

extension Kinds {
  /// What a step's parameters and inputs ask to train. What learns is known by its name and by what it learns from.
  func training(_ parameters: JSON, _ context: StepContext) throws -> Training {
    if parameters[TrainedDraw.labelsKey] != nil {
      let draw = try TrainedDraw(parameters, context, kinds: self)
      return try draw.training()
    }
    if context.hasInput(SceneRole.scenes) {
      return try SceneTraining(parameters, context, kinds: self).training()
    }
    if context.hasInput("images") {
      let kind = try network(parameters)
      return Training(kind, model: try kind.untrained(context), length: kind.updates)
    }
    if context.hasInput("features") {
      guard let kind = try trainedFeatures(parameters) as? any FeatureNetwork else {
        throw StepsError(.failed, "'\(parameters["kind"]?.string ?? "")' does not learn from features")
      }
      let folder = context.input("features")
      let features = try FeatureDescription(folder: folder).features(of: Split.train, folder: folder)
      return Training(
        kind, model: try kind.network(features, seed: context.seed, device: context.device),
        length: kind.updates)
    }
    let images = try context.images()
    let kind = try factorModel(parameters)
    let model = try kind.model(images, seed: context.seed, device: context.device)
    // Codes of a fixed probe set are kept at every milestone.
    let probe = Probe.indices(of: images.grid)
    var training = Training(kind, model: model, length: kind.updates)
    training.observe = { try $0.recordMilestone(of: model, probe: probe) }
    return training
  }
}
