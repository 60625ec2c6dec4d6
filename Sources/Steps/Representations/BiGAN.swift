import Datasets
import Manifest
import Models
import Torch

/// BiGAN or ALI (Donahue et al. 2017, Dumoulin et al. 2017), both of whose networks make images of images.
struct BiGAN: NetworkTranslation {
  var configuration = BidirectionalGANConfiguration(side: 128, updates: 0)
  var threads = 1
  var precision = Precision.float32

  static let name = "bigan"
  static let summary = "two generators, and one discriminator that tells their pairs of images apart"
  static let parameters: [Parameter<BiGAN>] = Parameter.networks
  static let rules: [Kind.Rule] = [.makesImages(BiGAN.self)]

  var secondsPerUpdate: Double { seconds(1.5) }

  func check(side: Int) throws { try configuration(side: side).check() }

  func model(
    _ scenes: ScenePairs, side: Int, weights: String?, seed: UInt64, device: Device
  ) throws -> any ImageTranslator {
    try BidirectionalGAN(
      configuration: configuration(side: side), photos: scenes.photos, labels: scenes.labels, seed: seed,
      device: device)
  }
}
