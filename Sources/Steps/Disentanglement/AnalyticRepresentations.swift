import Files
import Manifest
import Pipeline

/// The factors themselves, each scaled to [0, 1]: the ceiling of every metric.
struct GroundTruthPlanner: CodePlanner {
  let kind = Kind("ground-truth", "the factors of variation themselves, each scaled to [0, 1]")

  func plan(_ representation: Configured, in builder: inout PlanBuilder) -> PlannedCodes {
    PlannedCodes(features: builder.addFeatures(representation, label: "codes ground truth"))
  }
}

/// The 4096 binary pixels.
struct RawPixelsPlanner: CodePlanner {
  let kind = Kind("raw-pixels", "the binary pixels themselves")

  func plan(_ representation: Configured, in builder: inout PlanBuilder) -> PlannedCodes {
    PlannedCodes(features: builder.addFeatures(representation, label: "codes raw pixels"))
  }
}

/// The same number for every image: the floor of every metric.
struct ConstantPlanner: CodePlanner {
  let kind = Kind("constant", "one number that is the same for every image")

  func plan(_ representation: Configured, in builder: inout PlanBuilder) -> PlannedCodes {
    PlannedCodes(features: builder.addFeatures(representation, label: "codes constant"))
  }
}

/// Numbers that have nothing to do with the images: what a metric returns by chance.
struct NoisePlanner: CodePlanner {
  let kind = Kind(
    "noise", "independent standard normal numbers for every image",
    fields: [Field("latents", .integer(1...4096), default: 10, "numbers per image")])

  func plan(_ representation: Configured, in builder: inout PlanBuilder) -> PlannedCodes {
    PlannedCodes(
      features: builder.addFeatures(
        representation, seed: builder.seed("train"), label: "codes noise, repeat \(builder.repetition + 1)"))
  }
}

private let decompositionFields = [
  Field("components", .integer(1...4096), default: 10, "how many components are kept"),
  Field(
    "fit-images", .integer(2...737_280), default: 50_000, "random images that the components are fitted to"),
]

/// Principal components of the pixels.
struct PCAPlanner: CodePlanner {
  let kind = Kind(
    "pca", "principal components of the pixels",
    fields: decompositionFields + [
      Field("whiten", .boolean, default: true, "divide every component by its standard deviation")
    ])

  func plan(_ representation: Configured, in builder: inout PlanBuilder) -> PlannedCodes {
    let fit = builder.addPCA(representation, shapes: [0, 1, 2])
    return PlannedCodes(
      features: builder.addFeatures(representation, inputs: ["pca": fit], label: "codes PCA"))
  }
}

/// Independent components of whitened pixels, fitted to each pair of the three shapes (Higgins et al. 2017).
struct ICAPlanner: CodePlanner {
  let kind = Kind(
    "ica", "FastICA on whitened pixels, one fit for each pair of the three shapes",
    fields: decompositionFields + [
      Field(
        "tolerance", .number(1e-12...1), default: 1e-4,
        "change of the unmixing matrix that counts as converged"),
      Field("max-iterations", .integer(1...100_000), default: 400, "FastICA iterations at most"),
    ])

  static let shapePairs = [[0, 1], [0, 2], [1, 2]]

  func plan(_ representation: Configured, in builder: inout PlanBuilder) -> PlannedCodes {
    var inputs: [String: String] = [:]
    for (index, pair) in ICAPlanner.shapePairs.enumerated() {
      inputs["pca-\(index)"] = builder.addPCA(representation, shapes: pair)
    }
    return PlannedCodes(
      features: builder.addFeatures(
        representation, inputs: inputs, seed: builder.seed("train"),
        label: "codes ICA, repeat \(builder.repetition + 1)"))
  }
}

extension PlanBuilder {
  /// Codes of the pool. `representation` without its training parameters where a model is among the inputs.
  mutating func addFeatures(
    _ representation: Configured, inputs: [String: String] = [:], seed: UInt64? = nil, label: String,
    needs: Needs = Needs(memory: 1 << 30, seconds: 10)
  ) -> String {
    let parameters: JSON =
      inputs["model"] == nil ? representation.json : ["kind": .string(representation.kind)]
    return add(
      FeaturesStep(), ["representation": parameters, "pool": pool],
      inputs: data.merging(inputs) { $1 }, seed: seed, label: label, needs: needs)
  }

  mutating func addPCA(_ representation: Configured, shapes: [Int]) -> String {
    add(
      PCAStep(),
      [
        "components": representation.parameters["components"] ?? 10,
        "fit-images": representation.parameters["fit-images"] ?? 50_000,
        "shapes": .array(shapes.map { .int($0) }),
      ], inputs: data, seed: Seed.derive(root: experiment.seed, path: "pca"),
      label: "PCA of shapes \(shapes.map(String.init).joined(separator: ", "))",
      needs: Needs(memory: 2 << 30, seconds: 40))
  }
}
