/// Binary codes, 64 of them to a word: bit `b` of row `i` is bit `b % 64` of word `i * wordsPerRow + b / 64`.
///
/// All 737,280 dSprites images take 377 MB this way. Padding bits of a row's last word are ignored.
public struct PackedBits: Sendable, Equatable {
  /// The number of rows (images).
  public let count: Int
  /// Bits per row (pixels).
  public let bits: Int
  public let words: [UInt64]

  public var wordsPerRow: Int { (bits + 63) / 64 }

  /// Wraps packed words, of which there must be `count` rows.
  public init(count: Int, bits: Int, words: [UInt64]) throws(MetricsError) {
    guard count >= 0, bits > 0, words.count == count * ((bits + 63) / 64) else {
      throw .poolMismatch("\(words.count) words do not hold \(count) rows of \(bits) bits")
    }
    self.count = count
    self.bits = bits
    self.words = words
  }

  /// Packs rows of booleans, all of one length.
  public init(_ rows: [[Bool]]) throws(MetricsError) {
    let bits = rows.first?.count ?? 0
    guard rows.allSatisfy({ $0.count == bits }) else {
      throw .poolMismatch("rows of booleans differ in length")
    }
    var words: [UInt64] = []
    for row in rows {
      for start in stride(from: 0, to: bits, by: 64) {
        let part = row[start..<min(start + 64, bits)]
        words.append(part.reversed().reduce(0) { $0 << 1 | ($1 ? 1 : 0) })
      }
    }
    try self.init(count: rows.count, bits: bits, words: words)
  }

  public subscript(row: Int, bit: Int) -> Bool {
    words[row * wordsPerRow + bit / 64] >> UInt64(bit % 64) & 1 == 1
  }
}
