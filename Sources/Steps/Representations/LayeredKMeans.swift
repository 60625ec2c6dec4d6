import Files
import Learners
import Manifest
import Pipeline
import Randomness

/// Three layers of k-means whose receptive fields group similar maps (Coates and Ng 2011b).
struct LayeredReceptiveFields: PatchClustering {
  var images = "cifar10"
  var patch = 6
  var centroids = 0
  var patches = 400_000
  var iterations = 50
  var whitening = ZCA.Kind.zca
  var initialisation = CentroidStart.noise
  var groups = 0
  var groupMaps = 0
  var groupCentroids = 0
  var grouping = Grouping.energy
  var layers = 3
  var standardise = true

  enum Grouping: String, CaseIterable { case energy, random }

  static let name = "layered-kmeans"
  static let summary = "three layers of k-means; receptive fields of the upper two group similar maps"
  static let parameters: [Parameter<LayeredReceptiveFields>] =
    clustering(
      iterationsOf: " of every layer", whiteningOf: ", and the windows of upper layers"
    ) + [
      Parameter("groups", \.groups, in: 1...10_000, required: true, "receptive fields of each upper layer"),
      Parameter("group-maps", \.groupMaps, in: 1...10_000, required: true, "maps in a receptive field"),
      Parameter(
        "group-centroids", \.groupCentroids, in: 1...10_000, required: true, "centroids of a receptive field"),
      Parameter(
        "grouping", \.grouping, "maps of a receptive field: those of most similar energy, or any"),
      Parameter("layers", \.layers, in: 1...3, "layers in all"),
      .standardise(\.standardise),
    ]
  static let rules: [Kind.Rule] = [
    .atMost("group-maps", "centroids"),
    Kind.Rule("group-maps") { values in
      guard values["layers"]?.int ?? 3 > 2, let maps = values["group-maps"]?.int,
        let groups = values["groups"]?.int, let centroids = values["group-centroids"]?.int,
        maps > groups * centroids
      else { return nil }
      return
        "`group-maps` is \(maps), and the second layer has \(groups * centroids) maps (`groups` times `group-centroids`) for "
        + "the third to choose from"
    },
    .where("`layers` above 1", isRead: "grouping", of: LayeredReceptiveFields.self) {
      ($0["layers"]?.int ?? 3) > 1
    },
  ]

  func plan(_ configured: Configured, in builder: inout PlanBuilder) -> String {
    let dictionary = builder.addDictionary(self, configured, of: images)
    return builder.addEncoding(
      configured.only(.encoding, of: Self.self), by: Self.self, inputs: ["dictionary": dictionary],
      label: builder.label, seconds: 300)
  }

  /// What the learner is told.
  var configuration: LayeredKMeans.Configuration {
    var configuration = LayeredKMeans.Configuration()
    configuration.patchSize = patch
    configuration.patches = patches
    configuration.whitening = whitening
    configuration.kMeans = KMeans.Configuration(
      centroids: centroids, iterations: iterations, initialisation: initialisation.learner)
    var layer = LayeredKMeans.Configuration.Layer()
    layer.selection = grouping == .random ? .random : .energyCorrelation
    layer.groups = groups
    layer.mapsPerGroup = groupMaps
    layer.centroidsPerGroup = groupCentroids
    configuration.layers = [LayeredKMeans.Configuration.Layer](repeating: layer, count: layers - 1)
    return configuration
  }

  func learn(_ context: StepContext, _ images: PixelSource, stream: inout RandomStream) throws {
    let model = try LayeredKMeans.fit(
      images, configuration, stream: &stream, threads: context.step.needs.cores
    ) { done, what in
      if context.shouldStop { throw Interrupted() }
      context.progress(done, what)
    }
    try model.save(to: "\(context.output)/\(DictionaryStep.layeredFile)")
  }

  func encoder(dictionary folder: String, of images: PixelSource, threads: Int) throws -> FeatureEncoder {
    let model = try LayeredKMeans(dictionary: "\(folder)/\(DictionaryStep.layeredFile)")
    let learned = model.patches.grid
    // Upper layers read maps, whose size follows from that of the images.
    guard
      [images.channels, images.height, images.width] == [learned.channels, learned.height, learned.width]
    else {
      throw StepsError(
        .failed,
        "the layers were learned from images of \(learned.height) x \(learned.width) pixels and \(learned.channels) "
          + "channels, and the table's have \(images.height) x \(images.width) and \(images.channels): learn from "
          + "`images` of that size")
    }
    return FeatureEncoder(columns: model.featureCount, units: model.maps.max() ?? 0) {
      model.encode(PixelSource($0), $1, into: $2, threads: threads)
    }
  }
}
