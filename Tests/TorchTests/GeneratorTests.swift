import Testing
import Torch

@Suite("Generators")
struct GeneratorTests {
  @Test("a seed gives the numbers that PyTorch draws from it")
  func knownNumbers() throws {
    let reference = try Reference.layers.get().streams
    let generator = try Generator(seed: #require(UInt64(reference.seed)))
    let uniform = try generator.uniform([20], in: -0.5..<0.25).elements()
    #expect(distance(uniform, reference.uniform) < tolerance)
    let normal = try generator.normal([4, 5], mean: 1, deviation: 2).elements()
    #expect(distance(normal, reference.normal) < tolerance)
    #expect(try distance(generator.normal([5]).elements(), reference.few) < tolerance)
  }

  @Test("equal seeds give equal numbers, other seeds others")
  func seeds() throws {
    func numbers(_ seed: UInt64) throws -> [Float] { try Generator(seed: seed).normal([50]).elements() }
    #expect(try numbers(7) == numbers(7))
    #expect(try numbers(7) != numbers(8))
    #expect(try numbers(0) != numbers(UInt64(UInt32.max)))
  }

  // Fewer than 16 normal numbers leave one of a pair behind for the next call, and that too belongs to the state.
  @Test(arguments: [1, 15, 16, 700])
  func stateContinuesTheStream(_ drawn: Int) throws {
    let first = try Generator(seed: 11)
    _ = try first.normal([drawn])
    let state = try first.state
    let expected = try [first.normal([5]), first.uniform([700]), first.normal([20])].map { try $0.elements() }
    let second = try Generator(seed: 12)
    try second.restore(state)
    #expect(try second.state == state)
    #expect(
      try [second.normal([5]), second.uniform([700]), second.normal([20])].map { try $0.elements() }
        == expected)
    try first.restore(state)
    #expect(try first.normal([5]).elements() == expected[0])
  }

  @Test("generators do not disturb each other")
  func independence() throws {
    let alone = try Generator(seed: 1)
    let expected = try [alone.uniform([3]).elements(), alone.uniform([3]).elements()]
    let first = try Generator(seed: 1)
    let second = try Generator(seed: 2)
    let start = try first.uniform([3]).elements()
    _ = try second.uniform([100])
    #expect(try [start, first.uniform([3]).elements()] == expected)
  }

  @Test(
    "a state of the wrong size is refused with libtorch's reason, and changes nothing",
    arguments: [0, 10, 5057])
  func wrongState(_ size: Int) throws {
    let generator = try Generator(seed: 1)
    let before = try generator.state
    let error = #expect(throws: TorchError.self) {
      try generator.restore([UInt8](repeating: 0, count: size))
    }
    #expect(try "\(#require(error))".hasPrefix("restoring a generator failed: "))
    #expect(try generator.state == before)
  }

  @Test("a state that is no state of the algorithm is refused")
  func impossibleState() throws {
    let generator = try Generator(seed: 1)
    let before = try generator.state
    #expect(throws: TorchError.self) { try generator.restore([UInt8](repeating: 0xFF, count: before.count)) }
    #expect(try generator.state == before)
  }
}
