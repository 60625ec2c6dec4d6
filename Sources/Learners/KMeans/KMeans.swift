import LinearAlgebra
import Randomness

/// Centroids that minimise the sum of squared distances from every sample to its nearest centroid: Lloyd's algorithm
/// in batches.
///
/// Distances, the nearest centroid and the change of the sums are found block by block; the samples x centroids matrix
/// of distances is never written. Results depend neither on the number of threads nor on the size of the blocks.
///
/// With `viewsPerItem` above 1 an item is that many consecutive samples, its views, and the objective is
/// `sum over items of min_k min_v |v - c_k|^2`; only the view that came nearest moves its centroid. A reading of "Direct
/// modeling of complex invariances for visual object features" (Hui 2013), not a verified reproduction.
public struct KMeans: Sendable, Codable, Equatable {
  public enum Initialisation: Sendable, Codable, Equatable {
    /// Independent normal numbers about zero, as in the program that Coates, Lee and Ng published: 0.1 for whitened
    /// patches.
    case noise(standardDeviation: Double)
    /// Greedy k-means++ (Arthur and Vassilvitskii 2007): samples drawn with probability proportional to their squared
    /// distance from the centroids there are, the best of 2 + ln K candidates each time.
    case plusPlus
    /// Distinct samples.
    case samples
  }

  public struct Configuration: Sendable, Codable, Equatable {
    public var centroids: Int
    /// The most there will be; a run ends earlier when nothing changes any more.
    public var iterations = 50
    public var initialisation = Initialisation.noise(standardDeviation: 0.1)
    /// Consecutive samples that make one item.
    public var viewsPerItem = 1
    /// Whether to remember bounds of distances between iterations, which leaves out most of the work of a long run and
    /// changes no bit of its result; samples x centroids / 8 bytes.
    public var keepsBounds = true

    public init(
      centroids: Int, iterations: Int = 50,
      initialisation: Initialisation = .noise(standardDeviation: 0.1), viewsPerItem: Int = 1,
      keepsBounds: Bool = true
    ) {
      self.centroids = centroids
      self.iterations = iterations
      self.initialisation = initialisation
      self.viewsPerItem = viewsPerItem
      self.keepsBounds = keepsBounds
    }
  }

  /// What one iteration found and did.
  public struct Iteration: Sendable, Codable, Equatable {
    /// The objective: each item with its nearest centroid, before the centroids move.
    public var inertia: Double
    /// Items whose centroid, or view, is another than in the iteration before.
    public var changed: Int
    /// Centroids that no item was nearest to, and that a random sample has replaced.
    public var reseeded: Int
    /// Distances computed: samples x centroids, or fewer thanks to bounds; 0 where it is not known.
    public var distances: Int

    public init(inertia: Double, changed: Int, reseeded: Int, distances: Int = 0) {
      self.inertia = inertia
      self.changed = changed
      self.reseeded = reseeded
      self.distances = distances
    }
  }

  /// centroids x features.
  public let centroids: Matrix<Float>
  public let history: [Iteration]
  /// Whether the last iteration changed nothing, so that a further one would not either.
  public var converged: Bool { history.last.map { $0.changed == 0 && $0.reseeded == 0 } ?? false }

  public init(centroids: Matrix<Float>, history: [Iteration]) {
    self.centroids = centroids
    self.history = history
  }

  /// Fits on samples x features.
  ///
  /// Every iteration reads all samples once, and those whose centroid changed once per thread more: a source that
  /// computes its rows is better written into a matrix first.
  ///
  /// - Parameters:
  ///   - stream: draws the initial centroids and the samples that replace empty ones.
  ///   - threads: all cores when nil.
  ///   - progress: is told how many iterations are done and what the last one did; an error that it throws ends the fit.
  /// - Throws: ``LearnerError``, and whatever `samples` and `progress` throw.
  public static func fit(
    _ samples: some RowSource, _ configuration: Configuration, stream: inout RandomStream,
    threads: Int? = nil,
    progress: (Int, Iteration) throws -> Void = { _, _ in }
  ) throws -> KMeans {
    let workers = Workers(threads)
    try check(samples, centroids: configuration.centroids, views: configuration.viewsPerItem)
    let start = try configuration.initialisation.draw(
      configuration.centroids, from: samples, stream: &stream, workers: workers)
    return try run(
      samples, from: start, configuration, stream: &stream, workers: workers, progress: progress)
  }

  /// The same from given centroids (centroids x features); the configuration's initialisation is not used.
  public static func fit(
    _ samples: some RowSource, from start: Matrix<Float>, _ configuration: Configuration,
    stream: inout RandomStream, threads: Int? = nil
  ) throws -> KMeans {
    precondition(
      start.rows == configuration.centroids && start.columns == samples.columns,
      "\(start.rows) x \(start.columns) initial centroids do not fit the configuration and the samples")
    try check(samples, centroids: configuration.centroids, views: configuration.viewsPerItem)
    return try run(
      samples, from: start, configuration, stream: &stream, workers: Workers(threads)
    ) { _, _ in }
  }

  private static func check(_ samples: some RowSource, centroids: Int, views: Int) throws {
    precondition(centroids > 0, "k-means needs at least one centroid")
    precondition(
      views > 0 && samples.rows % views == 0, "\(samples.rows) samples are not items of \(views) views each")
    guard samples.rows > 0 else { throw LearnerError.noSamples(learner: "KMeans") }
    let items = samples.rows / views
    guard centroids <= items else {
      throw LearnerError.tooManyComponents(
        learner: "KMeans", components: centroids, limit: items, reason: "\(items) samples")
    }
    try samples.forEachBlock { first, block in try Border.check("KMeans", block, firstRow: first) }
  }

  private static func run(
    _ samples: some RowSource, from start: Matrix<Float>, _ configuration: Configuration,
    stream: inout RandomStream, workers: Workers, progress: (Int, Iteration) throws -> Void
  ) throws -> KMeans {
    var lloyd = Lloyd(samples, centroids: start, views: configuration.viewsPerItem, workers: workers)
    var history: [Iteration] = []
    while history.count < configuration.iterations {
      let (changed, distances) = try lloyd.assign()
      try lloyd.moveMembers()
      let inertia = lloyd.inertia
      // Bounds are of no use while every centroid still moves far.
      if configuration.keepsBounds && 5 * changed < samples.rows / configuration.viewsPerItem {
        lloyd.startBounds()
      }
      let reseeded = try lloyd.moveCentroids(stream: &stream)
      history.append(
        Iteration(inertia: inertia, changed: changed, reseeded: reseeded, distances: distances))
      try progress(history.count, history[history.count - 1])
      if changed == 0 && reseeded == 0 { break }
    }
    return KMeans(centroids: lloyd.centroids, history: history)
  }
}
