import Datasets
import Files
import Manifest
import Models
import Torch

/// CoGAN (Liu and Tuzel 2016): two GANs with tied layers. An image is translated by the input of the generator that makes
/// what is nearest to it.
struct CoGAN: TranslationModel, PrecisionChoice {
  var configuration = CoupledGANConfiguration(side: 128, updates: 0)
  var threads = 1
  var precision = Precision.float32

  static let name = "cogan"
  static let revision = 2
  static let summary =
    "two GANs whose deep layers are the same, translating by the latent that gives an image back"
  static let parameters: [Parameter<CoGAN>] = [
    Parameter("latents", \.configuration.latents, in: 1...4096, "length of z"),
    Parameter(
      "filters", \.configuration.filters, in: 8...8192,
      "maps of the generators' first layer; every further one has half as many"),
    Parameter(
      "discriminator-filters", \.configuration.discriminatorFilters, in: 1...1024,
      "maps of the discriminators' first layer"
    ),
    Parameter("batch", \.configuration.batch, in: 2...4096, "images of either domain per update"),
    Parameter("learning-rate", \.configuration.learningRate, in: 1e-9...1, "Adam learning rate"),
    Parameter("beta1", \.configuration.beta1, in: 0...0.9999, "Adam's first decay rate"),
    Parameter("weight-decay", \.configuration.weightDecay, in: 0...1, "L2 penalty of every parameter"),
    .updates(\.configuration.updates), .threads(\.threads), .precision(\.precision),
    Parameter(
      "inversion-steps", \.configuration.inversionSteps, in: 1...100_000, use: .encoding,
      "Adam steps towards the latent of an image"),
    Parameter(
      "inversion-restarts", \.configuration.inversionRestarts, in: 1...100, use: .encoding,
      "random latents to start from; the best end is kept"),
    Parameter(
      "inversion-rate", \.configuration.inversionRate, in: 1e-6...10, use: .encoding,
      "Adam's learning rate there"),
  ]
  static let rules: [Kind.Rule] = [.makesImages(CoGAN.self)]

  var updates: Int { configuration.updates }
  var secondsPerUpdate: Double {
    let filters = configuration.filters
    return Double(filters * filters) / (1024 * 1024) * Double(configuration.batch) * 0.1
  }

  /// What the model is told.
  func configuration(side: Int) -> CoupledGANConfiguration {
    var configuration = configuration
    configuration.side = side
    return configuration
  }

  func check(side: Int) throws { try configuration(side: side).check() }

  func model(
    _ scenes: ScenePairs, side: Int, weights: String?, seed: UInt64, device: Device
  ) throws -> any ImageTranslator {
    return try CoupledGAN(
      configuration: configuration(side: side), photos: scenes.photos, labels: scenes.labels, seed: seed,
      device: device)
  }
}
