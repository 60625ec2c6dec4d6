import Datasets
import Manifest
import Models
import Torch

/// DC-IGN: a convolutional VAE trained on minibatches in which one known factor varies (Kulkarni et al. 2015).
struct InverseGraphics: FactorModel, PrecisionChoice {
  var channels = [96, 48, 48]
  var latents = 10
  var learningRate = 5e-4
  var smoothing = 0.9
  var weightDecay = 0.01
  var clampPull = 0.01
  var intrinsicShare = 2
  var batch = 64
  var updates = 0
  var threads = 1
  var precision = Precision.float32

  static let name = "dc-ign"
  static let summary = "convolutional inverse graphics network, told which factor varies in a minibatch"
  static let parameters: [Parameter<InverseGraphics>] = [
    Parameter("channels", \.channels, each: 1...4096, count: 3...3, "channels of the three convolutions"),
    Parameter(
      "latents", \.latents, in: 5...255,
      "number of latents; the first four belong to x, y, scale, rotation"),
    Parameter("learning-rate", \.learningRate, in: 1e-9...10, "RMSprop learning rate"),
    Parameter(
      "smoothing", \.smoothing, in: 0...1, "weight of the old average in RMSprop's mean of squares"),
    Parameter("weight-decay", \.weightDecay, in: 0...1, "L2 penalty inside the optimiser"),
    Parameter(
      "clamp-pull", \.clampPull, in: 0...1, "gradient that pulls clamped latents to their batch mean"),
    Parameter(
      "intrinsic-share", \.intrinsicShare, in: 1...100,
      "minibatches of the intrinsic type for each one of a labelled factor"),
    Parameter("batch", \.batch, in: 1...65_536, "images per update"),
    .updates(\.updates), .threads(\.threads), .precision(\.precision),
  ]

  func plan(_ configured: Configured, in builder: inout PlanBuilder) -> String {
    builder.addTrained(
      self, configured, memory: 2 << 30, seconds: 5e-3 + 0.4 * Double(channels[0]) / 96)
  }

  /// What the model is told.
  var configuration: DCIGNConfiguration {
    DCIGNConfiguration(
      channels: channels, latents: latents, batch: batch, learningRate: learningRate, smoothing: smoothing,
      weightDecay: weightDecay, clampPull: clampPull, intrinsicShare: intrinsicShare)
  }

  func model(_ images: any FactorImages, seed: UInt64, device: String) throws -> any TrainableModel {
    try DCIGN(configuration: configuration, images: images, seed: seed, device: .checked(device))
  }
}
