/// What the elements of an array are, whatever format it lies in. Raw values are NumPy's words.
public enum NumberType: String, Hashable, Sendable, CaseIterable {
  case bool, int8, int16, int32, int64, uint8, uint16, uint32, uint64, float16, bfloat16, float32, float64

  public var byteCount: Int {
    switch self {
    case .bool, .int8, .uint8: 1
    case .int16, .uint16, .float16, .bfloat16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .uint64, .float64: 8
    }
  }

  /// As `.npy` headers call it behind the sign of the byte order: `f4`; nil for what they have no code for.
  var code: String? {
    switch self {
    case .bool: "b1"
    case .int8, .int16, .int32, .int64: "i\(byteCount)"
    case .uint8, .uint16, .uint32, .uint64: "u\(byteCount)"
    case .float16, .float32, .float64: "f\(byteCount)"
    case .bfloat16: nil
    }
  }

  init?(code: String) {
    guard let type = NumberType.allCases.first(where: { $0.code == code }) else { return nil }
    self = type
  }

  /// By the name that the safetensors format has for it: `F32`.
  public init?(safetensors name: String) {
    switch name {
    case "BOOL": self = .bool
    case "I8": self = .int8
    case "I16": self = .int16
    case "I32": self = .int32
    case "I64": self = .int64
    case "U8": self = .uint8
    case "U16": self = .uint16
    case "U32": self = .uint32
    case "U64": self = .uint64
    case "F16": self = .float16
    case "BF16": self = .bfloat16
    case "F32": self = .float32
    case "F64": self = .float64
    default: return nil
    }
  }
}

extension NumberType {
  /// Converts little-endian elements to single precision: the nearest number, infinite where there is none.
  ///
  /// - Parameters:
  ///   - bytes: whole elements, at any address.
  ///   - floats: has room for the last one, at (count - 1) * `step`.
  ///   - step: from one converted element to the next.
  public func convert(
    _ bytes: UnsafeRawBufferPointer, into floats: UnsafeMutableBufferPointer<Float>, step: Int = 1
  ) {
    let count = bytes.count / byteCount
    precondition(count == 0 || (count - 1) * step < floats.count, "\(count) numbers have no room")
    func each<Word: FixedWidthInteger>(_: Word.Type, _ number: (Word) -> Float) {
      for index in 0..<count {
        let word = bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Word>.size, as: Word.self)
        floats[index * step] = number(Word(littleEndian: word))
      }
    }
    switch self {
    case .bool: each(UInt8.self) { $0 == 0 ? 0 : 1 }
    case .int8: each(Int8.self) { Float($0) }
    case .int16: each(Int16.self) { Float($0) }
    case .int32: each(Int32.self) { Float($0) }
    case .int64: each(Int64.self) { Float($0) }
    case .uint8: each(UInt8.self) { Float($0) }
    case .uint16: each(UInt16.self) { Float($0) }
    case .uint32: each(UInt32.self) { Float($0) }
    case .uint64: each(UInt64.self) { Float($0) }
    case .float16: each(UInt16.self) { Float(Float16(bitPattern: $0)) }
    case .bfloat16: each(UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
    case .float32: each(UInt32.self) { Float(bitPattern: $0) }
    case .float64: each(UInt64.self) { Float(Double(bitPattern: $0)) }
    }
  }

  /// The elements in double precision; integers beyond 2^53 are rounded.
  public func doubles(_ bytes: UnsafeRawBufferPointer, isBigEndian: Bool = false) -> [Double] {
    func each<Word: FixedWidthInteger>(_: Word.Type, _ number: (Word) -> Double) -> [Double] {
      (0..<(bytes.count / byteCount)).map { index in
        let word = bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Word>.size, as: Word.self)
        return number(isBigEndian ? Word(bigEndian: word) : Word(littleEndian: word))
      }
    }
    return switch self {
    case .bool, .uint8: each(UInt8.self) { Double($0) }
    case .int8: each(Int8.self) { Double($0) }
    case .int16: each(Int16.self) { Double($0) }
    case .int32: each(Int32.self) { Double($0) }
    case .int64: each(Int64.self) { Double($0) }
    case .uint16: each(UInt16.self) { Double($0) }
    case .uint32: each(UInt32.self) { Double($0) }
    case .uint64: each(UInt64.self) { Double($0) }
    case .float16: each(UInt16.self) { Double(Float16(bitPattern: $0)) }
    case .bfloat16: each(UInt16.self) { Double(Float(bitPattern: UInt32($0) << 16)) }
    case .float32: each(UInt32.self) { Double(Float(bitPattern: $0)) }
    case .float64: each(UInt64.self) { Double(bitPattern: $0) }
    }
  }
}
