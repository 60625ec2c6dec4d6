import Datasets
import Manifest
import Models
import Pipeline
import Results

/// The pixels, in 0...255.
struct Pixels: DirectFeatures {
  var standardise = true

  static let name = "pixels"
  static let summary = "the pixels themselves"
  static let parameters: [Parameter<Pixels>] = [.standardise(\.standardise)]

  func plan(_ configured: Configured, in builder: inout PlanBuilder) -> String {
    builder.addEncoding(configured.json, inputs: [:], label: configured.kind, seconds: 5)
  }

  func encoder(_ context: StepContext, training: ImageCollection) -> FeatureEncoder {
    FeatureEncoder(columns: training.pixelCount, units: training.channels) { images, range, rows in
      for (row, index) in range.enumerated() {
        images.withPixels(of: index) { pixels in
          for position in 0..<pixels.count { rows[row * pixels.count + position] = Float(pixels[position]) }
        }
      }
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
      ["kind": .string(configured.kind), "standardise": false], inputs: [:], label: configured.kind,
      seconds: 1)
  }

  func encoder(_ context: StepContext, training: ImageCollection) -> FeatureEncoder {
    FeatureEncoder(columns: 1, units: 1) { _, _, rows in rows.update(repeating: 1) }
  }
}

/// The discriminator that the DCGAN authors released, as far as its arrays are there.
struct ReleasedDiscriminator: DirectFeatures {
  var standardise = false

  static let name = "released-discriminator"
  static let summary = "the DCGAN authors' own ImageNet discriminator, layers 1 to 4"
  static let parameters: [Parameter<ReleasedDiscriminator>] = [.standardise(\.standardise)]

  func plan(_ configured: Configured, in builder: inout PlanBuilder) -> String {
    let weights = builder.addReleasedWeights()
    return builder.addEncoding(
      configured.json, inputs: ["weights": weights], label: builder.label, seconds: 600)
  }

  func encoder(_ context: StepContext, training: ImageCollection) throws -> FeatureEncoder {
    try FeatureEncoder(
      DiscriminatorFeatures.released(folder: context.input("weights")), training: training, context)
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
