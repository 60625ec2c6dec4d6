import Datasets
import Files
import Manifest
import Models
import Torch

/// CoGAN (Liu and Tuzel 2016): two GANs with tied layers. An image is translated by the input of the generator that makes
/// what is nearest to it.
struct CoGAN: TranslationModel {
  var latents = 100
  var filters = 1024
  var discriminatorFilters = 32
  var batch = 128
  var learningRate = 2e-4
  var beta1 = 0.5
  var weightDecay = 1e-4
  var updates = 0
  var threads = 1
  var inversionSteps = 200
  var inversionRestarts = 4
  var inversionRate = 0.05

  static let name = "cogan"
  static let summary =
    "two GANs whose deep layers are the same, translating by the latent that gives an image back"
  static let parameters: [Parameter<CoGAN>] = [
    Parameter("latents", \.latents, in: 1...4096, "length of z"),
    Parameter(
      "filters", \.filters, in: 8...8192,
      "maps of the generators' first layer; every further one has half as many"),
    Parameter(
      "discriminator-filters", \.discriminatorFilters, in: 1...1024, "maps of the discriminators' first layer"
    ),
    Parameter("batch", \.batch, in: 2...4096, "images of either domain per update"),
    .learningRate(\.learningRate), .beta1(\.beta1),
    Parameter("weight-decay", \.weightDecay, in: 0...1, "L2 penalty of every parameter"),
    .updates(\.updates), .threads(\.threads),
    Parameter(
      "inversion-steps", \.inversionSteps, in: 1...100_000, use: .encoding,
      "Adam steps towards the latent of an image"),
    Parameter(
      "inversion-restarts", \.inversionRestarts, in: 1...100, use: .encoding,
      "random latents to start from; the best end is kept"),
    Parameter("inversion-rate", \.inversionRate, in: 1e-6...10, use: .encoding, "Adam's learning rate there"),
  ]

  var secondsPerUpdate: Double { Double(filters * filters) / (1024 * 1024) * Double(batch) * 0.1 }

  /// What the networks are told.
  func configuration(side: Int) -> CoupledGANConfiguration {
    var configuration = CoupledGANConfiguration(side: side, updates: updates)
    configuration.latents = latents
    configuration.filters = filters
    configuration.discriminatorFilters = discriminatorFilters
    configuration.batch = batch
    configuration.learningRate = learningRate
    configuration.beta1 = beta1
    configuration.weightDecay = weightDecay
    configuration.inversionSteps = inversionSteps
    configuration.inversionRestarts = inversionRestarts
    configuration.inversionRate = inversionRate
    return configuration
  }

  func model(
    _ scenes: ScenePairs, side: Int, weights: String?, seed: UInt64, device: Device
  ) throws -> any ImageTranslator {
    return try CoupledGAN(
      configuration: configuration(side: side), photos: scenes.photos, labels: scenes.labels, seed: seed,
      device: device)
  }
}
