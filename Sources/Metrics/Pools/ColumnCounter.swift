/// Counts, for every column of packed bits, in how many chosen rows (or pairs of rows) it is one (or differs).
///
/// Counters stand vertically: bit `b` of plane `p` is digit `p` of the count of column `b`. Eight rows at a time
/// go through a tree of carry-save adders, so that a 64-bit word costs a few logic operations for 64 columns and
/// the sum is bound by reading the rows. Only the end of a run of rows spreads the planes into numbers.
///
/// A counter holds scratch space: use one on each thread.
struct ColumnCounter {
  /// Rows summed before planes are spread: eight planes count to 255, in groups of eight rows.
  static let run = 248

  private let bits: Int
  private let wordsPerRow: Int
  private var planes: [UInt64]
  private let zeroRow: [UInt64]

  init(_ packed: PackedBits) {
    bits = packed.bits
    wordsPerRow = packed.wordsPerRow
    planes = [UInt64](repeating: 0, count: 8 * wordsPerRow)
    zeroRow = [UInt64](repeating: 0, count: wordsPerRow)
  }

  /// Writes `scale` times the number of `pairs` that differ, for each of the `bits` columns.
  ///
  /// A pair whose second row is negative counts the ones of its first row.
  mutating func count(
    _ pairs: [(Int32, Int32)], of packed: PackedBits, scale: Float,
    into counts: UnsafeMutableBufferPointer<Float>
  ) {
    counts.update(repeating: 0)
    packed.words.withUnsafeBufferPointer { words in
      zeroRow.withUnsafeBufferPointer { zero in
        planes.withUnsafeMutableBufferPointer { planes in
          for start in stride(from: 0, to: pairs.count, by: ColumnCounter.run) {
            let end = min(start + ColumnCounter.run, pairs.count)
            let used = Int.bitWidth - (end - start).leadingZeroBitCount
            planes.update(repeating: 0)
            for group in stride(from: start, to: end, by: 8) {
              let sources = RowGroup(pairs, group..<min(group + 8, end), words, zero, wordsPerRow)
              ColumnCounter.add(sources, to: planes, wordsPerRow, planes: max(used, 4))
            }
            ColumnCounter.spread(planes, wordsPerRow, bits, used: used, scale: scale, into: counts)
          }
        }
      }
    }
  }

  /// Adds eight rows to the vertical counters, two words at a time.
  @inline(__always)
  private static func add(
    _ rows: RowGroup, to planes: UnsafeMutableBufferPointer<UInt64>, _ wordsPerRow: Int, planes used: Int
  ) {
    guard let base = planes.baseAddress else { return }
    let raw = UnsafeMutableRawPointer(base)
    var word = 0
    while word + 2 <= wordsPerRow {
      addBlock(SIMD2<UInt64>.self, rows, raw, word, wordsPerRow, used)
      word += 2
    }
    if word < wordsPerRow { addBlock(UInt64.self, rows, raw, word, wordsPerRow, used) }
  }

  @inline(__always)
  private static func addBlock<Block: BitBlock>(
    _: Block.Type, _ rows: RowGroup, _ planes: UnsafeMutableRawPointer, _ word: Int, _ wordsPerRow: Int,
    _ used: Int
  ) {
    let offset = word * 8
    let stride = wordsPerRow * 8
    func plane(_ digit: Int) -> Block {
      planes.loadUnaligned(fromByteOffset: offset + digit * stride, as: Block.self)
    }
    func store(_ block: Block, _ digit: Int) {
      planes.storeBytes(of: block, toByteOffset: offset + digit * stride, as: Block.self)
    }
    let (twosA, onesA) = carrySave(plane(0), rows.load(0, offset), rows.load(1, offset))
    let (twosB, onesB) = carrySave(onesA, rows.load(2, offset), rows.load(3, offset))
    let (foursA, twosC) = carrySave(plane(1), twosA, twosB)
    let (twosD, onesC) = carrySave(onesB, rows.load(4, offset), rows.load(5, offset))
    let (twosE, ones) = carrySave(onesC, rows.load(6, offset), rows.load(7, offset))
    let (foursB, twos) = carrySave(twosC, twosD, twosE)
    var (carry, fours) = carrySave(plane(2), foursA, foursB)
    store(ones, 0)
    store(twos, 1)
    store(fours, 2)
    for digit in 3..<used {
      let old = plane(digit)
      store(old.xor(carry), digit)
      carry = old.and(carry)
    }
  }

  /// A full adder on every bit position: (carry, sum) of three bits.
  @inline(__always)
  private static func carrySave<Block: BitBlock>(_ a: Block, _ b: Block, _ c: Block) -> (Block, Block) {
    let half = a.xor(b)
    return (a.and(b).or(half.and(c)), half.xor(c))
  }

