import Datasets
import Files
import HDF5
import Learners
import LinearAlgebra
import Manifest
import Pipeline
import Randomness

/// Learns a dictionary of patches by k-means (Coates, Lee and Ng 2011), in one layer or several.
struct DictionaryStep: StepKind {
  let name = "dictionary"
  let version = 1
  let kinds: Kinds

  func run(_ context: StepContext) throws {
    var stream = RandomStream(seed: context.seed)
    try kinds.dictionary(context.step.parameters).learn(
      context, PixelSource(try context.collection("images")), stream: &stream)
  }
}

extension Kinds {
  /// The kind that parameters name; of those of another use than the step's it has the defaults.
  func dictionary(
    _ parameters: JSON, only use: ParameterUse = .learning
  ) throws -> any PatchDictionary {
    let name = parameters["kind"]?.string
    guard let kind = try representation(name, giving: .features) as? any PatchDictionary.Type else {
      throw StepsError(.failed, "'\(name ?? "")' learns no dictionary")
    }
    return try kind.init(parameters, only: use)
  }
}

extension PixelSource {
  init(_ images: ImageCollection) {
    self.init(
      count: images.count, channels: images.channels, height: images.height, width: images.width
    ) { index, body in images.withPixels(of: index, body) }
  }
}

/// What a `dictionary` step leaves for one layer, as `dictionary.h5`:
///
///     /centroids   [K, d] float32, in the whitened space
///     /whitening   [d, d] float32 and /mean [d] float32
///     /inertia, /changed, /reseeded   one value for each Lloyd iteration
///     attributes   patch, channels, height, width, offset, whitening-kind
struct LearnedDictionary {
  static let file = "dictionary.h5"
  static let layeredFile = "layers.h5"

  let encoder: PatchEncoder
  let history: [KMeans.Iteration]

  init(encoder: PatchEncoder, history: [KMeans.Iteration]) {
    self.encoder = encoder
    self.history = history
  }

  func save(to path: String) throws {
    try HDF5File.write(to: path) { root in
      try root.write(encoder)
      try root.write(history.map(\.inertia), as: "inertia")
      try root.write(history.map(\.changed), as: "changed")
      try root.write(history.map(\.reseeded), as: "reseeded")
    }
  }

  init(file path: String, activation: PatchEncoder.Activation = .triangle) throws {
    let file = try HDF5File(reading: path)
    let inertia = try file.root.dataset("inertia").read(Double.self)
    let changed = try file.root.dataset("changed").read(Int.self)
    let reseeded = try file.root.dataset("reseeded").read(Int.self)
    self.init(
      encoder: try file.root.patchEncoder(activation: activation),
      history: inertia.indices.map {
        KMeans.Iteration(inertia: inertia[$0], changed: changed[$0], reseeded: reseeded[$0])
      })
    try file.close()
  }
}
