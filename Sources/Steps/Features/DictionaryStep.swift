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

  static let file = "dictionary.h5"
  /// What is left in its place of several layers.
  static let layeredFile = "layers.h5"

  func run(_ context: StepContext) throws {
    var stream = RandomStream(seed: context.seed)
    try kinds.dictionary(context.step.parameters).learn(
      context, PixelSource(try context.collection("images")), stream: &stream)
  }
}

extension Kinds {
  /// The kind that parameters name; of those of another use than the step's it has the defaults.
  func dictionary(_ parameters: JSON) throws -> any PatchDictionary {
    try representation(
      of: parameters, giving: .features, as: (any PatchDictionary.Type).self, or: "learns no dictionary"
    ).init(parameters, only: .learning)
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
extension PatchEncoder {
  func save(_ history: [KMeans.Iteration], to path: String) throws {
    try HDF5File.write(to: path) { root in
      try root.write(self)
      try root.write(history.map(\.inertia), as: "inertia")
      try root.write(history.map(\.changed), as: "changed")
      try root.write(history.map(\.reseeded), as: "reseeded")
    }
  }

  init(dictionary path: String, activation: Activation = .triangle) throws {
    let file = try HDF5File(reading: path)
    self = try file.root.patchEncoder(activation: activation)
    try file.close()
  }

  /// The same dictionary for images that may have another size than those it was learned from: a patch is a patch.
  ///
  /// - Throws: `StepsError` for images that its patches cannot be cut from.
  func fitted(to images: PixelSource) throws(StepsError) -> PatchEncoder {
    guard images.channels == grid.channels, grid.size <= min(images.height, images.width) else {
      throw StepsError(
        .failed,
        "patches of \(grid.size) x \(grid.size) pixels and \(grid.channels) channels cannot be cut from the table's "
          + "images, which have \(images.height) x \(images.width) and \(images.channels): lower `patch`, or learn "
          + "from other `images`")
    }
    return PatchEncoder(
      grid: PatchGrid(size: grid.size, images: images), normalisation: normalisation, whitening: whitening,
      centroids: centroids, activation: activation)
  }
}
