import Datasets
import Manifest
import Models
import Torch

/// DC-IGN: a convolutional VAE trained on minibatches in which one known factor varies (Kulkarni et al. 2015).
struct InverseGraphics: FactorModel, PrecisionChoice {
  var configuration = DCIGNConfiguration(
    channels: [96, 48, 48], latents: 10, batch: 64, learningRate: 5e-4, smoothing: 0.9, weightDecay: 0.01,
    clampPull: 0.01, intrinsicShare: 2)
  var updates = 0
  var threads = 1
  var precision = Precision.float32

  static let name = "dc-ign"
  static let summary = "convolutional inverse graphics network, told which factor varies in a minibatch"
  static let parameters: [Parameter<InverseGraphics>] = [
    Parameter(
      "channels", \.configuration.channels, each: 1...4096, count: 3...3,
      "channels of the three convolutions"),
    Parameter(
      "latents", \.configuration.latents, in: 5...255,
      "number of latents; the first four belong to x, y, scale, rotation"),
    Parameter("learning-rate", \.configuration.learningRate, in: 1e-9...10, "RMSprop learning rate"),
    Parameter(
      "smoothing", \.configuration.smoothing, in: 0...0.9999,
      "weight of the old average in RMSprop's mean of squares"),
    Parameter("weight-decay", \.configuration.weightDecay, in: 0...1, "L2 penalty inside the optimiser"),
    Parameter(
      "clamp-pull", \.configuration.clampPull, in: 0...1,
      "gradient that pulls clamped latents to their batch mean"),
    Parameter(
      "intrinsic-share", \.configuration.intrinsicShare, in: 1...100,
      "minibatches of the intrinsic type for each one of a labelled factor"),
    Parameter("batch", \.configuration.batch, in: 1...65_536, "images per update"),
    .updates(\.updates), .threads(\.threads), .precision(\.precision),
  ]

  func plan(_ configured: Configured, in builder: inout PlanBuilder) -> String {
    builder.addTrained(
      self, configured, memory: 2 << 30,
      seconds: 5e-3 + 0.4 * Double(configuration.channels[0]) / 96)
  }

  func model(_ images: any FactorImages, seed: UInt64, device: String) throws -> any TrainableModel {
    try DCIGN(configuration: configuration, images: images, seed: seed, device: .checked(device))
  }
}
