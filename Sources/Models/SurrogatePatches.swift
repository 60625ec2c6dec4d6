import LinearAlgebra
import Randomness
import Torch

/// The training set of an Exemplar CNN: transformed copies of seed patches. Every copy follows from the seed and its
/// number alone, so none is stored.
struct SurrogatePatches: Sendable {
  static let size = 3 * SeedPatch.side * SeedPatch.side

  let patches: [SeedPatch]
  let copies: Int
  let ranges: TransformationRanges
  let source: RandomStream
  private let basis: ColourBasis

  init(patches: [SeedPatch], copies: Int, ranges: TransformationRanges, source: RandomStream) throws {
    self.patches = patches
    self.copies = copies
    self.ranges = ranges
    self.source = source
    basis = try ColourBasis(of: patches)
  }

  var count: Int { patches.count * copies }

  /// The seed patch of a copy.
  func patch(of copy: Int) -> Int { copy / copies }

  /// Writes copy number `copy`: 3 x 32 x 32 values in 0...255.
  func fill(_ copy: Int, into pixels: UnsafeMutableBufferPointer<Float>) {
    // A purpose fits eight bits, so no copy shares numbers with another or with another purpose.
    var stream = RandomStream(seed: source.seed, stream: source.stream | UInt64(copy + 1) << 8)
    PatchTransformation(ranges, stream: &stream).apply(
      to: patches[patch(of: copy)], basis: basis, into: pixels)
  }

  /// These copies as a tensor [n, 3, 32, 32] in host memory, made on as many threads as an operation on tensors uses.
  func tensor(_ copies: [Int]) throws -> Tensor {
    let size = SurrogatePatches.size
    let workers = Workers(try TorchInfo.threads)
    return try Tensor(shape: [copies.count, 3, SeedPatch.side, SeedPatch.side]) { elements in
      // Each call writes its own patch and no others.
      nonisolated(unsafe) let elements = elements
      workers.forEach(copies.count) { row in
        fill(
          copies[row], into: UnsafeMutableBufferPointer(rebasing: elements[(row * size)..<((row + 1) * size)])
        )
      }
    }
  }

  /// The mean of `limit` copies or up to twice as many, evenly spread over all, where there are more: [3, 32, 32].
  func mean(limit: Int = 4096) throws -> Tensor {
    let step = max(1, count / limit)
    let chosen = Array(stride(from: 0, to: count, by: step))
    var sum = try Tensor(repeating: 0, shape: [3, SeedPatch.side, SeedPatch.side])
    for range in blocks(0..<chosen.count, of: inferenceBatch) {
      sum = try sum + tensor(Array(chosen[range])).sum(along: 0)
    }
    return try sum * (1 / Double(chosen.count))
  }
}