  /// Adds the vertical counters, times `scale`, to `counts`, eight columns at a time.
  private static func spread(
    _ planes: UnsafeMutableBufferPointer<UInt64>, _ wordsPerRow: Int, _ bits: Int, used: Int, scale: Float,
    into counts: UnsafeMutableBufferPointer<Float>
  ) {
    ByteSpread.table.withUnsafeBufferPointer { table in
      for word in 0..<wordsPerRow {
        for byte in 0..<8 {
          let first = word * 64 + byte * 8
          if first >= bits { return }
          // Eight counts of at most 255, each in a byte of its own, so the digits never carry over.
          var packed: UInt64 = 0
          for digit in 0..<used {
            let column = planes[digit &* wordsPerRow &+ word] &>> UInt64(byte &* 8) & 0xFF
            packed |= table[Int(column)] &<< UInt64(digit)
          }
          let lanes = SIMD8<Float>(
            SIMD8<Int32>(truncatingIfNeeded: unsafeBitCast(packed, to: SIMD8<UInt8>.self)))
          let scaled = lanes * scale
          if first + 8 <= bits {
            for lane in 0..<8 { counts[first &+ lane] += scaled[lane] }
          } else {
            for lane in 0..<(bits - first) { counts[first + lane] += scaled[lane] }
          }
        }
      }
    }
  }
}

/// The eight rows, or pairs of rows, that one pass adds; missing ones are pairs of zero rows.
private struct RowGroup {
  typealias Row = UnsafeRawPointer
  private let first: (Row, Row, Row, Row, Row, Row, Row, Row)
  private let second: (Row, Row, Row, Row, Row, Row, Row, Row)

  init(
    _ pairs: [(Int32, Int32)], _ range: Range<Int>, _ words: UnsafeBufferPointer<UInt64>,
    _ zero: UnsafeBufferPointer<UInt64>, _ wordsPerRow: Int
  ) {
    let zeroRow = UnsafeRawPointer(zero.baseAddress.unsafelyUnwrapped)
    let base = UnsafeRawPointer(words.baseAddress.unsafelyUnwrapped)
    func row(_ index: Int32) -> Row { index < 0 ? zeroRow : base + Int(index) * wordsPerRow * 8 }
    func a(_ slot: Int) -> Row { slot < range.count ? row(pairs[range.lowerBound + slot].0) : zeroRow }
    func b(_ slot: Int) -> Row { slot < range.count ? row(pairs[range.lowerBound + slot].1) : zeroRow }
    first = (a(0), a(1), a(2), a(3), a(4), a(5), a(6), a(7))
    second = (b(0), b(1), b(2), b(3), b(4), b(5), b(6), b(7))
  }

  @inline(__always)
  func load<Block: BitBlock>(_ slot: Int, _ offset: Int) -> Block {
    let (a, b) =
      switch slot {
      case 0: (first.0, second.0)
      case 1: (first.1, second.1)
      case 2: (first.2, second.2)
      case 3: (first.3, second.3)
      case 4: (first.4, second.4)
      case 5: (first.5, second.5)
      case 6: (first.6, second.6)
      default: (first.7, second.7)
      }
    return a.loadUnaligned(fromByteOffset: offset, as: Block.self)
      .xor(b.loadUnaligned(fromByteOffset: offset, as: Block.self))
  }
}

/// A block of bits that goes through the adders at once: one word, or two in a vector register.
private protocol BitBlock: BitwiseCopyable {
  func and(_ other: Self) -> Self
  func or(_ other: Self) -> Self
  func xor(_ other: Self) -> Self
}

extension UInt64: BitBlock {
  @inline(__always) fileprivate func and(_ other: UInt64) -> UInt64 { self & other }
  @inline(__always) fileprivate func or(_ other: UInt64) -> UInt64 { self | other }
  @inline(__always) fileprivate func xor(_ other: UInt64) -> UInt64 { self ^ other }
}

extension SIMD2<UInt64>: BitBlock {
  @inline(__always) fileprivate func and(_ other: Self) -> Self { self & other }
  @inline(__always) fileprivate func or(_ other: Self) -> Self { self | other }
  @inline(__always) fileprivate func xor(_ other: Self) -> Self { self ^ other }
}

/// For each byte value, its eight bits as eight bytes.
private enum ByteSpread {
  static let table: [UInt64] = (0..<256).map { byte in
    (0..<8).reduce(0) { $0 | UInt64(byte >> $1 & 1) << UInt64($1 * 8) }
  }
}
