import Datasets
import Manifest
import Models
import Pipeline
import Torch

/// Exemplar CNN: surrogate classes made of transformed patches (Dosovitskiy et al. 2015).
struct Exemplar: ImageNetwork, PrecisionChoice {
  var images = "stl10"
  var channels = [92, 256, 512]
  var hidden = 1024
  var seeds = 16_000
  var copies = 150
  var clusters = 0
  var colour = true
  var batch = 128
  var learningRate = 0.01
  var enlargement = 2
  var updates = 0
  var threads = 2
  var precision = Precision.float32
  var standardise = false

  static let name = "exemplar-cnn"
  static let summary = "convolutional network trained to tell transformed patches apart"
  static let parameters: [Parameter<Exemplar>] = [
    .images(\.images, "the images that patches are cut from"),
    Parameter("channels", \.channels, each: 1...4096, count: 2...3, "maps of the convolutions"),
    Parameter("hidden", \.hidden, in: 1...65_536, "units of the fully connected layer"),
    Parameter("seeds", \.seeds, in: 2...1_000_000, "seed patches, each a surrogate class"),
    Parameter("copies", \.copies, in: 1...100_000, "transformed copies of each seed patch"),
    Parameter(
      "clusters", \.clusters, in: 0...1_000_000, use: .planning,
      "groups that surrogate classes which collide are merged into before the network is trained anew; 0 trains once"
    ),
    Parameter("colour", \.colour, "colour and contrast among the transformations"),
    Parameter("batch", \.batch, in: 1...65_536, "patches per update"),
    Parameter("learning-rate", \.learningRate, in: 1e-9...10, "SGD learning rate"),
    Parameter(
      "enlargement", \.enlargement, in: 1...8, use: .encoding,
      "how many times larger downstream images are made before they are encoded"),
    .updates(\.updates), .threads(\.threads), .standardise(\.standardise), .precision(\.precision),
  ]
  static let search: Kind.Search? = Kind.Search(
    fields: ["channels", "hidden", "seeds", "copies", "colour", "batch", "learning-rate", "updates"],
    length: "updates", without: ["clusters"], validation: ValidateStep.parameters)
  static let rules = [Kind.Rule.atMost("clusters", "seeds")]

  func plan(_ configured: Configured, in builder: inout PlanBuilder) -> String {
    let isShown = updates != 0
    guard clusters > 0 else {
      return builder.addNetworkEncoding(
        self, configured, builder.addNetwork(self, configured, of: images, isShown: isShown))
    }
    let first = builder.addNetwork(self, configured, of: images, isShown: false)
    let classes = builder.add(
      ClustersStep(kinds: builder.kinds), ["clusters": .int(clusters)],
      inputs: ["model": first, "images": builder.addLearningImages(images)],
      seed: builder.seed("train"), label: "clusters of \(builder.label)",
      // The network with its patches, and the distances between all of them.
      needs: Needs(memory: (3 << 30) + 4 * seeds * seeds, seconds: 30, device: true))
    let second = builder.addNetwork(self, configured, of: images, classes: classes, isShown: isShown)
    return builder.addNetworkEncoding(self, configured, second)
  }

  /// What the network is told.
  var configuration: ExemplarCNNConfiguration {
    ExemplarCNNConfiguration(
      widths: channels, hidden: hidden, seeds: seeds, copies: copies,
      ranges: colour ? TransformationRanges() : TransformationRanges().withoutColour, batch: batch,
      learningRate: learningRate, updates: updates)
  }

  func network(
    _ images: any ByteImages, classes: SurrogateClasses?, seed: UInt64, device: String
  ) throws -> any Trainable {
    try ExemplarCNN(
      configuration: configuration, images: images, classes: classes, seed: seed, device: .checked(device))
  }

  func encoder(imageSide: Int, device: String) throws -> any ImageEncoder {
    try ExemplarFeatures(
      configuration: configuration, imageSide: imageSide, enlargement: enlargement, seed: 0,
      device: .checked(device))
  }
}
