import Randomness
import Testing

@testable import Models

@Suite("Minibatches without replacement")
struct EpochOrderTests {
  private func order(count: Int = 11, batch: Int = 3, seed: UInt64 = 1) -> EpochOrder {
    EpochOrder(count: count, batch: batch, source: RandomStream(seed: seed, stream: 3))
  }

  @Test("an epoch takes each image at most once, and the next takes another order")
  func epochs() {
    var order = order()
    let epochs = (0..<4).map { epoch in (0..<3).flatMap { order.indices(ofMinibatch: 3 * epoch + $0) } }
    for epoch in epochs { #expect(Set(epoch).count == 9 && epoch.allSatisfy((0..<11).contains)) }
    #expect(Set(epochs).count == 4)
    // The two images left out change from epoch to epoch.
    #expect(Set(epochs.flatMap { $0 }).count == 11)
  }

  @Test("a minibatch follows from the seed and its number, whatever was drawn before")
  func numbered() {
    var forward = order()
    var backward = order()
    let numbers = Array(0..<8)
    let expected = numbers.map { forward.indices(ofMinibatch: $0) }
    #expect(Array(numbers.reversed().map { backward.indices(ofMinibatch: $0) }.reversed()) == expected)
    backward.source = RandomStream(seed: 2, stream: 3)
    #expect(numbers.map { backward.indices(ofMinibatch: $0) } != expected)
    backward.source = RandomStream(seed: 1, stream: 3)
    #expect(numbers.map { backward.indices(ofMinibatch: $0) } == expected)
  }
}
