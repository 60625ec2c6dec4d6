import LinearAlgebra

/// What a k-means run remembers between iterations to leave out distances without changing any result: for every row
/// and every panel of sixteen centroids a lower bound of the row's distance from all of them.
///
/// The bound of a panel falls by as much as the fastest of its centroids has moved; while it stays above the distance
/// of the row's present centroid, no centroid of the panel can be nearer (after Ding et al. 2015, "Yinyang k-means",
/// with panels for groups, so that what is left is still computed sixteen centroids at a time). Bounds are kept in
/// sixteen bits, rounded to the safe side: rows x centroids / 8 bytes in all.
struct DistanceBounds {
  /// [block of rows][panel][row of the block].
  private var bounds: [UInt16]
  /// Each row's centroid in the last iteration.
  private var nearest: [Int32]
  /// For every panel how far its centroids can have moved since its bounds were 0; the bounds contain it.
  private var moved: [Double]
  /// What one step of a bound is worth.
  private let unit: Double
  private let panelCount: Int

  /// - Parameters:
  ///   - blocks: how many blocks the rows come in, each of at most `VectorPanels.boundedRows`; views of an item stay
  ///     together, so blocks need not be full.
  ///   - scale: root mean square of the rows' norms, which bounds are fine against.
  init(rows: Int, blocks: Int, centroids: Int, scale: Double) {
    precondition(blocks * VectorPanels.boundedRows >= rows, "\(rows) rows do not fit \(blocks) blocks")
    panelCount = (centroids + VectorPanels.width - 1) / VectorPanels.width
    bounds = [UInt16](repeating: 0, count: blocks * panelCount * VectorPanels.boundedRows)
    nearest = [Int32](repeating: 0, count: rows)
    moved = [Double](repeating: 0, count: panelCount)
    // Few distances are longer, and those that are only have weaker bounds.
    unit = max(8 * scale, .leastNormalMagnitude.squareRoot()) / Double(UInt16.max)
  }

  /// Takes note of where the centroids have gone.
  mutating func move(from old: Matrix<Float>, to new: Matrix<Float>) {
    for panel in 0..<panelCount {
      var farthest = 0.0
      for k in (panel * VectorPanels.width)..<min(old.rows, (panel + 1) * VectorPanels.width) {
        let square = zip(old[row: k], new[row: k]).reduce(0.0) {
          let difference = Double($1.1) - Double($1.0)
          return $0 + difference * difference
        }
        farthest = max(farthest, square.squareRoot())
      }
      moved[panel] += farthest
      // Bounds have to hold twice what they bound; begin anew before they overflow.
      if moved[panel] > unit * Double(UInt16.max) / 2 { forget(panel) }
    }
  }

  private mutating func forget(_ panel: Int) {
    moved[panel] = 0
    let length = VectorPanels.boundedRows
    for first in stride(from: panel * length, to: bounds.count, by: panelCount * length) {
      for index in first..<(first + length) { bounds[index] = 0 }
    }
  }

  /// What threads that serve different blocks of rows work on.
  struct Unsafe {
    let bounds: UnsafeMutableBufferPointer<UInt16>
    let nearest: UnsafeMutableBufferPointer<Int32>
    let moved: [Float]
    let unit: Float
    private let blockSize: Int

    fileprivate init(
      bounds: UnsafeMutableBufferPointer<UInt16>, nearest: UnsafeMutableBufferPointer<Int32>,
      moved: [Float], unit: Float
    ) {
      self.bounds = bounds
      self.nearest = nearest
      self.moved = moved
      self.unit = unit
      blockSize = moved.count * VectorPanels.boundedRows
    }

    func bounds(ofBlock block: Int) -> UnsafeMutableBufferPointer<UInt16> {
      UnsafeMutableBufferPointer(rebasing: bounds[(block * blockSize)..<((block + 1) * blockSize)])
    }
  }

  mutating func withUnsafeMutableBounds<R>(_ body: (Unsafe) throws -> R) rethrows -> R {
    // Rounded up, and up again for the conversions that follow.
    let moved = moved.map { Float($0 * (1 + 1e-6)).nextUp }
    let unit = Float(unit)
    return try bounds.withUnsafeMutableBufferPointer { bounds in
      try nearest.withUnsafeMutableBufferPointer { nearest in
        try body(Unsafe(bounds: bounds, nearest: nearest, moved: moved, unit: unit))
      }
    }
  }
}
