import Datasets
import Files
import Pipeline
import Randomness

/// Which images a representation is computed for.
struct Pool: Decodable {
  /// How many; 0 means all.
  let images: Int
  /// Decimal, because JSON numbers elsewhere lose 64-bit integers.
  let seed: String

  func indices(of grid: FactorGrid) throws -> [Int] {
    guard images > 0, images < grid.count else { return Array(0..<grid.count) }
    guard let seed = UInt64(seed) else {
      throw StepsError(.failed, "the pool's seed '\(seed)' is not a number")
    }
    var stream = RandomStream(seed: seed)
    return stream.sample(images, of: grid.count)
  }
}
