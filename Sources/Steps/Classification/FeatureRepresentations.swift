import Files
import Manifest
import Pipeline

private let imagesField = Field(
  "images", .choice(imageSets), default: "cifar10",
  "the images that the representation is learned from, without their labels")

private let dictionaryFields = [
  imagesField,
  Field("patch", .integer(1...256), default: 6, "side of a patch in pixels"),
  Field("centroids", .integer(1...1_000_000), "number of centroids of the first layer"),
  Field("patches", .integer(100...100_000_000), default: 400_000, "random patches that are clustered"),
  Field("iterations", .integer(1...10_000), default: 50, "Lloyd iterations"),
  Field("whitening", .choice(["zca", "none"]), default: "zca", "how normalised patches are whitened"),
  Field(
    "initialisation", .choice(["noise", "plus-plus", "samples"]), default: "noise",
    "where centroids start: noise of sd 0.1, k-means++, or patches"),
]

/// Triangle k-means on whitened patches (Coates, Lee and Ng 2011; Coates and Ng 2011), and its variants.
struct KMeansPlanner: FeaturePlanner {
  let kind = Kind(
    "kmeans", "one layer of k-means on whitened patches, pooled over quadrants",
    fields: dictionaryFields + [
      Field(
        "assignment", .choice(["triangle", "hard"]), default: "triangle",
        "activation of a centroid: mean distance less distance, or one for the nearest"),
      Field(
        "views", .integer(1...25), default: 1,
        "neighbouring patches of which a centroid has to match only one; a square number"),
      Field("standardise", .boolean, default: true, "scale features before the classifier"),
    ],
    rules: [
      Kind.Rule("views") { values in
        guard let views = values["views"]?.int, KMeansPlanner.side(ofViews: views) == nil else { return nil }
        return "`views` must be a square number such as 1, 4 or 9, but is \(views)"
      }
    ])

  /// Patches beside each other in a neighbourhood; nil where the views are no square.
  static func side(ofViews views: Int) -> Int? {
    let side = Int(Double(views).squareRoot().rounded())
    return side * side == views ? side : nil
  }

  func plan(_ representation: Configured, in builder: inout PlanBuilder) -> String {
    // How patches are encoded does not change what is learned from them.
    let learning = representation.without("assignment", "standardise", "images")
    let dictionary = builder.addDictionary(representation, learning)
    if builder.repetition == 0 {
      let picture = builder.add(
        FiltersStep(), [:], inputs: ["dictionary": dictionary], label: "filters of \(builder.row.id)",
        needs: Needs(seconds: 2))
      builder.addTarget(.figure, "filters-\(builder.row.id).png", picture)
    }
    return builder.addEncoding(
      representation.only("assignment", "standardise").json, inputs: ["dictionary": dictionary],
      label: builder.label, seconds: 0.2 * Double(representation.parameters["centroids"]?.int ?? 1600))
  }
}

/// Three layers of k-means whose receptive fields group similar maps (Coates and Ng 2011b).
struct LayeredKMeansPlanner: FeaturePlanner {
  let kind = Kind(
    "layered-kmeans", "three layers of k-means; receptive fields of the upper two group similar maps",
    fields: dictionaryFields + [
      Field("groups", .integer(1...10_000), "receptive fields of each upper layer"),
      Field("group-maps", .integer(1...10_000), "maps in a receptive field"),
      Field("group-centroids", .integer(1...10_000), "centroids of a receptive field"),
      Field(
        "grouping", .choice(["energy", "random"]), default: "energy",
        "maps of a receptive field: those of most similar energy, or any"),
      Field("layers", .integer(1...3), default: 3, "layers in all"),
      Field("standardise", .boolean, default: true, "scale features before the classifier"),
    ], rules: [.atMost("group-maps", "centroids")])

  func plan(_ representation: Configured, in builder: inout PlanBuilder) -> String {
    let dictionary = builder.addDictionary(representation, representation.without("standardise", "images"))
    return builder.addEncoding(
      representation.only("standardise").json, inputs: ["dictionary": dictionary], label: builder.label,
      seconds: 300, device: true)
  }
}

private let networkFields = [
  Field("updates", .integer(0...100_000_000), "optimiser updates; 0 leaves the network as initialised"),
  Field(
    "threads", .integer(1...1024), default: 2,
    "threads of the training; part of the identity, because sums depend on it"),
  Field("standardise", .boolean, default: false, "scale features before the classifier"),
]

