import Datasets
import Dispatch
import Metrics
import Randomness

/// How fast this machine reads packed images when it does nothing with them but add their words up: the limit of
/// everything that has to look at every pixel.
struct ReadBandwidth {
  let bits: PackedBits

  /// Gigabytes per second over the images in memory order.
  func sequential() -> Double {
    let parts = 64
    return gigabytesPerSecond(bytes: bits.words.count * 8) {
      sum(parts: parts) { part in
        let range = (part * bits.count / parts)..<((part + 1) * bits.count / parts)
        return bits.words.withUnsafeBufferPointer { words in
          sum(words, from: range.lowerBound * bits.wordsPerRow, count: range.count * bits.wordsPerRow)
        }
      }
    }
  }

  /// Gigabytes per second over these images, on all cores, in parts of consecutive ones.
  ///
  /// Sixteen images at a time, a cache line of each in turn, as the differences of eight pairs are counted: one image
  /// after another keeps fewer reads under way and is about half as fast.
  func random(_ images: [Int32]) -> Double {
    let parts = 64
    return gigabytesPerSecond(bytes: images.count * bits.wordsPerRow * 8) {
      sum(parts: parts) { part in
        let range = (part * images.count / parts)..<((part + 1) * images.count / parts)
        return images.withUnsafeBufferPointer { images in
          bits.words.withUnsafeBufferPointer { words in
            var total: UInt64 = 0
            for start in stride(from: range.lowerBound, to: range.upperBound, by: 16) {
              total &+= sum(words, of: images[start..<min(start + 16, range.upperBound)])
            }
            return total
          }
        }
      }
    }
  }

  /// Both images of pairs that share the value of one factor, the same one for all pairs of a point: what the Higgins
  /// score reads, in the order in which it draws.
  static func pairs(of grid: FactorGrid, points: Int, pairsPerPoint: Int, seed: UInt64) -> [Int32] {
    var stream = RandomStream(seed: seed)
    var images: [Int32] = []
    images.reserveCapacity(2 * points * pairsPerPoint)
    for _ in 0..<points {
      let factor = stream.index(below: grid.sizes.count)
      let stride = grid.sizes[(factor + 1)...].reduce(1, *)
      func value(_ image: Int) -> Int { image / stride % grid.sizes[factor] }
      for _ in 0..<pairsPerPoint {
        let (first, other) = (stream.index(below: grid.count), stream.index(below: grid.count))
        images.append(Int32(first))
        images.append(Int32(other + (value(first) - value(other)) * stride))
      }
    }
    return images
  }

  @inline(__always)
  private func sum(_ words: UnsafeBufferPointer<UInt64>, of group: Slice<UnsafeBufferPointer<Int32>>)
    -> UInt64
  {
    let line = 8
    precondition(bits.wordsPerRow % line == 0, "rows of whole cache lines")
    var total: UInt64 = 0
    for offset in stride(from: 0, to: bits.wordsPerRow, by: line) {
      for image in group { total &+= sum(words, from: Int(image) &* bits.wordsPerRow &+ offset, count: line) }
    }
    return total
  }

  @inline(__always)
  private func sum(_ words: UnsafeBufferPointer<UInt64>, from first: Int, count: Int) -> UInt64 {
    var total: UInt64 = 0
    for index in first..<(first &+ count) { total &+= words[index] }
    return total
  }

  private func sum(parts: Int, _ body: @Sendable (Int) -> UInt64) -> UInt64 {
    var totals = [UInt64](repeating: 0, count: parts)
    totals.withUnsafeMutableBufferPointer { totals in
      // Each call writes its own total and no others.
      nonisolated(unsafe) let totals = totals
      DispatchQueue.concurrentPerform(iterations: parts) { totals[$0] = body($0) }
    }
    return totals.reduce(0, &+)
  }

  /// A sum that is used keeps the reads from being removed.
  private func gigabytesPerSecond(bytes: Int, _ work: () -> UInt64) -> Double {
    var total: UInt64 = 0
    let elapsed = ContinuousClock().measure { total = work() }
    precondition(total != 0, "images without a single pixel")
    return Double(bytes) / 1e9 / (elapsed / .seconds(1))
  }
}
