import Randomness

/// The random streams of one evaluation: every point has its own, so that points can be drawn in any order and on
/// any number of threads, and a longer run starts with the points of a shorter one.
struct DrawStreams: Sendable {
  /// What a stream is for. The raw value is the upper half of the Philox stream number.
  enum Purpose: UInt64 {
    case train = 0
    case test = 1
    case classifier = 2
    case globalVariance = 3
  }

  let seed: UInt64

  func stream(_ purpose: Purpose, _ index: Int) -> RandomStream {
    RandomStream(seed: seed, stream: purpose.rawValue << 32 | UInt64(index))
  }
}
