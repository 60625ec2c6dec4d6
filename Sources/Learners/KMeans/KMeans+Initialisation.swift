import Foundation
import LinearAlgebra
import Randomness

extension KMeans.Initialisation {
  /// The first centroids: `count` x features.
  func draw(
    _ count: Int, from samples: some RowSource, stream: inout RandomStream, workers: Workers
  ) throws -> Matrix<Float> {
    switch self {
    case .noise(let deviation):
      var elements: [Float] = []
      elements.reserveCapacity(count * samples.columns)
      for _ in 0..<(count * samples.columns) { elements.append(Float(deviation * stream.normal())) }
      return Matrix(rows: count, columns: samples.columns, elements: elements)
    case .samples:
      return try samples.gathering(stream.sample(count, of: samples.rows))
    case .plusPlus:
      var seeding = PlusPlus(samples, workers: workers)
      return try seeding.draw(count, stream: &stream)
    }
  }
}

/// Greedy k-means++.
private struct PlusPlus<Source: RowSource> {
  private let source: Source
  private let workers: Workers
  private let block = 1024
  /// Squared distance of every sample from its nearest centroid so far.
  private var shortest: [Float]

  init(_ source: Source, workers: Workers) {
    self.source = source
    self.workers = workers
    shortest = [Float](repeating: .infinity, count: source.rows)
  }

  mutating func draw(_ count: Int, stream: inout RandomStream) throws -> Matrix<Float> {
    var centroids = try source.gathering([stream.index(below: source.rows)])
    _ = try shorten(by: centroids)
    let trials = 2 + Int(log(Double(count)))
    while centroids.rows < count {
      let candidates = try source.gathering(drawSamples(trials, stream: &stream))
      let potentials = try shorten(by: candidates, keeping: false)
      let best = potentials.indices.min { potentials[$0] < potentials[$1] } ?? 0
      let chosen = candidates.selecting(rows: best..<(best + 1))
      _ = try shorten(by: chosen)
      centroids = Matrix(
        rows: centroids.rows + 1, columns: centroids.columns, elements: centroids.elements + chosen.elements)
    }
    return centroids
  }

  /// Samples drawn with probability proportional to `shortest`; uniformly where all are 0.
  private func drawSamples(_ count: Int, stream: inout RandomStream) -> [Int] {
    var cumulative: [Double] = []
    cumulative.reserveCapacity(shortest.count)
    var total = 0.0
    for distance in shortest {
      total += Double(distance)
      cumulative.append(total)
    }
    return (0..<count).map { _ in
      guard total > 0 else { return stream.index(below: shortest.count) }
      let target = stream.uniform() * total
      // The first sample whose cumulative weight exceeds the target.
      var (low, high) = (0, cumulative.count - 1)
      while low < high {
        let middle = (low + high) / 2
        if cumulative[middle] > target { high = middle } else { low = middle + 1 }
      }
      return low
    }
  }

  /// The sum of squared distances that each candidate would leave if it were added alone. With `keeping` the
  /// distances are kept; then there is one candidate.
  private mutating func shorten(by candidates: Matrix<Float>, keeping: Bool = true) throws -> [Double] {
    let panels = VectorPanels(candidates)
    let (source, workers, block) = (source, workers, block)
    let (trials, stride) = (candidates.rows, panels.paddedCount)
    let blocks = (source.rows + block - 1) / block
    var parts = [Double](repeating: 0, count: blocks * trials)
    try shortest.withUnsafeMutableBufferPointer { shortest in
      try parts.withUnsafeMutableBufferPointer { parts in
        // Each piece has samples and sums of its own.
        nonisolated(unsafe) let (shortest, parts) = (shortest, parts)
        try workers.forEach(blocks) { piece in
          let range = (piece * block)..<min(source.rows, (piece + 1) * block)
          try source.withRows(range) { rows in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: range.count * (stride + 1)) { scratch in
              let distances = UnsafeMutableBufferPointer(rebasing: scratch[0..<(range.count * stride)])
              let sums = UnsafeMutableBufferPointer(rebasing: scratch[(range.count * stride)...])
              panels.findDistances(rows, distances, stride: stride, sums: sums)
              for sample in range {
                for trial in 0..<trials {
                  let distance = distances[(sample - range.lowerBound) * stride + trial]
                  let left = min(shortest[sample], distance * distance)
                  parts[piece * trials + trial] += Double(left)
                  if keeping { shortest[sample] = left }
                }
              }
            }
          }
        }
      }
    }
    return (0..<trials).map { trial in (0..<blocks).reduce(0) { $0 + parts[$1 * trials + trial] } }
  }
}