/// The discriminator of a DCGAN for 32x32 images (Radford et al. 2016).
struct DCGANPlanner: FeaturePlanner {
  let kind = Kind(
    "dcgan", "discriminator of a DCGAN: all its convolutions, max-pooled to 4x4",
    fields: [
      Field(
        "images", .choice(imageSets), default: "imagenet",
        "the images that the GAN is trained on"),
      Field(
        "widths", .list(.integer(1...4096), count: 6...6), default: [128, 128, 256, 256, 512, 512],
        "maps of the discriminator's six convolutions"),
      Field("latents", .integer(1...4096), default: 256, "length of z"),
      Field("batch", .integer(2...65_536), default: 128, "images per update"),
      Field("learning-rate", .number(1e-9...1), default: 2e-4, "Adam learning rate"),
      Field("beta1", .number(0...1), default: 0.5, "Adam's first decay rate"),
      Field("weight-decay", .number(0...1), default: 1e-5, "L2 penalty of every parameter"),
      Field(
        "layers", .list(.integer(1...6), count: 1...6), default: [1, 2, 3, 4, 5, 6],
        "the convolutions, from 1, whose maps are features"),
    ] + networkFields,
    search: Kind.Search(
      fields: ["widths", "latents", "batch", "learning-rate", "beta1", "weight-decay", "updates"],
      length: "updates", validation: ValidateStep.fields))

  func plan(_ representation: Configured, in builder: inout PlanBuilder) -> String {
    let model = builder.addNetwork(representation)
    // A row that drops features shows no generator of its own.
    if builder.repetition == 0, representation.parameters["updates"]?.int != 0, !representation.dropsFeatures
    {
      let picture = builder.add(
        SamplesStep(), ["samples": 12, "neighbours": 3],
        inputs: ["model": model, "images": builder.addLearningImages(representation)],
        seed: builder.seed("figure"), label: "samples of \(builder.row.id)",
        needs: Needs(memory: 2 << 30, seconds: 10, device: true))
      builder.addTarget(.figure, "samples-\(builder.row.id).png", picture)
    }
    return builder.addNetworkEncoding(representation, model)
  }
}

/// Exemplar CNN: surrogate classes made of transformed patches (Dosovitskiy et al. 2015).
struct ExemplarPlanner: FeaturePlanner {
  let kind = Kind(
    "exemplar-cnn", "convolutional network trained to tell transformed patches apart",
    fields: [
      Field(
        "images", .choice(imageSets), default: "stl10",
        "the images that patches are cut from"),
      Field(
        "channels", .list(.integer(1...4096), count: 2...3), default: [92, 256, 512],
        "maps of the convolutions"),
      Field("hidden", .integer(1...65_536), default: 1024, "units of the fully connected layer"),
      Field("seeds", .integer(2...1_000_000), default: 16_000, "seed patches, each a surrogate class"),
      Field("copies", .integer(1...100_000), default: 150, "transformed copies of each seed patch"),
      Field(
        "clusters", .integer(0...1_000_000), default: 0,
        "groups that surrogate classes which collide are merged into before the network is trained anew; 0 trains once"
      ),
      Field("colour", .boolean, default: true, "colour and contrast among the transformations"),
      Field("batch", .integer(1...65_536), default: 128, "patches per update"),
      Field("learning-rate", .number(1e-9...10), default: 0.01, "SGD learning rate"),
      Field(
        "enlargement", .integer(1...8), default: 2,
        "how many times larger downstream images are made before they are encoded"),
    ] + networkFields,
    search: Kind.Search(
      fields: [
        "channels", "hidden", "seeds", "copies", "colour", "batch", "learning-rate", "updates",
      ], length: "updates", without: ["clusters"], validation: ValidateStep.fields),
    rules: [.atMost("clusters", "seeds")])

  func plan(_ representation: Configured, in builder: inout PlanBuilder) -> String {
    let model = builder.addNetwork(representation)
    guard let clusters = representation.parameters["clusters"]?.int, clusters > 0 else {
      return builder.addNetworkEncoding(representation, model)
    }
    let classes = builder.add(
      ClustersStep(), ["clusters": .int(clusters)],
      inputs: ["model": model, "images": builder.addLearningImages(representation)],
      seed: builder.seed("train"), label: "clusters of \(builder.label)",
      needs: Needs(memory: 4 << 30, seconds: 30, device: true))
    return builder.addNetworkEncoding(
      representation, builder.addNetwork(representation, classes: classes))
  }
}

/// The discriminator that the DCGAN authors released, as far as its arrays are there.
struct ReleasedDiscriminatorPlanner: FeaturePlanner {
  let kind = Kind(
    "released-discriminator", "the DCGAN authors' own ImageNet discriminator, layers 1 to 4",
    fields: [Field("standardise", .boolean, default: false, "scale features before the classifier")])

