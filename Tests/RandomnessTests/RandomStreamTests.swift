import Foundation
import Randomness
import Testing

struct RandomStreamTests {
  @Test func `two words come from each block, low word first`() {
    var stream = RandomStream(seed: 0)
    #expect(stream.next() == 0xe169_c58d_6627_e8d5)
    #expect(stream.next() == 0x9b00_dbd8_bc57_ac4c)
    #expect(stream.position == 2)
  }

  @Test func `seeds and streams are apart`() {
    var streams = [
      RandomStream(seed: 1), RandomStream(seed: 2), RandomStream(seed: 1, stream: 1),
      RandomStream(seed: 1, stream: 2),
    ]
    #expect(Set(streams.indices.map { streams[$0].next() }).count == streams.count)
  }

  @Test func `a stream read back from a checkpoint goes on where it stood`() throws {
    var stream = RandomStream(seed: 7, stream: 3)
    for _ in 0..<5 { _ = stream.normal() }
    _ = stream.next()
    var restored = try JSONDecoder().decode(RandomStream.self, from: JSONEncoder().encode(stream))
    #expect(restored == stream)
    #expect((0..<10).map { _ in restored.next() } == (0..<10).map { _ in stream.next() })
  }

  /// With n draws the mean strays by sigma / sqrt(n); five of those is once in two million, and the seed is fixed.
  @Test func `uniform numbers have the moments of the unit interval`() {
    var stream = RandomStream(seed: 11)
    let count = 100_000
    let draws = (0..<count).map { _ in stream.uniform() }
    #expect(draws.allSatisfy { (0..<1).contains($0) })
    let mean = draws.reduce(0, +) / Double(count)
    let square = draws.reduce(0) { $0 + $1 * $1 } / Double(count)
    #expect(abs(mean - 0.5) < 5 * (1.0 / 12).squareRoot() / Double(count).squareRoot())
    #expect(abs(square - 1.0 / 3) < 5 * (4.0 / 45).squareRoot() / Double(count).squareRoot())
  }

  @Test func `normal numbers have the moments of the standard normal`() {
    var stream = RandomStream(seed: 12)
    let count = 100_000
    let draws = (0..<count).map { _ in stream.normal() }
    func moment(_ power: Int) -> Double {
      draws.reduce(0) { $0 + pow($1, Double(power)) } / Double(count)
    }
    let unit = 5 / Double(count).squareRoot()
    #expect(abs(moment(1)) < unit)
    #expect(abs(moment(2) - 1) < unit * 2.0.squareRoot())
    #expect(abs(moment(3)) < unit * 15.0.squareRoot())
    #expect(abs(moment(4) - 3) < unit * 96.0.squareRoot())
  }

  @Test func `every index is drawn about equally often`() {
    var stream = RandomStream(seed: 13)
    let (bound, count) = (7, 70_000)
    var seen = [Int](repeating: 0, count: bound)
    for _ in 0..<count { seen[stream.index(below: bound)] += 1 }
    let expected = Double(count / bound)
    let chiSquared = seen.reduce(0) { $0 + pow(Double($1) - expected, 2) / expected }
    // The 0.999 quantile of chi-squared with 6 degrees of freedom.
    #expect(chiSquared < 22.46)
  }

  @Test(arguments: [0, 1, 2, 50]) func `a permutation holds every index once`(count: Int) {
    var stream = RandomStream(seed: 14)
    #expect(stream.permutation(count).sorted() == Array(0..<count))
  }

  @Test func `all orders of three are drawn`() {
    var stream = RandomStream(seed: 15)
    var seen: [[Int]: Int] = [:]
    for _ in 0..<6000 { seen[stream.permutation(3), default: 0] += 1 }
    #expect(seen.count == 6)
    #expect(seen.values.allSatisfy { abs($0 - 1000) < 150 })
  }

  @Test(arguments: [(0, 0), (0, 5), (3, 10), (10, 10)])
  func `a sample has distinct members in ascending order`(count: Int, population: Int) {
    var stream = RandomStream(seed: 16)
    let sample = stream.sample(count, of: population)
    #expect(sample.count == count)
    #expect(sample == Set(sample).sorted())
    #expect(sample.allSatisfy { (0..<population).contains($0) })
  }

  @Test func `every member is sampled about equally often`() {
    var stream = RandomStream(seed: 17)
    var seen = [Int](repeating: 0, count: 10)
    for _ in 0..<10_000 { for member in stream.sample(3, of: 10) { seen[member] += 1 } }
    // Binomial with mean 3000 and standard deviation 46.
    #expect(seen.allSatisfy { abs($0 - 3000) < 230 })
  }
}
