/// One image row of 64 binary pixels in one word: bit c is column c.
enum BitPacking {
  /// The eight pixels of every possible byte, lowest bit first.
  ///
  /// Copying 32 bytes from this table (8 KiB, it stays in the nearest cache) is faster than testing bits one by one.
  private static let pixels: [SIMD8<Float>] = (0..<256).map { byte in
    var eight = SIMD8<Float>()
    for bit in 0..<8 { eight[bit] = Float((byte >> bit) & 1) }
    return eight
  }

  /// Runs `body` with a function that writes the pixels of `words`, 64 for each, as 0 and 1.
  static func withUnpacker<R>(
    _ body: ((_ words: UnsafeBufferPointer<UInt64>, _ pixels: UnsafeMutablePointer<Float>) -> Void) -> R
  ) -> R {
    pixels.withUnsafeBufferPointer { table in
      body { words, pixels in
        var target = UnsafeMutableRawPointer(pixels)
        for word in words {
          var rest = word
          for _ in 0..<8 {
            target.storeBytes(of: table[Int(rest & 255)], as: SIMD8<Float>.self)
            target += MemoryLayout<SIMD8<Float>>.size
            rest >>= 8
          }
        }
      }
    }
  }

  /// Packs `words.count * 64` bytes that are 0 or 1.
  ///
  /// Returns the position of the first byte that is neither, or nil when there is none.
  static func pack(_ bytes: UnsafeRawBufferPointer, into words: UnsafeMutableBufferPointer<UInt64>) -> Int? {
    precondition(bytes.count == words.count * 64, "\(bytes.count) pixels do not fill \(words.count) words")
    for row in words.indices {
      var word: UInt64 = 0
      for group in 0..<8 {
        let eight = UInt64(
          littleEndian: bytes.loadUnaligned(fromByteOffset: row * 64 + group * 8, as: UInt64.self))
        guard eight & 0xFEFE_FEFE_FEFE_FEFE == 0 else {
          let start = row * 64 + group * 8
          return (start..<(start + 8)).first { bytes[$0] > 1 }
        }
        // The product moves the low bit of byte k to bit 56 + k; no two partial products meet, so nothing carries.
        word |= ((eight &* 0x0102_0408_1020_4080) >> 56) << UInt64(8 * group)
      }
      words[row] = word
    }
    return nil
  }
}
