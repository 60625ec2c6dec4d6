import Datasets
import Manifest
import Models
import Torch

/// The fully connected VAE and beta-VAE of Higgins et al. 2017 (appendix, Table 1).
struct VAE: FactorModel, PrecisionChoice {
  var configuration = BetaVAEConfiguration(beta: 0, initialAccumulator: 0.1)
  var updates = 0
  var threads = 1
  var precision = Precision.float32

  static let name = "vae"
  static let summary = "fully connected (beta-)VAE; posterior means are the codes"
  static let parameters: [Parameter<VAE>] = [
    Parameter(
      "beta", \.configuration.beta, in: 0...10_000, required: true,
      "weight of the KL term; 1 is the plain VAE"),
    Parameter("hidden", \.configuration.hidden, in: 1...65_536, "units of every hidden layer"),
    Parameter("latents", \.configuration.latents, in: 1...255, "number of latents"),
    Parameter("optimiser", \.configuration.optimiser, "optimiser"),
    Parameter("learning-rate", \.configuration.learningRate, in: 1e-9...10, "learning rate"),
    Parameter(
      "initial-accumulator", \.configuration.initialAccumulator, in: 0...10,
      "where Adagrad's sum of squares starts"),
    Parameter("initialisation", \.configuration.initialisation, "how weights are drawn"),
    Parameter("batch", \.configuration.batch, in: 1...65_536, "images per update"),
    .updates(\.updates), .threads(\.threads), .precision(\.precision),
  ]

  static let rules = [
    Kind.Rule.where("`optimiser: adagrad`", isRead: "initial-accumulator", of: VAE.self) {
      $0["optimiser"]?.string.map { $0 == BetaVAEConfiguration.OptimiserKind.adagrad.rawValue } ?? true
    }
  ]

  func plan(_ configured: Configured, in builder: inout PlanBuilder) -> String {
    builder.addTrained(
      self, configured, memory: 3 << 29, seconds: 5e-3 + 0.08 * Double(configuration.hidden) / 1200)
  }

  func model(_ images: any FactorImages, seed: UInt64, device: String) throws -> any TrainableModel {
    try BetaVAE(configuration: configuration, images: images, seed: seed, device: .checked(device))
  }
}
