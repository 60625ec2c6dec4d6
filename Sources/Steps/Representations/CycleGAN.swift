import Datasets
import Files
import Manifest
import Models
import Torch

/// CycleGAN (Zhu et al. 2017). Its ablations, and GANs with a pixel or feature loss, are other weights of the same terms.
struct CycleGAN: NetworkTranslation {
  var configuration = TranslationConfiguration(side: 128, updates: 0)
  var featureLayer = "fire8"
  var featureSide = 227
  var threads = 1
  var precision = Precision.float32

  static let name = "cyclegan"
  static let summary =
    "two generators of residual blocks that undo each other, and a discriminator for either domain; every term of the loss has a weight"
  static let parameters: [Parameter<CycleGAN>] =
    Parameter.networks + [
      Parameter("adversarial", \.configuration.adversarial, "whether the loss has the GAN terms"),
      Parameter(
        "forward-cycle", \.configuration.forwardCycle, in: 0...1e6, "weight of |F(G(x)) - x|, x a label map"),
      Parameter(
        "backward-cycle", \.configuration.backwardCycle, in: 0...1e6,
        "weight of |G(F(y)) - y|, y a photograph"),
      Parameter("identity", \.configuration.identity, in: 0...1e6, "weight of |G(y) - y| + |F(x) - x|"),
      Parameter("pixel", \.configuration.pixel, in: 0...1e6, "weight of |G(x) - x|, in both directions"),
      Parameter(
        "feature", \.configuration.feature, in: 0...1e6,
        "weight of the distance of deep features of G(x) and x, in both directions"),
      Parameter(
        "feature-layer", \.featureLayer, among: (2...9).map { "fire\($0)" }, "whose maps are compared"),
      Parameter(
        "feature-side", \.featureSide, in: 32...1024,
        "pixels a side to which images are enlarged for deep features"),
    ]
  static let rules: [Kind.Rule] =
    ["feature-layer", "feature-side"].map { field in
      .where("`feature` above 0", isRead: field, of: CycleGAN.self) { ($0["feature"]?.double ?? 1) > 0 }
    } + [terms, Kind.Rule.makesImages(CycleGAN.self)]

  private static let terms =
    Kind.Rule("adversarial") { values in
      let weights = ["forward-cycle", "backward-cycle", "identity", "pixel", "feature"]
      guard values["adversarial"]?.bool == false, weights.allSatisfy({ values[$0]?.double == 0 }) else {
        return nil
      }
      return "without `adversarial` some term must have a weight: \(weights.joined(separator: ", "))"
    }

  var needsFeatures: Bool { configuration.feature > 0 }
  var secondsPerUpdate: Double { seconds(3) + (needsFeatures ? 1 : 0) }

  func check(side: Int) throws { try configuration(side: side).check(hasFeatures: needsFeatures) }

  func model(
    _ scenes: ScenePairs, side: Int, weights: String?, seed: UInt64, device: Device
  ) throws -> any ImageTranslator {
    let features = try weights.map {
      try DeepFeatures(arrays: $0, layer: featureLayer, inputSide: featureSide, device: device)
    }
    return try TranslationGAN(
      configuration: configuration(side: side), photos: scenes.photos, labels: scenes.labels,
      features: features, seed: seed,
      device: device)
  }
}
