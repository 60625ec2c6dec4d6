import LinearAlgebra

/// Features of images from a dictionary of patches (Coates, Lee and Ng 2011, sections 3 and 4): every patch is
/// contrast-normalised, whitened and compared with all centroids; the responses are summed over the four quadrants of
/// the image.
///
/// Features of an image: [quadrant][centroid], quadrants in the order upper left, upper right, lower left, lower right.
/// The 27 positions of 6-pixel patches in 32 pixels are split at 14, so the upper left quadrant is the largest.
public struct PatchEncoder: Sendable, Codable, Equatable {
  public enum Activation: String, Sendable, Codable, CaseIterable {
    /// max(0, mean distance - distance), with Euclidean distances, not their squares: about half of the responses
    /// are 0.
    case triangle
    /// 1 for the nearest centroid, 0 for the others.
    case hard
  }

  public let grid: PatchGrid
  public let normalisation: ContrastNormalisation
  public let whitening: ZCA
  /// centroids x numbers of a patch, in the whitened space.
  public let centroids: Matrix<Float>
  public let activation: Activation

  public init(
    grid: PatchGrid, normalisation: ContrastNormalisation = ContrastNormalisation(), whitening: ZCA,
    centroids: Matrix<Float>, activation: Activation = .triangle
  ) {
    precondition(
      whitening.mean.count == grid.dimension && centroids.columns == grid.dimension && centroids.rows > 0,
      "whitening of \(whitening.mean.count) and centroids of \(centroids.columns) numbers do not fit patches of "
        + "\(grid.dimension)")
    self.grid = grid
    self.normalisation = normalisation
    self.whitening = whitening
    self.centroids = centroids
    self.activation = activation
  }

  /// Features of one image: four for each centroid.
  public var featureCount: Int { 4 * centroids.rows }

  /// Encodes `range` of the images: one row of ``featureCount`` features each, one after the other.
  ///
  /// Images are shared out over the threads; their number changes no bit of the result.
  ///
  /// - Parameters:
  ///   - features: range.count x featureCount, every element written.
  ///   - threads: all cores when nil.
  public func encode(
    _ images: PixelSource, _ range: Range<Int>, into features: UnsafeMutableBufferPointer<Float>,
    threads: Int? = nil
  ) {
    precondition(
      features.count == range.count * featureCount,
      "\(features.count) elements for \(range.count) x \(featureCount) features")
    let quadrants = PoolingCells.quadrants(rows: grid.rows, columns: grid.columns)
    encode(images, range, pooling: quadrants, into: features, threads: threads)
  }

  /// The same as a matrix: range.count x ``featureCount``.
  public func encode(_ images: PixelSource, _ range: Range<Int>, threads: Int? = nil) -> Matrix<Float> {
    Matrix(rows: range.count, columns: featureCount) { encode(images, range, into: $0, threads: threads) }
  }

  /// [cell][centroid] for every image, summed over the positions of each cell.
  private func encode(
    _ images: PixelSource, _ range: Range<Int>, pooling: PoolingCells,
    into features: UnsafeMutableBufferPointer<Float>, threads: Int?
  ) {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= images.count, "images \(range) of \(images.count)")
    let size = pooling.cells * centroids.rows
    let prepared = Prepared(self)
    // Each piece writes the features of one image.
    nonisolated(unsafe) let features = features
    Workers(threads).forEach(range.count) { piece in
      prepared.encode(
        images, range.lowerBound + piece, pooling: pooling,
        into: UnsafeMutableBufferPointer(rebasing: features[(piece * size)..<((piece + 1) * size)]))
    }
  }

  /// An encoder with its matrices in the layout of the inner loops.
  struct Prepared: Sendable {
    private let grid: PatchGrid
    private let normalisation: ContrastNormalisation
    private let kernel: EncodingKernel

    init(_ encoder: PatchEncoder) {
      grid = encoder.grid
      normalisation = encoder.normalisation
      kernel = EncodingKernel(
        whitening: encoder.whitening, centroids: encoder.centroids, activation: encoder.activation)
    }

    /// [cell][centroid] of one image.
    func encode(
      _ images: PixelSource, _ index: Int, pooling: PoolingCells,
      into pooled: UnsafeMutableBufferPointer<Float>
    ) {
      precondition(
        images.channels == grid.channels && images.height == grid.height && images.width == grid.width,
        "images of \(images.channels) x \(images.height) x \(images.width) do not fit this encoder")
      withUnsafeTemporaryAllocation(of: Float.self, capacity: images.pixelCount) { pixels in
        images.copy(index, into: pixels)
        let pixels = UnsafeBufferPointer(pixels)
        kernel.encode(pooling, into: pooled) { positions, patches in
          for (row, position) in positions.enumerated() {
            grid.copyPatch(
              position / grid.columns, position % grid.columns, of: pixels,
              into: patches.baseAddress! + row * grid.dimension)
          }
          normalisation.apply(to: patches, columns: grid.dimension)
        }
      }
    }
  }
}
