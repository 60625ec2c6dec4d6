import Files
import HDF5
import Learners
import Manifest
import Pipeline
import Randomness

/// Triangle k-means on whitened patches (Coates, Lee and Ng 2011; Coates and Ng 2011), and its variants.
struct SingleLayerKMeans: PatchClustering {
  var images = "cifar10"
  var patch = 6
  var centroids = 0
  var patches = 400_000
  var iterations = 50
  var whitening = ZCA.Kind.zca
  var initialisation = CentroidStart.noise
  var assignment = PatchEncoder.Activation.triangle
  var views = 1
  var standardise = true
  var mirrored = false

  static let name = "kmeans"
  static let summary = "one layer of k-means on whitened patches, pooled over quadrants"
  static let parameters: [Parameter<SingleLayerKMeans>] =
    clustering() + [
      Parameter(
        "assignment", \.assignment, use: .encoding,
        "activation of a centroid: mean distance less distance, or one for the nearest"),
      Parameter(
        "views", \.views, in: 1...25,
        "neighbouring patches of which a centroid has to match only one; a square number"),
      .standardise(\.standardise),
      Parameter(
        "mirrored", \.mirrored, use: .encoding, added: true,
        "the classifier learns from the mirror images of the labelled images too; they are held out together"),
    ]
  static let rules = [
    Kind.Rule("views") { values in
      guard let views = values["views"]?.int, side(ofViews: views) == nil else { return nil }
      return "`views` must be a square number such as 1, 4 or 9, but is \(views)"
    }
  ]

  var viewCount: Int { views }

  /// Patches beside each other in a neighbourhood; nil where the views are no square.
  private static func side(ofViews views: Int) -> Int? {
    let side = Int(Double(views).squareRoot().rounded())
    return side * side == views ? side : nil
  }

  func plan(_ configured: Configured, in builder: inout PlanBuilder) -> String {
    let dictionary = builder.addDictionary(self, configured, of: images)
    if builder.repetition == 0 {
      let picture = builder.add(
        FiltersStep(), [:], inputs: ["dictionary": dictionary], label: "filters of \(builder.row.id)",
        needs: Needs(seconds: 2))
      builder.addPicture(.filters, picture)
    }
    return builder.addEncoding(
      configured.only(.encoding, of: Self.self), by: Self.self, inputs: ["dictionary": dictionary],
      label: builder.label, seconds: 0.2 * Double(centroids))
  }

  /// What the learner is told.
  var configuration: KMeans.Configuration {
    KMeans.Configuration(
      centroids: centroids, iterations: iterations, initialisation: initialisation.learner,
      viewsPerItem: views)
  }

  func learn(_ context: StepContext, _ images: PixelSource, stream: inout RandomStream) throws {
    context.progress(0, "drawing patches")
    let threads = context.step.needs.cores
    let sampler = PatchSampler(size: patch, neighbourhood: Self.side(ofViews: views) ?? 1)
    var samples = try sampler.draw(patches, from: images, stream: &stream, threads: threads)
    let whitening = try ZCA.fit(samples, kind: whitening)
    whitening.apply(to: &samples, threads: threads)
    let clustering = try KMeans.fit(samples, configuration, stream: &stream, threads: threads) {
      iteration, last in
      if context.shouldStop { throw Interrupted() }
      context.progress(
        Double(iteration) / Double(iterations),
        "iteration \(iteration) of \(iterations), \(last.changed) assignments changed")
    }
    let encoder = PatchEncoder(
      grid: PatchGrid(size: patch, images: images), normalisation: sampler.normalisation,
      whitening: whitening, centroids: clustering.centroids)
    try encoder.save(clustering.history, to: "\(context.output)/\(DictionaryStep.file)")
  }

  func encoder(dictionary folder: String, of images: PixelSource, threads: Int) throws -> FeatureEncoder {
    let encoder = try PatchEncoder(
      dictionary: "\(folder)/\(DictionaryStep.file)", activation: assignment
    ).fitted(to: images)
    return FeatureEncoder(columns: encoder.featureCount, units: encoder.centroids.rows) {
      encoder.encode(PixelSource($0), $1, into: $2, threads: threads)
    }
  }
}

/// A dictionary whose first layer is k-means on whitened patches.
protocol PatchClustering: PatchDictionary {
  var images: String { get set }
  /// Pixels.
  var patch: Int { get set }
  var centroids: Int { get set }
  var patches: Int { get set }
  var iterations: Int { get set }
  var whitening: ZCA.Kind { get set }
  var initialisation: CentroidStart { get set }
  /// Patches in one sample.
  var viewCount: Int { get }
}

extension PatchClustering {
  var viewCount: Int { 1 }

  /// The parameters of that layer; further layers add a word to what two of them say.
  static func clustering(iterationsOf layers: String = "", whiteningOf windows: String = "") -> [Parameter<
    Self
  >] {
    [
      .images(\.images),
      Parameter("patch", \.patch, in: 1...256, "side of a patch in pixels"),
      Parameter(
        "centroids", \.centroids, in: 1...1_000_000, required: true, "number of centroids of the first layer"),
      Parameter("patches", \.patches, in: 100...100_000_000, "random patches that are clustered"),
      Parameter("iterations", \.iterations, in: 1...10_000, "Lloyd iterations" + layers),
      Parameter("whitening", \.whitening, "how normalised patches are whitened" + windows),
      Parameter("initialisation", \.initialisation, CentroidStart.summary),
    ]
  }
}

/// Where centroids start.
enum CentroidStart: String, CaseIterable {
  case noise
  case plusPlus = "plus-plus"
  case samples

  static let summary = "where centroids start: noise of sd 0.1, k-means++, or patches"

  var learner: KMeans.Initialisation {
    switch self {
    case .noise: .noise(standardDeviation: 0.1)
    case .plusPlus: .plusPlus
    case .samples: .samples
    }
  }
}

extension PlanBuilder {
  /// What assigns or scales features does not change what is learned.
  mutating func addDictionary<Kind: PatchClustering>(
    _ kind: Kind, _ configured: Configured, of images: String
  ) -> String {
    // Patches of three channels in single precision, as they are drawn and as they are whitened.
    let sample = 2 * kind.patches * kind.patch * kind.patch * 3 * 4 * kind.viewCount
    return add(
      DictionaryStep(kinds: kinds),
      configured.without(.encoding, .planning, of: Kind.self).identified(by: Kind.self),
      inputs: ["images": addLearningImages(images)], seed: seed("train"), label: "dictionary of \(label)",
      needs: Needs(cores: 2, memory: max(2 << 30, (1 << 30) + sample), seconds: 60))
  }
}
