import LinearAlgebra
import Manifest
import Models
import Pipeline
import Torch

/// The classifier of a generative model of features that knows some labels: M2 of Kingma et al. 2014.
struct SemiSupervisedClassifier: TrainedClassifier, Recoding, PrecisionChoice {
  var configuration = SemiSupervisedVAEConfiguration(unlabelledBatch: 330)
  var updates = 0
  var threads = 1
  var precision = Precision.float32

  static let name = "semi-supervised-vae"
  static let summary = "generative semi-supervised model of the features (M2 of Kingma et al. 2014)"
  static let parameters: [Parameter<SemiSupervisedClassifier>] = [
    Parameter("hidden", \.configuration.hidden, in: 1...65_536, "softplus units of every perceptron"),
    Parameter("latents", \.configuration.latents, in: 1...4096, "length of the code beside the class"),
    Parameter("alpha", \.configuration.alpha, in: 0...1000, "weight of the labels' cross-entropy"),
    Parameter(
      "labelled-batch", \.configuration.labelledBatch, in: 1...65_536, "labelled items of an update"),
    Parameter(
      "unlabelled-batch", \.configuration.unlabelledBatch, in: 0...65_536,
      "items without labels of an update; 0 learns from labels alone"),
    Parameter("learning-rate", \.configuration.learningRate, in: 1e-9...1, "Adam learning rate"),
    .updates(\.updates), .threads(\.threads), .precision(\.precision),
  ]
  static let rules: [Kind.Rule] = [
    .leavesUnlabelled(name) { $0["unlabelled-batch"]?.int ?? 1 > 0 },
    Kind.Rule("kind") { values in
      values["mirrored"]?.bool == true
        ? "the classifier `\(name)` learns from the features of images alone, not from those of mirror images: leave out `mirrored`"
        : nil
    },
  ]

  func model(_ material: DrawnMaterial, seed: UInt64, device: String) throws -> any Trainable {
    try SemiSupervisedVAE(
      configuration: configuration,
      codes: SemiSupervisedCodes(
        means: try material.training.rows, logVariances: material.logVariances, labelled: material.labelled,
        labels: material.labels,
        unlabelled: configuration.unlabelledBatch == 0 ? [] : material.unlabelled,
        classes: material.classes),
      seed: seed, device: .checked(device))
  }

  func predict(_ model: any Trainable, _ split: SplitMaterial) throws -> [Int] {
    guard let model = model as? SemiSupervisedVAE else {
      throw StepsError(.failed, "only a semi-supervised VAE answers as one")
    }
    return try model.predict(try split.rows)
  }
  func recoded(_ codes: Matrix<Float>, classes: Int, _ context: StepContext) throws -> Matrix<Float> {
    // What it learned from does not matter to what it gives back.
    var configuration = configuration
    (configuration.labelledBatch, configuration.unlabelledBatch) = (1, 0)
    let model = try SemiSupervisedVAE(
      configuration: configuration,
      codes: SemiSupervisedCodes(means: codes, labelled: [0], labels: [0], unlabelled: [], classes: classes),
      seed: 0, device: .checked(context.device))
    try model.restoreWeights(from: "\(context.input(ReconstructionStep.classifier))/\(TrainStep.weights)")
    return try model.reconstruct(codes)
  }
}
