import Randomness

/// What a random stream of a model is for. Streams of one model never share numbers, and a new purpose shifts no other.
enum Purpose: UInt64 {
  case initialWeights = 1
  case noise = 2
  case minibatches = 3
  case prior = 4
  case dropout = 5
  case transformations = 6
  case seedPatches = 7
  case labelledMinibatches = 8
  case evaluation = 9
  case labelImages = 10
  case crops = 11
  case imagePools = 12
}

extension RandomStream {
  /// A seed for a generator of libtorch, derived from the model's seed.
  static func seed(from seed: UInt64, for purpose: Purpose) -> UInt64 {
    var stream = RandomStream(seed: seed, stream: purpose.rawValue)
    return stream.next()
  }
}
