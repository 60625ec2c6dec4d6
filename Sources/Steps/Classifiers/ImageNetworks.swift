import Datasets
import Manifest
import Models
import Pipeline
import Torch

extension TrainedClassifier {
  /// What an image classifier answers.
  func predictImages(_ model: any Trainable, _ split: SplitMaterial) throws -> [Int] {
    guard let model = model as? any ImageClassifier else {
      throw StepsError(.failed, "'\(Self.name)' has left no classifier of images")
    }
    return try model.predict(split.images, indices: Array(0..<split.images.count))
  }
}

/// The stacked what-where autoencoder of Zhao et al. 2015, trained on labels and reconstructions together.
struct WhatWhere: TrainedClassifier, Reconstructing, PrecisionChoice {
  var configuration = WhatWhereConfiguration()
  var updates = 0
  var threads = 1
  var precision = Precision.float32

  static let name = "what-where-autoencoder"
  static let summary = "stacked what-where autoencoder with a linear classifier on top (Zhao et al. 2015)"
  static let takes = Port.labelledImages
  static let parameters: [Parameter<WhatWhere>] = [
    Parameter(
      "widths", \.configuration.widths, each: 1...4096, count: 4...4, "maps of the four convolutions"),
    Parameter(
      "reconstruction", \.configuration.reconstructionWeight, in: 0...1000,
      "weight of the mean squared error of the pixels"),
    Parameter(
      "middle", \.configuration.middleWeight, in: 0...1000,
      "weight of the mean squared errors of the activations between the layers"),
    Parameter(
      "dropout", \.configuration.dropout, in: 0...0.99, "share of the classifier's inputs that are dropped"),
    Parameter(
      "batch-norm", \.configuration.isNormalised, "normalise the maps of every convolution of the encoder"),
    Parameter(
      "labelled-batch", \.configuration.labelledBatch, in: 1...65_536, "labelled images of an update"),
    Parameter(
      "unlabelled-batch", \.configuration.unlabelledBatch, in: 0...65_536,
      "images without labels of an update"),
    Parameter("learning-rate", \.configuration.learningRate, in: 1e-9...1, "Adam learning rate"),
    .updates(\.updates), .threads(\.threads), .precision(\.precision),
  ]
  static let rules: [Kind.Rule] = [.leavesUnlabelled(name) { $0["unlabelled-batch"]?.int ?? 1 > 0 }]

  func model(_ material: DrawnMaterial, seed: UInt64, device: String) throws -> any Trainable {
    try WhatWhereAutoencoder(
      configuration: configuration, images: material.training.images, labelled: material.labelled,
      labels: material.labels,
      unlabelled: material.unlabelled, classes: material.classes, seed: seed, device: .checked(device))
  }

  func predict(_ model: any Trainable, _ split: SplitMaterial) throws -> [Int] {
    try predictImages(model, split)
  }

  /// Without either error there is no decoder.
  var givesImagesBack: Bool { configuration.reconstructionWeight > 0 || configuration.middleWeight > 0 }

  func reconstructions(
    of images: ImageCollection, _ indices: [Int], _ context: StepContext
  ) throws -> [(caption: String, images: ImageStack)] {
    // What it learned from does not matter to what it gives back.
    var configuration = configuration
    (configuration.labelledBatch, configuration.unlabelledBatch) = (1, 0)
    let model = try WhatWhereAutoencoder(
      configuration: configuration, images: images, labelled: indices, labels: indices.map { _ in 0 },
      unlabelled: indices, classes: images.classes.count, seed: 0, device: .checked(context.device))
    try model.restoreWeights(from: "\(context.input("model"))/\(TrainStep.weights)")
    let pixels = try model.reconstruct(images, indices: indices)
    return [
      (
        "given back",
        ImageStack(rows: (0..<pixels.rows).map { Array(pixels[row: $0]) }, like: images, scale: 255)
      )
    ]
  }
}

/// The discriminator of a DCGAN as a classifier, trained on labels alone.
struct SupervisedCNN: TrainedClassifier, PrecisionChoice {
  var configuration = ConvolutionalClassifierConfiguration(
    start: .he, learningRate: 1e-3, beta1: 0.9, weightDecay: 0)
  var updates = 0
  var threads = 1
  var precision = Precision.float32

  static let name = "cnn"
  static let summary =
    "the convolutions of a DCGAN's discriminator (5x5, each halving the maps) under a softmax"
  static let takes = Port.labelledImages
  static let parameters: [Parameter<SupervisedCNN>] = [
    Parameter("widths", \.configuration.widths, each: 1...4096, count: 1...8, "maps of the convolutions"),
    Parameter(
      "batch-norm", \.configuration.isNormalised, "normalise the maps from the second convolution on"),
    Parameter(
      "dropout", \.configuration.dropout, in: 0...0.99, "share of the classifier's inputs that are dropped"),
    Parameter("batch", \.configuration.batch, in: 2...65_536, "images per update"),
    Parameter("learning-rate", \.configuration.learningRate, in: 1e-9...1, "Adam learning rate"),
    Parameter("beta1", \.configuration.beta1, in: 0...0.9999, "Adam's first decay rate"),
    Parameter("weight-decay", \.configuration.weightDecay, in: 0...1, "L2 penalty of every parameter"),
    Parameter("initialisation", \.configuration.start, "how weights are drawn"),
    .updates(\.updates), .threads(\.threads), .precision(\.precision),
  ]
  static let search: Kind.Search? = Kind.Search(
    fields: [
      "batch-norm", "dropout", "batch", "learning-rate", "beta1", "weight-decay", "initialisation", "widths",
    ], length: "updates", validation: [])

  func model(_ material: DrawnMaterial, seed: UInt64, device: String) throws -> any Trainable {
    try ConvolutionalClassifier(
      configuration: configuration, images: material.training.images, labelled: material.labelled,
      labels: material.labels, classes: material.classes, seed: seed, device: .checked(device))
  }

  func predict(_ model: any Trainable, _ split: SplitMaterial) throws -> [Int] {
    try predictImages(model, split)
  }
}
