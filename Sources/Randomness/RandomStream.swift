/// A seeded, counter-based stream of random numbers: Philox 4x32-10 (Salmon et al. 2011, "Parallel random numbers:
/// as easy as 1, 2, 3").
///
/// Equal `seed` and `stream` give equal numbers on every machine. The whole state is two integers and a position,
/// so a stream can be written into a checkpoint and continued bit for bit.
public struct RandomStream: RandomNumberGenerator, Sendable, Codable, Equatable {
  public let seed: UInt64
  public let stream: UInt64
  /// How many 64-bit words have been drawn.
  public private(set) var position: UInt64 = 0

  public init(seed: UInt64, stream: UInt64 = 0) {
    self.seed = seed
    self.stream = stream
  }

  /// The next 64 uniformly distributed bits. Two words share one Philox block.
  public mutating func next() -> UInt64 {
    let block = Philox.block(counter: (position >> 1, stream), key: seed)
    let word = position & 1 == 0 ? block.0 : block.1
    position &+= 1
    return word
  }

  /// Uniform in [0, 1) with 53 random bits.
  public mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// Uniform integer in 0..<bound, without modulo bias (Lemire's multiply and reject).
  public mutating func index(below bound: Int) -> Int {
    precondition(bound > 0, "index(below:) needs a positive bound")
    return Int(next(upperBound: UInt64(bound)))
  }

  /// Standard normal by Box and Muller; draws two words for every value, so positions stay predictable.
  public mutating func normal() -> Double {
    let radius = 1 - uniform()
    let angle = uniform()
    return (-2 * logarithm(radius)).squareRoot() * cosine(2 * .pi * angle)
  }

  /// A uniformly drawn order of 0..<count (Fisher and Yates).
  public mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    guard count > 1 else { return order }
    for last in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(last, index(below: last + 1))
    }
    return order
  }

  /// `count` distinct members of 0..<population in ascending order (Floyd's sampling).
  public mutating func sample(_ count: Int, of population: Int) -> [Int] {
    precondition(count <= population, "cannot draw \(count) distinct members of \(population)")
    var chosen = Set<Int>(minimumCapacity: count)
    for last in (population - count)..<population {
      let candidate = index(below: last + 1)
      if !chosen.insert(candidate).inserted { chosen.insert(last) }
    }
    return chosen.sorted()
  }
}
