import Datasets
import Manifest
import Models
import Torch

/// InfoGAN with continuous codes (Chen et al. 2016) as Higgins et al. 2017 trained it.
struct InformationGAN: FactorModel, PrecisionChoice {
  var configuration = InfoGANConfiguration(
    codes: 5, noise: 5, hidden: 256, channels: [128, 64, 32], batch: 64, information: 1, instanceNoise: 0.2,
    generatorRate: 1e-3, discriminatorRate: 2e-4)
  var updates = 0
  var threads = 1
  var precision = Precision.float32

  static let name = "infogan"
  static let summary = "InfoGAN with continuous codes; means of Q are the codes"
  static let parameters: [Parameter<InformationGAN>] = [
    Parameter(
      "codes", \.configuration.codes, in: 1...255, "continuous codes with a mutual-information term"),
    Parameter("noise", \.configuration.noise, in: 0...1024, "further noise inputs"),
    Parameter(
      "hidden", \.configuration.hidden, in: 1...65_536,
      "units of the generator's fully connected layers and of the discriminator's"),
    Parameter(
      "channels", \.configuration.channels, each: 1...4096, count: 3...3, "channels from 8x8 to 32x32"),
    Parameter(
      "information", \.configuration.information, in: 0...1000, "weight of the mutual-information term"),
    Parameter(
      "instance-noise", \.configuration.instanceNoise, in: 0...10,
      "sd of the noise on the discriminator's images in [-1, 1]"),
    Parameter(
      "generator-rate", \.configuration.generatorRate, in: 1e-9...1,
      "Adam learning rate of the generator and Q"),
    Parameter(
      "discriminator-rate", \.configuration.discriminatorRate, in: 1e-9...1,
      "Adam learning rate of the discriminator"),
    Parameter("batch", \.configuration.batch, in: 1...65_536, "images per update"),
    .updates(\.updates), .threads(\.threads), .precision(\.precision),
  ]
  static let rules = [
    Kind.Rule("batch") { values in
      values["batch"]?.int == 1
        ? "`batch` must be at least 2, because batch statistics need more than one image, but is 1" : nil
    }
  ]

  func plan(_ configured: Configured, in builder: inout PlanBuilder) -> String {
    builder.addTrained(
      self, configured, memory: 2 << 30,
      seconds: 5e-3 + 0.3 * Double(configuration.channels[0]) / 128)
  }

  func model(_ images: any FactorImages, seed: UInt64, device: String) throws -> any TrainableModel {
    try InfoGAN(configuration: configuration, images: images, seed: seed, device: .checked(device))
  }
}
