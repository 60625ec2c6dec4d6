import Datasets
import Manifest
import Models
import Torch

/// InfoGAN with continuous codes (Chen et al. 2016) as Higgins et al. 2017 trained it.
struct InformationGAN: FactorModel, PrecisionChoice {
  var codes = 5
  var noise = 5
  var hidden = 256
  var channels = [128, 64, 32]
  var information = 1.0
  var instanceNoise = 0.2
  var generatorRate = 1e-3
  var discriminatorRate = 2e-4
  var batch = 64
  var updates = 0
  var threads = 1
  var precision = Precision.float32

  static let name = "infogan"
  static let summary = "InfoGAN with continuous codes; means of Q are the codes"
  static let parameters: [Parameter<InformationGAN>] = [
    Parameter("codes", \.codes, in: 1...255, "continuous codes with a mutual-information term"),
    Parameter("noise", \.noise, in: 0...1024, "further noise inputs"),
    Parameter("hidden", \.hidden, in: 1...65_536, "units of the generator's fully connected layers"),
    Parameter("channels", \.channels, each: 1...4096, count: 3...3, "channels from 8x8 to 32x32"),
    Parameter("information", \.information, in: 0...1000, "weight of the mutual-information term"),
    Parameter(
      "instance-noise", \.instanceNoise, in: 0...10,
      "sd of the noise on the discriminator's images in [-1, 1]"),
    Parameter(
      "generator-rate", \.generatorRate, in: 1e-9...1, "Adam learning rate of the generator and Q"),
    Parameter(
      "discriminator-rate", \.discriminatorRate, in: 1e-9...1, "Adam learning rate of the discriminator"),
    Parameter("batch", \.batch, in: 1...65_536, "images per update"),
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
      self, configured, memory: 2 << 30, seconds: 5e-3 + 0.3 * Double(channels[0]) / 128)
  }

  /// What the model is told.
  var configuration: InfoGANConfiguration {
    InfoGANConfiguration(
      codes: codes, noise: noise, hidden: hidden, channels: channels, batch: batch, information: information,
      instanceNoise: instanceNoise, generatorRate: generatorRate, discriminatorRate: discriminatorRate)
  }

  func model(_ images: any FactorImages, seed: UInt64, device: String) throws -> any TrainableModel {
    try InfoGAN(configuration: configuration, images: images, seed: seed, device: .checked(device))
  }
}
