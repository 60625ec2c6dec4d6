import Datasets
import Learners
import LinearAlgebra
import Manifest
import Models
import Pipeline
import Results

/// The images themselves, for classifiers that learn from images.
struct WholeImages: Representation {
  static let name = "images"
  static let summary = "the images themselves, for classifiers that learn from images"
  static let parameters: [Parameter<WholeImages>] = []
  static let takes = Port.labelledImages
  static let gives = Port.labelledImages

  func plan(_ configured: Configured, in builder: inout PlanBuilder) -> String {
    guard let train = builder.data[Split.train] else {
      preconditionFailure("the manifest was validated, yet its data set has no training images")
    }
    return train
  }
}

/// The pixels, in 0...255.
struct Pixels: DirectFeatures {
  var standardise = true

  static let name = "pixels"
  static let summary = "the pixels themselves"
  static let parameters: [Parameter<Pixels>] = [.standardise(\.standardise)]

  func plan(_ configured: Configured, in builder: inout PlanBuilder) -> String {
    builder.addEncoding(configured, by: Self.self, label: configured.kind, seconds: 5)
  }

  func encoder(_ context: StepContext, training: ImageCollection) -> FeatureEncoder {
    FeatureEncoder(columns: training.pixelCount, units: training.channels) { images, range, rows in
      try CollectionPixels(images: images).withRows(range) { _ = rows.update(fromContentsOf: $0) }
    }
  }
}

/// Coordinates along the principal components of the training images' pixels.
struct PixelComponents: DirectFeatures {
  var components = 600
  var whiten = true
  var standardise = false

  static let name = "pca"
  static let summary = "principal components of the pixels, from the training images without their labels"
  static let parameters: [Parameter<PixelComponents>] = [
    Parameter("components", \.components, in: 1...3072, "how many components, of the largest variance first"),
    Parameter("whiten", \.whiten, "divide every component by its standard deviation"),
    .standardise(\.standardise),
  ]

  func plan(_ configured: Configured, in builder: inout PlanBuilder) -> String {
    builder.addEncoding(configured, by: Self.self, label: builder.row.id, seconds: 30)
  }

  func encoder(_ context: StepContext, training: ImageCollection) throws -> FeatureEncoder {
    let pixels = CollectionPixels(images: training)
    guard components <= min(pixels.rows, pixels.columns) else {
      throw StepsError(
        .failed,
        "\(components) principal components were asked for, and \(pixels.rows) training images of \(pixels.columns) "
          + "pixels have at most \(min(pixels.rows, pixels.columns)); lower `components`")
    }
    context.progress(0, "principal components of \(pixels.rows) images")
    let pca = try PCA.fit(pixels, components: components)
    return FeatureEncoder(columns: components, units: components) { images, range, rows in
      let codes = try CollectionPixels(images: images).withRows(range) { values in
        try pca.project(
          Matrix(rows: range.count, columns: images.pixelCount, elements: Array(values)), whiten: whiten)
      }
      _ = rows.update(fromContentsOf: codes.elements)
    }
  }
}

/// The pixels of a collection in 0...255, converted as they are read.
struct CollectionPixels: RowSource {
  let images: ImageCollection
  var rows: Int { images.count }
  var columns: Int { images.pixelCount }

  func withRows<R>(_ range: Range<Int>, _ body: (UnsafeBufferPointer<Float>) throws -> R) throws -> R {
    try withUnsafeTemporaryAllocation(of: Float.self, capacity: range.count * columns) { values in
      for (row, index) in range.enumerated() {
        images.withPixels(of: index) { pixels in
          for position in 0..<pixels.count {
            values.initializeElement(at: row * pixels.count + position, to: Float(pixels[position]))
          }
        }
      }
      return try body(UnsafeBufferPointer(values))
    }
  }
}

/// The same number for every image: the classifier can only give one answer.
struct ConstantFeature: DirectFeatures {
  var standardise: Bool { false }

  static let name = "constant"
  static let summary = "one number that is the same for every image"

  func plan(_ configured: Configured, in builder: inout PlanBuilder) -> String {
    builder.addEncoding(
      Configured(kind: configured.kind, parameters: ["standardise": false]), by: Self.self,
      label: configured.kind, seconds: 1)
  }

  func encoder(_ context: StepContext, training: ImageCollection) -> FeatureEncoder {
    FeatureEncoder(columns: 1, units: 1) { _, _, rows in rows.update(repeating: 1) }
  }
}

/// A discriminator that the DCGAN authors released, as far as its arrays are there.
struct ReleasedDiscriminator: DirectFeatures {
  enum Network: String, CaseIterable {
    case imageNet = "imagenet"
    case houseNumbers = "svhn"

    var set: DCGANWeightsSet.Network { self == .imageNet ? .imageNet : .houseNumbers }
  }

  var network = Network.imageNet
  var standardise = false

  static let name = "released-discriminator"
  static let summary = "the DCGAN authors' own discriminators: ImageNet's, layers 1 to 4, or SVHN's"
  static let parameters: [Parameter<ReleasedDiscriminator>] = [
    .standardise(\.standardise),
    Parameter("network", \.network, added: true, "what the network was trained on"),
  ]

  func plan(_ configured: Configured, in builder: inout PlanBuilder) -> String {
    let weights = builder.addReleasedWeights(DCGANWeightsSet(network.set))
    return builder.addEncoding(
      configured, by: Self.self, inputs: ["weights": weights], label: builder.label, seconds: 600,
      device: true)
  }

  func encoder(_ context: StepContext, training: ImageCollection) throws -> FeatureEncoder {
    let folder = context.input("weights")
    let features =
      switch network {
      case .imageNet: try DiscriminatorFeatures.released(folder: folder, device: .checked(context.device))
      case .houseNumbers:
        try DiscriminatorFeatures.released(
          folder: folder, configuration: .houseNumbers(), layers: 3, device: .checked(context.device))
      }
    return try FeatureEncoder(features, training: training, context)
  }
}

/// Feature maps of the widest layer, a column of Radford et al. 2016, Table 1. Not the length of the feature vector.
struct FeatureUnits: Statistic {
  static let name = "feature-units"
  static let summary = "feature maps of the widest layer"
  static let takes = Port.features

  func score(_ context: StepContext) throws -> ScoreOutput {
    ScoreOutput(values: [Double(try FeatureDescription(folder: context.input("features")).units)])
  }
}
