import LinearAlgebra

/// k nearest neighbours by Euclidean distance, exactly.
///
/// Inner products of a block of queries with a block of samples are one matrix product, and only a short list of
/// candidates per query outlives a block; see ``NeighbourScan``. Threads share out the blocks of queries.
public struct KNN<Source: RowSource>: Sendable {
  /// samples x features.
  public let features: Source
  public let labels: [Int]
  public let classes: Int

  private static var learner: String { "KNN" }

  /// - Parameters:
  ///   - features: samples x features, read once per block of queries, by several threads at a time.
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

  /// The most frequent class among the k nearest samples, for every k: one list of predictions per value. The
  /// neighbours of the largest k are found once, and serve all of them.
  ///
  /// Of equally frequent classes the one with the nearest sample wins.
  ///
  /// - Parameter threads: how many share the queries; no bit depends on it.
  /// - Throws: ``LearnerError`` for a NaN, an infinity, or a k that is not one of 1...samples; whatever reading rows
  ///   throws.
  public func predict(
    _ queries: some RowSource, k values: [Int], threads: Int = BLAS.threads
  ) throws -> [[Int]] {
    for k in values { try check(count: k) }
    let found = try neighbours(of: queries, count: values.max() ?? 1, threads: threads)
    return values.map { k in found.map { vote($0.prefix(k)) } }
  }

  /// The nearest samples of every query, nearest first, the earlier one of two at the same distance.
  ///
  /// - Throws: as ``predict(_:k:threads:)``.
  public func neighbours(
    of queries: some RowSource, count: Int, threads: Int = BLAS.threads
  ) throws -> [[Neighbour]] {
    precondition(
      queries.columns == features.columns, "queries of \(queries.columns) features, not \(features.columns)")
    try check(count: count)
    let scan = NeighbourScan(features, norms: try norms(), count: count)
    // Few enough rows for all threads to have a block.
    let height = max(1, min(NeighbourScan<Source>.queriesPerBlock, (queries.rows + threads - 1) / threads))
    var result = [[Neighbour]](repeating: [], count: queries.rows)
    try result.withUnsafeMutableBufferPointer { result in
      nonisolated(unsafe) let result = result
      try Workers(threads).forEach((queries.rows + height - 1) / height) { block in
        let range = (block * height)..<min((block + 1) * height, queries.rows)
        try queries.withRows(range) { rows in
          _ = try norms(rows, firstRow: range.lowerBound, "query")
          for (row, found) in zip(range, try scan.nearest(rows, rows: range.count)) { result[row] = found }
        }
      }
    }
    return result
  }

  private func check(count: Int) throws(LearnerError) {
    guard (1...features.rows).contains(count) else {
      throw .neighboursOutOfRange(learner: Self.learner, count: count, samples: features.rows)
    }
  }

  /// The squared norm of every row, which is finite where every element is.
  private func norms(
    _ rows: UnsafeBufferPointer<Float>, firstRow: Int, _ what: String
  ) throws(LearnerError) -> [Double] {
    let width = features.columns
    var norms: [Double] = []
    norms.reserveCapacity(rows.count / max(1, width))
    for start in stride(from: 0, to: rows.count, by: max(1, width)) {
      let row = UnsafeBufferPointer(rebasing: rows[start..<(start + width)])
      norms.append(squaredNorm(row))
      guard norms[norms.count - 1].isFinite else {
        let column = row.firstIndex { !$0.isFinite } ?? 0
        throw .notFinite(
          learner: "\(Self.learner) \(what)", row: firstRow + start / width, column: column,
          value: Double(row[column]))
      }
    }
    return norms
  }

  /// Those of the samples.
  private func norms() throws -> [Double] {
    let height = 1024
    return try stride(from: 0, to: features.rows, by: height).flatMap { first in
      try features.withRows(first..<min(first + height, features.rows)) {
        try norms($0, firstRow: first, "sample")
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
