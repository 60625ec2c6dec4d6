import Datasets
import Files
import Manifest
import Models
import Torch

/// BiGAN or ALI (Donahue et al. 2017, Dumoulin et al. 2017), both of whose networks make images of images.
struct BiGAN: NetworkTranslation {
  var networks = TranslationNetworks()
  var pool = 50
  var batch = 1
  var learningRate = 2e-4
  var beta1 = 0.5
  var updates = 0
  var threads = 1

  static let name = "bigan"
  static let summary = "two generators, and one discriminator that tells their pairs of images apart"
  static let parameters: [Parameter<BiGAN>] =
    Parameter.networks + [
      .pool(\.pool), .translationBatch(\.batch), .learningRate(\.learningRate), .beta1(\.beta1),
      .updates(\.updates),
      .threads(\.threads),
    ]

  var secondsPerUpdate: Double { Double(networks.filters * networks.filters) / 4096 * 1.5 }

  /// What the networks are told.
  func configuration(side: Int) -> BidirectionalGANConfiguration {
    var configuration = BidirectionalGANConfiguration(side: side, updates: updates)
    configuration.networks = networks
    configuration.pool = pool
    configuration.batch = batch
    configuration.learningRate = learningRate
    configuration.beta1 = beta1
    return configuration
  }

  func model(
    _ scenes: ScenePairs, side: Int, weights: String?, seed: UInt64, device: Device
  ) throws -> any ImageTranslator {
    return try BidirectionalGAN(
      configuration: configuration(side: side), photos: scenes.photos, labels: scenes.labels, seed: seed,
      device: device)
  }
}