  func plan(_ representation: Configured, in builder: inout PlanBuilder) -> String {
    let weights = builder.addReleasedWeights()
    return builder.addEncoding(
      representation.json, inputs: ["weights": weights], label: builder.label, seconds: 600)
  }
}

/// The 3072 pixels.
struct PixelsPlanner: FeaturePlanner {
  let kind = Kind(
    "pixels", "the pixels themselves",
    fields: [Field("standardise", .boolean, default: true, "scale features before the classifier")])

  func plan(_ representation: Configured, in builder: inout PlanBuilder) -> String {
    builder.addEncoding(representation.json, inputs: [:], label: representation.kind, seconds: 5)
  }
}

/// The same number for every image: the classifier can only give one answer.
struct ConstantFeaturesPlanner: FeaturePlanner {
  let kind = Kind("constant", "one number that is the same for every image")

  func plan(_ representation: Configured, in builder: inout PlanBuilder) -> String {
    builder.addEncoding(
      ["kind": .string(representation.kind), "standardise": false], inputs: [:], label: representation.kind,
      seconds: 1)
  }
}

extension PlanBuilder {
  fileprivate mutating func addDictionary(_ representation: Configured, _ learning: Configured) -> String {
    add(
      DictionaryStep(), learning.json, inputs: ["images": addLearningImages(representation)],
      seed: seed("train"), label: "dictionary of \(label)",
      needs: Needs(cores: 2, memory: 2 << 30, seconds: 60)
    )
  }

  /// Trains a network, and keeps its learning curve for the report.
  fileprivate mutating func addNetwork(_ representation: Configured, classes: String? = nil) -> String {
    let parameters = representation.without("images", "standardise", "enlargement", "clusters", "layers")
    var inputs = ["images": addLearningImages(representation)]
    inputs["classes"] = classes
    let needs = Needs(
      cores: parameters.parameters["threads"]?.int ?? 2, memory: 3 << 30, seconds: 600, device: true)
    let model: String
    if let search = row.search {
      let encoding = representation.encoding.parameters
      model = addSearch(
        search,
        SearchedTraining(configuration: parameters, inputs: inputs, needs: needs) { builder, label, model in
          builder.addValidation(of: model, encoding.merging(search.validation) { $1 }, label: label)
        })
    } else {
      model = add(
        TrainStep(), parameters.json, inputs: inputs, seed: seed("train"),
        label: "train \(label)\(classes == nil ? "" : ", on clusters")", needs: needs)
    }
    let isFinal = classes != nil || (representation.parameters["clusters"]?.int ?? 0) == 0
    if isFinal, representation.parameters["updates"]?.int != 0, !representation.dropsFeatures {
      let curve = add(
        NetworkCurveStep(), [:], inputs: ["model": model], label: "learning curve of \(label)",
        needs: Needs(seconds: 0.1))
      addTarget(.model, "curve", curve)
    }
    return model
  }

  fileprivate mutating func addValidation(
    of model: String, _ parameters: [String: JSON], label: String
  ) -> String {
    guard let train = data["train"] else {
      preconditionFailure("the manifest was validated, yet its data set has no training split")
    }
    return add(
      ValidateStep(), .object(parameters), inputs: ["model": model, "train": train],
      seed: seed("validation"), label: label, needs: Needs(cores: 2, memory: 3 << 30, seconds: 60))
  }

  fileprivate mutating func addNetworkEncoding(_ representation: Configured, _ model: String) -> String {
    addEncoding(
      representation.encoding.json, inputs: ["model": model], label: label,
      seconds: 300, device: true)
  }
}

extension Configured {
  /// What decides how a trained network's features are made of images.
  fileprivate var encoding: Configured { only("standardise", "enlargement", "layers") }

  /// Whether some convolutions of the network give no features.
  fileprivate var dropsFeatures: Bool {
    guard let layers = parameters["layers"]?.array else { return false }
    return Set(layers.compactMap(\.int)).count < parameters["widths"]?.array?.count ?? 0
  }

  /// The same kind without some parameters.
  fileprivate func without(_ names: String...) -> Configured {
    Configured(kind: kind, parameters: parameters.filter { !names.contains($0.key) })
  }

  /// The same kind with some parameters only.
  fileprivate func only(_ names: String...) -> Configured {
    Configured(kind: kind, parameters: parameters.filter { names.contains($0.key) })
  }
}
