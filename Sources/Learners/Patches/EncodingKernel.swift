import LinearAlgebra

/// Whitening, distances, activation and pooling of samples in one pass over tiles of a few samples each.
///
/// The distances of a tile are written once, into the second-level cache, and read once: the triangle activation needs
/// the mean over all centroids before it can say what any one of them responds.
struct EncodingKernel: Sendable {
  /// nil where samples are not whitened.
  private let whitening: Whitening?
  private let centroids: VectorPanels
  private let activation: PatchEncoder.Activation
  /// Samples of one tile: a multiple of the twelve, or six, that fill the inner loops' registers, many enough to share a pass over
  /// the centroids, few enough for their distances to stay in the cache.
  private let tile = 36

  init(whitening: ZCA, centroids: Matrix<Float>, activation: PatchEncoder.Activation) {
    self.whitening = whitening.kind == .zca ? Whitening(whitening) : nil
    self.centroids = VectorPanels(centroids)
    self.activation = activation
  }

  /// Writes [cell][centroid], the responses summed over the positions of each cell.
  ///
  /// - Parameter prepare: writes the samples at the given positions, positions x features, ready to be whitened.
  func encode(
    _ pooling: PoolingCells, into pooled: UnsafeMutableBufferPointer<Float>,
    prepare: (_ positions: ArraySlice<Int>, _ samples: UnsafeMutableBufferPointer<Float>) -> Void
  ) {
    let count = centroids.count
    precondition(pooled.count == pooling.cells * count, "no room for the features of \(pooling.cells) cells")
    pooled.update(repeating: 0)
    let samples = UnsafeMutableBufferPointer<Float>.allocate(capacity: tile * centroids.dimension)
    defer { samples.deallocate() }
    let white = UnsafeMutableBufferPointer<Float>.allocate(capacity: tile * centroids.dimension)
    defer { white.deallocate() }
    let scratch = Scratch(tile: tile, width: centroids.paddedCount)
    defer { scratch.deallocate() }
    for first in stride(from: 0, to: pooling.positions.count, by: tile) {
      let range = first..<min(first + tile, pooling.positions.count)
      let part = UnsafeMutableBufferPointer(rebasing: samples[0..<(range.count * centroids.dimension)])
      prepare(pooling.positions[range], part)
      var ready = UnsafeBufferPointer(part)
      if let whitening {
        whitening.apply(ready, into: white)
        ready = UnsafeBufferPointer(rebasing: white[0..<part.count])
      }
      switch activation {
      case .triangle: addTriangle(ready, range, pooling, scratch, pooled)
      case .hard: addNearest(ready, range, pooling, scratch, pooled)
      }
    }
  }

  /// Memory of one thread.
  private struct Scratch {
    /// A cache line more than a row, so that equal columns of many rows do not share one set of the cache.
    let stride: Int
    let distances: UnsafeMutableBufferPointer<Float>
    let means: UnsafeMutableBufferPointer<Float>
    let nearest: UnsafeMutableBufferPointer<Int32>

    init(tile: Int, width: Int) {
      stride = width + 16
      distances = .allocate(capacity: tile * stride)
      means = .allocate(capacity: tile)
      nearest = .allocate(capacity: tile)
    }

    func deallocate() {
      distances.deallocate()
      means.deallocate()
      nearest.deallocate()
    }
  }

  private func addTriangle(
    _ samples: UnsafeBufferPointer<Float>, _ range: Range<Int>, _ pooling: PoolingCells, _ scratch: Scratch,
    _ pooled: UnsafeMutableBufferPointer<Float>
  ) {
    let (count, stride) = (centroids.count, scratch.stride)
    centroids.findDistances(samples, scratch.distances, stride: stride, sums: scratch.means)
    for row in 0..<range.count { scratch.means[row] /= Float(count) }
    pooling.forEachCell(in: range) { cell, part in
      let rows = (part.lowerBound - range.lowerBound)..<(part.upperBound - range.lowerBound)
      Learners.addTriangle(
        UnsafeBufferPointer(
          rebasing: scratch.distances[(rows.lowerBound * stride)..<(rows.upperBound * stride)]),
        stride: stride, means: UnsafeBufferPointer(rebasing: scratch.means[rows]),
        to: UnsafeMutableBufferPointer(rebasing: pooled[(cell * count)..<((cell + 1) * count)]))
    }
  }

  private func addNearest(
    _ samples: UnsafeBufferPointer<Float>, _ range: Range<Int>, _ pooling: PoolingCells, _ scratch: Scratch,
    _ pooled: UnsafeMutableBufferPointer<Float>
  ) {
    centroids.findNearest(samples, nearest: scratch.nearest, scores: scratch.means)
    pooling.forEachCell(in: range) { cell, part in
      for position in part {
        pooled[cell * centroids.count + Int(scratch.nearest[position - range.lowerBound])] += 1
      }
    }
  }
}
