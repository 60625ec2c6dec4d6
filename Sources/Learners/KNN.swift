import LinearAlgebra

/// k nearest neighbours by Euclidean distance.
///
/// Inner products of a block of queries with a block of samples are one matrix product, and only a short list of
/// candidates per query outlives a block. |a|^2 + |b|^2 - 2 a b cancels for close points, so the list is longer than
/// asked for and its distances are computed anew from the differences, in double precision.
public struct KNN<Source: RowSource>: Sendable {
  /// samples x features.
  public let features: Source
  public let labels: [Int]
  public let classes: Int

  private static var spare: Int { 16 }
  private static var learner: String { "KNN" }

  /// - Parameters:
  ///   - features: samples x features, read once per block of queries.
  ///   - labels: one of 0..<`classes` per sample.
  /// - Throws: ``LearnerError``.
  public init(_ features: Source, labels: [Int], classes: Int) throws(LearnerError) {
    precondition(
      labels.count == features.rows, "\(Self.learner): \(labels.count) labels for \(features.rows) samples")
    guard features.rows > 0 else { throw .noSamples(learner: Self.learner) }
    try Border.check(Self.learner, labels: labels, classes: classes)
    self.features = features
    self.labels = labels
    self.classes = classes
  }

  /// A sample near a query.
  public struct Neighbour: Sendable, Equatable {
    /// Row among the samples.
    public var sample: Int
    public var squaredDistance: Double
  }

  /// The most frequent class among the k nearest samples, for every k: one list of predictions per value.
  ///
  /// Of equally frequent classes the one with the nearest sample wins.
  ///
  /// - Throws: ``LearnerError`` for a NaN or an infinity; whatever reading rows throws.
  public func predict(_ queries: some RowSource, k values: [Int]) throws -> [[Int]] {
    let limit = values.max() ?? 1
    let found = try neighbours(of: queries, count: limit)
    return values.map { k in
      precondition(k > 0, "k must be positive, not \(k)")
      return found.map { vote($0.prefix(k)) }
    }
  }

  /// The nearest samples of every query, nearest first, the earlier one of two at the same distance.
  ///
  /// - Throws: as ``predict(_:k:)``.
  public func neighbours(of queries: some RowSource, count: Int) throws -> [[Neighbour]] {
    precondition(
      queries.columns == features.columns, "queries of \(queries.columns) features, not \(features.columns)")
    precondition(
      (1...features.rows).contains(count), "there are \(features.rows) samples, not \(count) to choose")
    var result: [[Neighbour]] = []
    let height = 256
    for first in stride(from: 0, to: queries.rows, by: height) {
      let range = first..<min(first + height, queries.rows)
      try queries.withRows(range) { block in
        let query = Matrix<Float>(rows: range.count, columns: features.columns, elements: Array(block))
        try check(query, firstRow: first, "query")
        result += try nearest(query, count: count)
      }
    }
    return result
  }

  private func check(_ block: Matrix<Float>, firstRow: Int, _ what: String) throws(LearnerError) {
    if let (row, column) = block.firstNonFinite() {
      throw .notFinite(
        learner: "\(Self.learner) \(what)", row: firstRow + row, column: column,
        value: Double(block[row, column]))
    }
  }

  private func nearest(_ queries: Matrix<Float>, count: Int) throws -> [[Neighbour]] {
    var lists = [ShortList](
      repeating: ShortList(capacity: min(features.rows, count + Self.spare)), count: queries.rows)
    let height = 1024
    for first in stride(from: 0, to: features.rows, by: height) {
      let range = first..<min(first + height, features.rows)
      try features.withRows(range) { rows in
        let samples = Matrix<Float>(rows: range.count, columns: features.columns, elements: Array(rows))
        try check(samples, firstRow: first, "sample")
        let squares = samples.rowProducts(samples).map { Float($0) }
        let products = queries.times(samples, right: .transposed)
        products.withUnsafeElements { products in
          for query in lists.indices {
            for sample in squares.indices {
              // The query's own square is the same for all samples.
              lists[query].offer(
                first + sample, squares[sample] - 2 * products[query * squares.count + sample])
            }
          }
        }
      }
    }
    return try lists.enumerated().map { query, list in
      let exact = try list.samples.map { sample in
        Neighbour(sample: sample, squaredDistance: try squaredDistance(queries[row: query], sample))
      }
      let ordered = exact.sorted {
        $0.squaredDistance != $1.squaredDistance
          ? $0.squaredDistance < $1.squaredDistance : $0.sample < $1.sample
      }
      return Array(ordered.prefix(count))
    }
  }

  private func squaredDistance(_ query: ArraySlice<Float>, _ sample: Int) throws -> Double {
    try features.withRows(sample..<(sample + 1)) { row in
      zip(query, row).reduce(0) { sum, pair in
        let difference = Double(pair.0) - Double(pair.1)
        return sum + difference * difference
      }
    }
  }

  private func vote(_ neighbours: ArraySlice<Neighbour>) -> Int {
    var votes = [Int](repeating: 0, count: classes)
    for neighbour in neighbours { votes[labels[neighbour.sample]] += 1 }
    let most = votes.max() ?? 0
    let winner = neighbours.first { votes[labels[$0.sample]] == most }
    return winner.map { labels[$0.sample] } ?? 0
  }
}

/// The smallest values seen, ascending; of equal ones the earlier offer is kept.
private struct ShortList {
  let capacity: Int
  private(set) var samples: [Int] = []
  private var values: [Float] = []
  private var threshold = Float.infinity

  init(capacity: Int) { self.capacity = capacity }

  @inline(__always)
  mutating func offer(_ sample: Int, _ value: Float) {
    if value < threshold || samples.count < capacity { insert(sample, value) }
  }

  private mutating func insert(_ sample: Int, _ value: Float) {
    if samples.count == capacity {
      samples.removeLast()
      values.removeLast()
    }
    var place = values.count
    while place > 0, values[place - 1] > value { place -= 1 }
    samples.insert(sample, at: place)
    values.insert(value, at: place)
    if samples.count == capacity { threshold = values[capacity - 1] }
  }
}
