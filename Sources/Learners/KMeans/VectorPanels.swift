import CKernels
import LinearAlgebra

/// The rows of a matrix in the layout that the inner loops read: panels of sixteen vectors, element by element.
///
/// Distances come from |x|^2 - 2<x, c> + |c|^2, so one product serves sixteen vectors at a time, and each result
/// depends on its own sample and vector alone: neither the other samples of a call nor the number of threads change it.
///
/// Unchecked because of the pointers, which only `init` writes through.
final class VectorPanels: @unchecked Sendable {
  /// Vectors in one panel.
  static var width: Int { ck_panel_width }
  /// The most rows that one call with bounds takes.
  static var boundedRows: Int { ck_bounded_rows }

  /// How many vectors there are, and how many elements each has.
  let count, dimension: Int
  /// `count` rounded up to whole panels.
  let paddedCount: Int
  private let panels: UnsafeMutablePointer<Float>
  /// |c|^2, then infinities: no sample is nearest to a vector that is padding.
  private let squares: UnsafeMutablePointer<Float>
  /// |c|^2, then negative infinities: the distance to padding is 0.
  private let squaresWithoutPadding: UnsafeMutablePointer<Float>

  init(_ vectors: Matrix<Float>) {
    let width = Self.width
    count = vectors.rows
    dimension = vectors.columns
    paddedCount = (count + width - 1) / width * width
    // A panel's row then is one cache line.
    func allocated(_ count: Int) -> UnsafeMutablePointer<Float> {
      UnsafeMutableRawPointer.allocate(byteCount: count * MemoryLayout<Float>.stride, alignment: 64)
        .bindMemory(to: Float.self, capacity: count)
    }
    panels = allocated(paddedCount * dimension)
    squares = allocated(paddedCount)
    squaresWithoutPadding = allocated(paddedCount)
    panels.initialize(repeating: 0, count: paddedCount * dimension)
    squares.initialize(repeating: .infinity, count: paddedCount)
    squaresWithoutPadding.initialize(repeating: -.infinity, count: paddedCount)
    vectors.withUnsafeElements { elements in
      for vector in 0..<count {
        let panel = panels + vector / width * width * dimension + vector % width
        var square = 0.0
        for index in 0..<dimension {
          let element = elements[vector * dimension + index]
          panel[index * width] = element
          square += Double(element) * Double(element)
        }
        squares[vector] = Float(square)
        squaresWithoutPadding[vector] = Float(square)
      }
    }
  }

  deinit {
    panels.deallocate()
    squares.deallocate()
    squaresWithoutPadding.deallocate()
  }

  /// Of the vectors, rounded up.
  var largestNorm: Float { (0..<count).reduce(0) { max($0, squares[$1]) }.squareRoot().nextUp }

  private func rowCount(_ samples: UnsafeBufferPointer<Float>) -> Int {
    precondition(samples.count % dimension == 0, "samples of \(dimension) elements do not fill the buffer")
    return samples.count / dimension
  }

  /// For every sample the nearest vector, the first where several are equally near, and its squared distance less the
  /// square of the sample.
  func findNearest(
    _ samples: UnsafeBufferPointer<Float>, nearest: UnsafeMutableBufferPointer<Int32>,
    scores: UnsafeMutableBufferPointer<Float>
  ) {
    let rows = rowCount(samples)
    precondition(nearest.count >= rows && scores.count >= rows, "no room for \(rows) samples")
    guard rows > 0 else { return }
    kernels.nearest(
      samples.baseAddress!, rows, dimension, panels, squares, paddedCount / Self.width,
      nearest.baseAddress!, scores.baseAddress!)
  }

  /// The same answers with bounds from former calls, which it refreshes; see ``DistanceBounds``.
  ///
  /// - Parameters:
  ///   - vectors: what the panels were made of.
  ///   - nearest: on entry any vector for every sample, best the one it had before.
  /// - Returns: how many distances were computed.
  func findNearest(
    _ samples: UnsafeBufferPointer<Float>, vectors: Matrix<Float>, largestNorm: Float, unit: Float,
    moved: [Float],
    bounds: UnsafeMutableBufferPointer<UInt16>, nearest: UnsafeMutableBufferPointer<Int32>,
    scores: UnsafeMutableBufferPointer<Float>
  ) -> Int {
    let rows = rowCount(samples)
    let panelCount = paddedCount / Self.width
    precondition(
      rows <= Self.boundedRows && nearest.count >= rows && scores.count >= rows && moved.count == panelCount
        && bounds.count == panelCount * Self.boundedRows && vectors.rows == count,
      "no room for \(rows) samples")
    guard rows > 0 else { return 0 }
    return vectors.withUnsafeElements { vectors in
      Self.width
        * kernels.nearest_bounded(
          samples.baseAddress!, rows, dimension, panels, squares, panelCount, vectors.baseAddress!,
          largestNorm, unit, moved, bounds.baseAddress!, nearest.baseAddress!, scores.baseAddress!)
    }
  }

  /// Euclidean distances, samples x ``paddedCount`` in rows that are `stride` apart, and the sum of each row.
  func findDistances(
    _ samples: UnsafeBufferPointer<Float>, _ distances: UnsafeMutableBufferPointer<Float>, stride: Int,
    sums: UnsafeMutableBufferPointer<Float>
  ) {
    let rows = rowCount(samples)
    precondition(
      stride >= paddedCount && distances.count >= rows * stride && sums.count >= rows,
      "no room for the distances of \(rows) samples")
    guard rows > 0 else { return }
    kernels.distances(
      samples.baseAddress!, rows, dimension, panels, squaresWithoutPadding,
      paddedCount / Self.width, distances.baseAddress!, stride, sums.baseAddress!)
  }

  /// <sample, vector> + bias, samples x ``count``; `bias` has ``paddedCount`` elements.
  func findProducts(
    _ samples: UnsafeBufferPointer<Float>, bias: UnsafeBufferPointer<Float>,
    _ products: UnsafeMutableBufferPointer<Float>
  ) {
    let rows = rowCount(samples)
    precondition(
      bias.count == paddedCount && products.count >= rows * count,
      "no room for the products of \(rows) samples")
    guard rows > 0, count > 0 else { return }
    kernels.affine(
      samples.baseAddress!, rows, dimension, panels, bias.baseAddress!, count, products.baseAddress!, count)
  }
}

/// Adds max(0, mean - distance) of every row to `pooled`, one element per vector.
func addTriangle(
  _ distances: UnsafeBufferPointer<Float>, stride: Int, means: UnsafeBufferPointer<Float>,
  to pooled: UnsafeMutableBufferPointer<Float>
) {
  precondition(
    distances.count >= means.count * stride && stride >= pooled.count, "a row is missing from the distances")
  guard !means.isEmpty, !pooled.isEmpty else { return }
  kernels.add_triangle(
    distances.baseAddress!, means.count, stride, means.baseAddress!, pooled.count, pooled.baseAddress!)
}
