import Datasets
import Manifest
import Models
import Torch

/// pix2pix (Isola et al. 2017): pairs of images, a discriminator that sees what was given too, and the distance to the truth.
struct Pix2Pix: NetworkTranslation {
  var configuration = TranslationConfiguration(
    side: 128, forwardCycle: 0, backwardCycle: 0, target: 10, isPaired: true, isConditional: true, updates: 0)
  var threads = 1
  var precision = Precision.float32

  static let name = "pix2pix"
  static let summary = "a generator and a conditional discriminator for either direction, trained on pairs"
  static let parameters: [Parameter<Pix2Pix>] =
    Parameter.networks + [
      Parameter(
        "generator", \.configuration.networks.generator, "resnet: that of CycleGAN; u-net: that of pix2pix"),
      Parameter("adversary", \.configuration.adversary, "the loss of the GAN terms"),
      Parameter("target", \.configuration.target, in: 0...1e6, "weight of |G(x) - y|, y the truth"),
      Parameter(
        "dropout", \.configuration.dropout,
        "drop half of the units of the first three layers of a U-Net's decoder"),
    ]
  static let rules: [Kind.Rule] = [
    Kind.Rule("dropout") { values in
      guard values["dropout"]?.bool == true, values["generator"]?.string != "u-net" else { return nil }
      return "`dropout` is of U-Nets' decoders: set `generator: u-net`, or leave it out"
    },
    .makesImages(Pix2Pix.self),
  ]

  var secondsPerUpdate: Double { seconds(1.6) }

  func check(side: Int) throws { try configuration(side: side).check(hasFeatures: false) }

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
