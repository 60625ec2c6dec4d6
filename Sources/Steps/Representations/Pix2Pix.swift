import Datasets
import Files
import Manifest
import Models
import Torch

/// pix2pix (Isola et al. 2017): pairs of images, a discriminator that sees what was given too, and the distance to the truth.
struct Pix2Pix: NetworkTranslation {
  var networks = TranslationNetworks()
  var generator = TranslationNetworks.Generator.resnet
  var adversary = TranslationConfiguration.Adversary.leastSquares
  var target = 10.0
  var dropout = false
  var pool = 50
  var batch = 1
  var learningRate = 2e-4
  var beta1 = 0.5
  var updates = 0
  var threads = 1

  static let name = "pix2pix"
  static let summary = "a generator and a conditional discriminator for either direction, trained on pairs"
  static let parameters: [Parameter<Pix2Pix>] =
    Parameter.networks + [
      Parameter("generator", \.generator, "resnet: that of CycleGAN; u-net: that of pix2pix"),
      Parameter("adversary", \.adversary, "the loss of the GAN terms"),
      Parameter("target", \.target, in: 0...1e6, "weight of |G(x) - y|, y the truth"),
      Parameter(
        "dropout", \.dropout, "drop half of the units of the first three layers of a U-Net's decoder"),
      .pool(\.pool), .translationBatch(\.batch), .learningRate(\.learningRate), .beta1(\.beta1),
      .updates(\.updates),
      .threads(\.threads),
    ]

  var secondsPerUpdate: Double { Double(networks.filters * networks.filters) / 4096 * 1.6 }

  /// What the networks are told.
  func configuration(side: Int) -> TranslationConfiguration {
    var configuration = TranslationConfiguration(side: side, updates: updates)
    configuration.networks = networks
    configuration.networks.generator = generator
    configuration.adversary = adversary
    configuration.forwardCycle = 0
    configuration.backwardCycle = 0
    configuration.target = target
    configuration.isPaired = true
    configuration.isConditional = true
    configuration.dropout = dropout
    configuration.pool = pool
    configuration.batch = batch
    configuration.learningRate = learningRate
    configuration.beta1 = beta1
    return configuration
  }

  func model(
    _ scenes: ScenePairs, side: Int, weights: String?, seed: UInt64, device: Device
  ) throws -> any ImageTranslator {
    guard scenes.arePaired else {
      throw StepsError(
        .dataMissing,
        "pix2pix learns from pairs, and the photographs and label maps of this copy do not go together; get a copy of pairs"
      )
    }
    return try TranslationGAN(
      configuration: configuration(side: side), photos: scenes.photos, labels: scenes.labels, seed: seed,
      device: device)
  }
}
