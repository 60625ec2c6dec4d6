/// A NumPy array read into memory.
public struct NPYArray: Sendable {
  public let header: NPYHeader
  /// The elements as they stand in the file, C order.
  public let bytes: [UInt8]

  public var shape: [Int] { header.shape }
  public var count: Int { header.count }

  /// The elements as integers; floating-point elements are not converted: nil for them.
  public var integers: [Int]? {
    switch header.element {
    case .bool, .uint8: bytes.map(Int.init)
    case .int32: words(UInt32.self).map { Int(Int32(bitPattern: $0)) }
    case .int64: words(UInt64.self).map { Int(Int64(bitPattern: $0)) }
    case .float32, .float64: nil
    }
  }

  /// The elements as double precision; 64-bit integers beyond 2^53 are rounded.
  public var doubles: [Double] {
    switch header.element {
    case .float32: words(UInt32.self).map { Double(Float(bitPattern: $0)) }
    case .float64: words(UInt64.self).map(Double.init(bitPattern:))
    case .bool, .uint8, .int32, .int64: (integers ?? []).map(Double.init)
    }
  }

  private func words<Word: FixedWidthInteger>(_: Word.Type) -> [Word] {
    bytes.withUnsafeBytes { bytes in
      (0..<count).map { index in
        let word = bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Word>.size, as: Word.self)
        return header.isBigEndian ? Word(bigEndian: word) : Word(littleEndian: word)
      }
    }
  }
}
