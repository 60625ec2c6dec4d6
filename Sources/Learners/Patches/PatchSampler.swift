import LinearAlgebra
import Randomness

/// Random patches for learning: the image index cycles through the set, the position is uniform (Coates, Lee and Ng
/// 2011 and the program published with it).
public struct PatchSampler: Sendable, Codable, Equatable {
  /// Edge of a patch in pixels.
  public var size: Int
  /// Every draw gives the patches of a square of that many positions on each side: 1 for single patches, 3 for items of
  /// nine views (``KMeans/Configuration/viewsPerItem``).
  public var neighbourhood: Int
  public var normalisation: ContrastNormalisation

  public init(
    size: Int = 6, neighbourhood: Int = 1, normalisation: ContrastNormalisation = ContrastNormalisation()
  ) {
    precondition(size > 0 && neighbourhood > 0, "a patch and a neighbourhood have an edge of at least 1")
    self.size = size
    self.neighbourhood = neighbourhood
    self.normalisation = normalisation
  }

  /// Patches that one draw gives.
  public var viewsPerItem: Int { neighbourhood * neighbourhood }

  /// Contrast-normalised patches, `count` x viewsPerItem rows of channels x size x size numbers (``PatchGrid``), those
  /// of a draw beside each other.
  ///
  /// - Throws: ``LearnerError/noSamples(learner:)``, ``LearnerError/doesNotFit(learner:what:into:)``.
  public func draw(
    _ count: Int, from images: PixelSource, stream: inout RandomStream, threads: Int? = nil
  ) throws(LearnerError) -> Matrix<Float> {
    guard images.count > 0, count > 0 else { throw .noSamples(learner: "PatchSampler") }
    let reach = size + neighbourhood - 1
    guard reach <= images.height, reach <= images.width else {
      throw .doesNotFit(
        learner: "PatchSampler",
        what: "patches of \(size) x \(size) pixels"
          + (neighbourhood > 1 ? ", \(neighbourhood) x \(neighbourhood) overlapping ones together," : ""),
        into: "images of \(images.height) x \(images.width)")
    }
    let grid = PatchGrid(size: size, images: images)
    let positions = (0..<count).map { _ in
      (
        row: stream.index(below: grid.rows - neighbourhood + 1),
        column: stream.index(below: grid.columns - neighbourhood + 1)
      )
    }
    let (views, dimension, edge) = (viewsPerItem, grid.dimension, neighbourhood)
    return Matrix(rows: count * views, columns: dimension) { elements in
      // An image is read once for all of its draws, which are images.count apart; each writes rows of its own.
      nonisolated(unsafe) let elements = elements
      Workers(threads).forEach(min(count, images.count)) { image in
        withUnsafeTemporaryAllocation(of: Float.self, capacity: images.pixelCount) { pixels in
          images.copy(image, into: pixels)
          for draw in stride(from: image, to: count, by: images.count) {
            let item = UnsafeMutableBufferPointer(
              rebasing: elements[(draw * views * dimension)..<((draw + 1) * views * dimension)])
            for view in 0..<views {
              grid.copyPatch(
                positions[draw].row + view / edge, positions[draw].column + view % edge,
                of: UnsafeBufferPointer(pixels), into: item.baseAddress! + view * dimension)
            }
            normalisation.apply(to: item, columns: dimension)
          }
        }
      }
    }
  }
}
