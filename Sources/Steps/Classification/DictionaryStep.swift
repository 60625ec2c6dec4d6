import Datasets
import Files
import HDF5
import Learners
import LinearAlgebra
import Pipeline
import Randomness

/// Learns a dictionary of patches by k-means (Coates, Lee and Ng 2011), in one layer or several.
struct DictionaryStep: StepKind {
  let name = "dictionary"
  let version = 1

  private struct Parameters: Decodable {
    let patch: Int
    let centroids: Int
    let patches: Int
    let iterations: Int
    let whitening: ZCA.Kind
    let initialisation: String
    let views: Int?
  }

  func run(_ context: StepContext) throws {
    let parameters = try context.step.parameters.parameters(as: Parameters.self)
    let images = PixelSource(try context.collection("images"))
    var stream = RandomStream(seed: context.seed)
    if context.step.parameters["kind"]?.string == "layered-kmeans" {
      let layers = try LayeredDictionary.learn(context, images, stream: &stream)
      return try layers.save(to: "\(context.output)/\(LearnedDictionary.layeredFile)")
    }
    context.progress(0, "drawing patches")
    let views = parameters.views ?? 1
    guard let side = KMeansPlanner.side(ofViews: views) else {
      preconditionFailure("the manifest was validated, yet its views are no square")
    }
    let sampler = PatchSampler(size: parameters.patch, neighbourhood: side)
    var patches = try sampler.draw(
      parameters.patches, from: images, stream: &stream, threads: context.step.needs.cores)
    let whitening = try ZCA.fit(patches, kind: parameters.whitening)
    whitening.apply(to: &patches, threads: context.step.needs.cores)
    let clustering = try KMeans.fit(
      patches,
      KMeans.Configuration(
        centroids: parameters.centroids, iterations: parameters.iterations,
        initialisation: Self.initialisation(parameters.initialisation), viewsPerItem: views),
      stream: &stream, threads: context.step.needs.cores
    ) { iteration, last in
      if context.shouldStop { throw Interrupted() }
      context.progress(
        Double(iteration) / Double(parameters.iterations),
        "iteration \(iteration) of \(parameters.iterations), \(last.changed) assignments changed")
    }
    let dictionary = LearnedDictionary(
      encoder: PatchEncoder(
        grid: PatchGrid(size: parameters.patch, images: images), normalisation: sampler.normalisation,
        whitening: whitening, centroids: clustering.centroids), history: clustering.history)
    try dictionary.save(to: "\(context.output)/\(LearnedDictionary.file)")
  }

  private static func initialisation(_ name: String) -> KMeans.Initialisation {
    switch name {
    case "plus-plus": .plusPlus
    case "samples": .samples
    default: .noise(standardDeviation: 0.1)
    }
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

extension FeatureEncoder {
  /// The encoder of a `dictionary` artifact, whose parameters say how patches are assigned.
  static func dictionary(_ folder: String, _ parameters: JSON, threads: Int) throws -> FeatureEncoder {
    let layered = "\(folder)/\(LearnedDictionary.layeredFile)"
    if try POSIXFileSystem().statusIfPresent(of: layered) != nil {
      return try LayeredDictionary.encoder(file: layered, threads: threads)
    }
    let activation = PatchEncoder.Activation(rawValue: parameters["assignment"]?.string ?? "") ?? .triangle
    let encoder = try LearnedDictionary(
      file: "\(folder)/\(LearnedDictionary.file)", activation: activation
    ).encoder
    return FeatureEncoder(columns: encoder.featureCount, units: encoder.centroids.rows) {
      encoder.encode(PixelSource($0), $1, into: $2, threads: threads)
    }
  }
}
