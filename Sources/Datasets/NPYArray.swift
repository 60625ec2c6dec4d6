/// A NumPy array read into memory.
public struct NPYArray: Sendable {
  public let header: NPYHeader
  /// The elements as they stand in the file, C order.
  public let bytes: [UInt8]

  public var shape: [Int] { header.shape }
  public var count: Int { header.count }

  /// The elements as integers; nil for floating-point elements, and where one is larger than an `Int` can be.
  public var integers: [Int]? {
    switch header.element {
    case .bool, .uint8: return bytes.map(Int.init)
    case .int8: return bytes.map { Int(Int8(bitPattern: $0)) }
    case .int16: return words(UInt16.self).map { Int(Int16(bitPattern: $0)) }
    case .int32: return words(UInt32.self).map { Int(Int32(bitPattern: $0)) }
    case .int64: return words(UInt64.self).map { Int(Int64(bitPattern: $0)) }
    case .uint16: return words(UInt16.self).map(Int.init)
    case .uint32: return words(UInt32.self).map(Int.init)
    case .uint64:
      let integers = words(UInt64.self).compactMap { Int(exactly: $0) }
      return integers.count == count ? integers : nil
    case .float16, .bfloat16, .float32, .float64: return nil
    }
  }

  /// The elements as double precision; 64-bit integers beyond 2^53 are rounded.
  public var doubles: [Double] {
    bytes.withUnsafeBytes { header.element.doubles($0, isBigEndian: header.isBigEndian) }
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
