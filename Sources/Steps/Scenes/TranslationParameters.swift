import Files
import Manifest
import Models

/// A model whose generators and discriminators are those of CycleGAN.
protocol NetworkTranslation: TranslationModel {
  var networks: TranslationNetworks { get set }
}

extension Parameter where Root: NetworkTranslation {
  /// What generators and discriminators look like.
  static var networks: [Parameter] {
    [
      Parameter("filters", \.networks.filters, in: 1...1024, "maps of a generator's first convolution"),
      Parameter("blocks", \.networks.blocks, in: 0...64, "residual blocks of a generator"),
      Parameter(
        "discriminator-filters", \.networks.discriminatorFilters, in: 1...1024,
        "maps of a discriminator's first convolution"),
      Parameter(
        "discriminator-layers", \.networks.discriminatorLayers, in: 1...5,
        "halvings in a discriminator: 1, 2 and 3 judge patches of 16, 34 and 70 pixels"),
    ]
  }
}

/// Parameters that models of scenes share.
extension Parameter {
  static func pool(_ path: WritableKeyPath<Root, Int> & Sendable) -> Parameter {
    Parameter(
      "pool", path, in: 0...100_000, "earlier images that a discriminator may be shown in place of the newest"
    )
  }

  static func translationBatch(_ path: WritableKeyPath<Root, Int> & Sendable) -> Parameter {
    Parameter("batch", path, in: 1...1024, "scenes per update")
  }

  static func learningRate(_ path: WritableKeyPath<Root, Double> & Sendable) -> Parameter {
    Parameter(
      "learning-rate", path, in: 1e-9...1,
      "Adam learning rate; falls to 0 in the second half of a translator's training")
  }

  static func beta1(_ path: WritableKeyPath<Root, Double> & Sendable) -> Parameter {
    Parameter("beta1", path, in: 0...1, "Adam's first decay rate")
  }
}
