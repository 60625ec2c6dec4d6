import Randomness
import Testing

@testable import Metrics

@Suite("Counting columns of packed bits")
struct ColumnCounterTests {
  private func random(_ rows: Int, _ bits: Int) throws -> PackedBits {
    var stream = RandomStream(seed: UInt64(rows * 1000 + bits))
    return try PackedBits((0..<rows).map { _ in (0..<bits).map { _ in stream.uniform() < 0.4 } })
  }

  @Test func packing() throws {
    let packed = try random(5, 130)
    #expect(packed.wordsPerRow == 3)
    let rows = (0..<5).map { row in (0..<130).map { packed[row, $0] } }
    #expect(try PackedBits(rows) == packed)
    #expect(packed.words[1] & 1 == (packed[0, 64] ? 1 : 0))
  }

  /// Widths around the borders of bytes, words and vectors; lengths around the groups of 8 and runs of 248.
  @Test(arguments: [1, 7, 8, 63, 64, 65, 128, 200], [1, 2, 7, 8, 9, 64, 247, 248, 249, 600])
  func agreesWithCountingOneByOne(bits: Int, length: Int) throws {
    let packed = try random(20, bits)
    var stream = RandomStream(seed: 9)
    let pairs = (0..<length).map { _ in (Int32(stream.index(below: 20)), Int32(stream.index(below: 21) - 1)) }
    var counter = ColumnCounter(packed)
    var counts = [Float](repeating: .nan, count: bits)
    for _ in 0..<2 {  // The second time over finds what the first left in the planes.
      counts.withUnsafeMutableBufferPointer { counter.count(pairs, of: packed, scale: 0.5, into: $0) }
    }
    let expected = (0..<bits).map { bit in
      Float(
        pairs.count { first, second in
          packed[Int(first), bit] != (second < 0 ? false : packed[Int(second), bit])
        }) * 0.5
    }
    #expect(counts == expected)
  }

  /// Every count reaches the top of eight planes.
  @Test func saturatedColumns() throws {
    let packed = try PackedBits([[Bool](repeating: true, count: 70), [Bool](repeating: false, count: 70)])
    var counter = ColumnCounter(packed)
    var counts = [Float](repeating: 0, count: 70)
    let pairs = [(Int32, Int32)](repeating: (0, 1), count: 1000)
    counts.withUnsafeMutableBufferPointer { counter.count(pairs, of: packed, scale: 1, into: $0) }
    #expect(counts.allSatisfy { $0 == 1000 })
  }
}
