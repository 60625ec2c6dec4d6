import Files
import Manifest
import Models

/// The choices that all models with CycleGAN's generators and discriminators share.
protocol NetworkConfiguration: Sendable {
  var networks: TranslationNetworks { get set }
  var side: Int { get set }
  var pool: Int { get set }
  var batch: Int { get set }
  var learningRate: Double { get set }
  var beta1: Double { get set }
  var updates: Int { get set }
}

extension TranslationConfiguration: NetworkConfiguration {}
extension BidirectionalGANConfiguration: NetworkConfiguration {}

/// A model whose generators and discriminators are those of CycleGAN.
protocol NetworkTranslation: TranslationModel, PrecisionChoice {
  associatedtype Networks: NetworkConfiguration
  /// What the model is told, but for the side of images: that is the table's.
  var configuration: Networks { get set }
  var threads: Int { get set }
}

extension NetworkTranslation {
  var updates: Int { configuration.updates }

  func configuration(side: Int) -> Networks {
    var configuration = configuration
    configuration.side = side
    return configuration
  }

  /// Seconds of one update with this many times the work of a generator and a discriminator of the paper's size.
  func seconds(_ work: Double) -> Double {
    let filters = configuration.networks.filters
    return work * Double(filters * filters) / (64 * 64)
  }
}

extension Parameter where Root: NetworkTranslation {
  /// What generators and discriminators look like, and how they are trained.
  static var networks: [Parameter] {
    [
      Parameter(
        "filters", \.configuration.networks.filters, in: 1...1024, "maps of a generator's first convolution"),
      Parameter("blocks", \.configuration.networks.blocks, in: 0...64, "residual blocks of a generator"),
      Parameter(
        "discriminator-filters", \.configuration.networks.discriminatorFilters, in: 1...1024,
        "maps of a discriminator's first convolution"),
      Parameter(
        "discriminator-layers", \.configuration.networks.discriminatorLayers, in: 1...5,
        "halvings in a discriminator: 1, 2 and 3 judge patches of 16, 34 and 70 pixels"),
      Parameter(
        "pool", \.configuration.pool, in: 0...100_000,
        "earlier images that a discriminator may be shown in place of the newest"),
      Parameter("batch", \.configuration.batch, in: 1...1024, "scenes per update"),
      Parameter(
        "learning-rate", \.configuration.learningRate, in: 1e-9...1,
        "Adam learning rate; falls to 0 in the second half of the training"),
      Parameter("beta1", \.configuration.beta1, in: 0...0.9999, "Adam's first decay rate"),
      .updates(\.configuration.updates), .threads(\.threads), .precision(\.precision),
    ]
  }
}
