/// A variable of a MATLAB file, as its header describes it.
struct MATVariable: Hashable {
  let name: String
  /// Its class in MATLAB: "uint8", "double", "cell".
  let type: String
  /// Rows, columns, and so on; the first runs fastest in the file.
  let shape: [Int]

  /// By their numbers in the file, from 1.
  private static let classes = [
    "cell", "struct", "object", "char", "sparse", "double", "single", "int8", "uint8", "int16", "uint16",
    "int32",
    "uint32", "int64", "uint64", "function handle", "opaque",
  ]

  private static let (logical, complex): (UInt32, UInt32) = (1 << 9, 1 << 11)

  /// Reads a header. Throws `MATDamage`, and `FileError`.
  init(from bytes: MATBytes) throws {
    let flags = try MATTag(from: bytes).numbers(.uint32, atMost: 2, of: bytes)
    let number = Int(flags.first ?? 0) & 0xff
    guard flags.count == 2, Self.classes.indices.contains(number - 1) else {
      throw MATDamage("a variable has no class")
    }
    let word = UInt32(truncatingIfNeeded: flags[0])
    let name = Self.classes[number - 1]
    type = word & Self.complex != 0 ? "complex \(name)" : word & Self.logical != 0 ? "logical" : name
    // What MATLAB alone can read has no shape, and its name comes first.
    shape = name == "opaque" ? [] : try MATTag(from: bytes).numbers(.int32, atMost: 32, of: bytes)
    guard name == "opaque" || shape.count >= 2, shape.allSatisfy({ $0 >= 0 }) else {
      throw MATDamage("a variable has the shape \(shape)")
    }
    self.name = String(
      decoding: try MATTag(from: bytes).numbers(.int8, atMost: 1024, of: bytes)
        .map { UInt8(truncatingIfNeeded: $0) }, as: UTF8.self)
  }

  /// The product of the shape, or nil where it fits no number.
  var count: Int? {
    var count = 1
    for size in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow else { return nil }
      count = product
    }
    return count
  }
}

/// What stands before the bytes of every element: their type and number.
struct MATTag {
  let type: UInt32
  let byteCount: Int
  /// Bytes after them, up to the next multiple of eight.
  let padding: Int

  /// The type of a whole variable, and of a packed one.
  static let (matrix, packed): (UInt32, UInt32) = (14, 15)
  /// How numbers are stored, little-endian, by their types.
  static let storages: [UInt32: NumberType] = [
    1: .int8, 2: .uint8, 3: .int16, 4: .uint16, 5: .int32, 6: .uint32, 7: .float32, 9: .float64, 12: .int64,
    13: .uint64,
  ]

  /// Reads a tag; up to four bytes may stand in its second half. Throws `MATDamage`, and `FileError`.
  init(from bytes: MATBytes) throws {
    let word = try bytes.word()
    guard word >> 16 != 0 else {
      (type, byteCount) = (word, Int(try bytes.word()))
      padding = (8 - byteCount % 8) % 8
      return
    }
    (type, byteCount) = (word & 0xffff, Int(word >> 16))
    guard byteCount <= 4 else { throw MATDamage("an element of type \(type) has an impossible length") }
    padding = 4 - byteCount
  }

  /// The few numbers of the element, which must be of that type. Throws `MATDamage`, and `FileError`.
  func numbers(_ storage: NumberType, atMost limit: Int, of bytes: MATBytes) throws -> [Int] {
    guard Self.storages[type] == storage, byteCount <= limit * storage.byteCount else {
      throw MATDamage("the header of a variable has an element of type \(type) and \(byteCount) bytes")
    }
    let numbers = try bytes.read(byteCount).withUnsafeBytes { storage.doubles($0) }
    _ = try bytes.read(padding)
    return numbers.map { Int($0) }
  }
}
