import Datasets
import Files
import Manifest
import Models
import Pipeline
import Torch

/// The discriminator of a DCGAN for 32x32 images (Radford et al. 2016).
struct GANDiscriminator: ImageNetwork, PrecisionChoice {
  enum Architecture: String, CaseIterable {
    /// Six convolutions of 3x3, every second one halving the maps; z is uniform.
    case imageNet = "imagenet"
    /// Three convolutions of 5x5, each halving the maps; z is Gaussian. That of the released SVHN weights.
    case houseNumbers = "svhn"

    var convolutions: Int { self == .imageNet ? 6 : 3 }
  }

  var architecture = Architecture.imageNet
  var images = "imagenet"
  var widths = [128, 128, 256, 256, 512, 512]
  var latents = 256
  var batch = 128
  var learningRate = 2e-4
  var beta1 = 0.5
  var weightDecay = 1e-5
  var layers = [1, 2, 3, 4, 5, 6]
  var updates = 0
  var threads = 2
  var precision = Precision.float32
  var standardise = false

  static let name = "dcgan"
  static let summary = "discriminator of a DCGAN: all its convolutions, max-pooled to 4x4"
  static let parameters: [Parameter<GANDiscriminator>] = [
    .images(\.images, "the images that the GAN is trained on"),
    Parameter(
      "widths", \.widths, each: 1...4096, count: 3...6, "maps of the discriminator's convolutions"),
    Parameter("latents", \.latents, in: 1...4096, "length of z"),
    Parameter("batch", \.batch, in: 2...65_536, "images per update"),
    Parameter("learning-rate", \.learningRate, in: 1e-9...1, "Adam learning rate"),
    Parameter("beta1", \.beta1, in: 0...0.9999, "Adam's first decay rate"),
    Parameter("weight-decay", \.weightDecay, in: 0...1, "L2 penalty of every parameter"),
    Parameter(
      "layers", \.layers, each: 1...6, count: 1...6, use: .encoding,
      "the convolutions, from 1, whose maps are features"),
    .updates(\.updates), .threads(\.threads), .standardise(\.standardise), .precision(\.precision),
    Parameter(
      "architecture", \.architecture, added: true,
      "imagenet: six convolutions of 3x3; svhn: three of 5x5, and Gaussian z"),
  ]
  static let rules = [
    Kind.Rule("widths") { values in
      let wanted = architecture(values).convolutions
      guard let widths = values["widths"]?.array, widths.count != wanted else { return nil }
      return
        "`widths` needs \(wanted) numbers, one for each convolution of the architecture, and has \(widths.count)"
    },
    Kind.Rule("layers") { values in
      let there = 1...architecture(values).convolutions
      guard let layers = values["layers"]?.array?.compactMap(\.int), layers != Array(1...6),
        let wrong = layers.first(where: { !there.contains($0) })
      else { return nil }
      return "`layers` names convolution \(wrong), and the architecture has \(there.upperBound)"
    },
  ]

  private static func architecture(_ values: [String: JSON]) -> Architecture {
    values["architecture"]?.string.flatMap(Architecture.init) ?? .imageNet
  }

  static let search: Kind.Search? = Kind.Search(
    fields: ["widths", "latents", "batch", "learning-rate", "beta1", "weight-decay", "updates"],
    length: "updates", validation: ValidateStep.parameters)

  /// Whether some convolutions of the network give no features.
  private var dropsFeatures: Bool { kept.count < widths.count }

  /// The convolutions that give features. The default names those of the larger architecture.
  private var kept: [Int] { Set(layers).filter { $0 <= widths.count }.sorted() }

  func plan(_ configured: Configured, in builder: inout PlanBuilder) -> String {
    // A row that drops features shows no training and no generator of its own.
    let isShown = updates != 0 && !dropsFeatures
    let model = builder.addNetwork(self, configured, of: images, isShown: isShown)
    if builder.repetition == 0, isShown {
      let picture = builder.add(
        SamplesStep(kinds: builder.kinds), ["samples": 12, "neighbours": 3],
        inputs: ["model": model, "images": builder.addLearningImages(images)],
        seed: builder.seed("figure"), label: "samples of \(builder.row.id)",
        needs: Needs(memory: 2 << 30, seconds: 10, device: true))
      builder.addPicture(.samples, picture)
      addTour(of: model, in: &builder)
    }
    return builder.addNetworkEncoding(self, configured, model)
  }

  /// Pictures of the generator's input space; arithmetic where the images have labels to find concepts by.
  private func addTour(of model: String, in builder: inout PlanBuilder) {
    let inputs = ["model": model, "images": builder.addLearningImages(images)]
    let seed = builder.seed("figure")
    builder.addPicture(
      .walk,
      builder.add(
        WalkStep(kinds: builder.kinds), ["walks": 8, "steps": 10], inputs: inputs, seed: seed,
        label: "walks of \(builder.row.id)", needs: Needs(memory: 2 << 30, seconds: 5, device: true)))
    guard Catalogue.set(images)?.learningSplit?.port == .labelledImages else { return }
    builder.addPicture(
      .arithmetic,
      builder.add(
        ArithmeticStep(kinds: builder.kinds), ["samples": 1024, "neighbours": 5], inputs: inputs, seed: seed,
        label: "arithmetic of \(builder.row.id)", needs: Needs(memory: 2 << 30, seconds: 20, device: true)))
  }

  /// What the network is told.
  var configuration: DCGANConfiguration {
    var configuration: DCGANConfiguration =
      switch architecture {
      case .imageNet: .imageNet(widths: widths, latents: latents, batch: batch)
      case .houseNumbers: .houseNumbers(widths: widths, latents: latents, batch: batch)
      }
    configuration.learningRate = learningRate
    configuration.beta1 = beta1
    configuration.weightDecay = weightDecay
    return configuration
  }

  func network(
    _ images: any ByteImages, classes: SurrogateClasses?, seed: UInt64, device: String
  ) throws -> any Trainable {
    try DCGAN(configuration: configuration, images: images, seed: seed, device: .checked(device))
  }

  func encoder(imageSide: Int, device: String) throws -> any ImageEncoder {
    try DiscriminatorFeatures(
      configuration: configuration, keeping: kept, seed: 0, device: .checked(device))
  }
}
