import Foundation

/// Arrays of single precision in the formats of other programs, as plainly as these allow.
public enum ArrayFiles {
  /// NumPy's `.npy`, version 1.0.
  public static func npy(_ values: [Float], _ shape: [Int], type: String = "<f4") -> [UInt8] {
    npy(bytes: bytes(values), shape, type: type)
  }

  /// 64-bit integers.
  public static func npy(_ values: [Int], _ shape: [Int]) -> [UInt8] {
    npy(bytes: values.flatMap { withUnsafeBytes(of: Int64($0).littleEndian, Array.init) }, shape, type: "<i8")
  }

  /// The same numbers with the first axis fastest: rows x columns.
  public static func fortran(_ values: [Float], rows: Int) -> [UInt8] {
    let columns = values.count / rows
    let turned = (0..<columns).flatMap { column in (0..<rows).map { values[$0 * columns + column] } }
    return npy(bytes: bytes(turned), [rows, columns], type: "<f4", fortran: true)
  }

  private static func npy(bytes: [UInt8], _ shape: [Int], type: String, fortran: Bool = false) -> [UInt8] {
    let sizes = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var header = "{'descr': '\(type)', 'fortran_order': \(fortran ? "True" : "False"), 'shape': (\(sizes)), }"
    while (10 + header.utf8.count + 1) % 64 != 0 { header += " " }
    header += "\n"
    let count = UInt16(header.utf8.count)
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(count & 255), UInt8(count >> 8)] + Array(header.utf8)
      + bytes
  }

  /// A `.npz` archive without compression.
  public static func npz(_ members: [(name: String, npy: [UInt8])]) -> [UInt8] {
    func little<Word: FixedWidthInteger>(_ word: Word) -> [UInt8] {
      withUnsafeBytes(of: word.littleEndian, Array.init)
    }
    var (archive, directory): ([UInt8], [UInt8]) = ([], [])
    for (name, npy) in members {
      let name = Array("\(name).npy".utf8)
      // Version, flags, method and time; checksum, sizes, lengths of the name and of nothing else.
      let common: [UInt8] =
        little(UInt16(20)) + [UInt8](repeating: 0, count: 8) + little(crc32(npy)) + little(UInt32(npy.count))
        + little(UInt32(npy.count)) + little(UInt16(name.count)) + little(UInt16(0))
      directory += Array("PK\u{1}\u{2}".utf8) + little(UInt16(20)) + common + [UInt8](repeating: 0, count: 10)
      directory += little(UInt32(archive.count)) + name
      archive += Array("PK\u{3}\u{4}".utf8) + common + name + npy
    }
    let end =
      Array("PK\u{5}\u{6}".utf8) + little(UInt32(0)) + little(UInt16(members.count))
      + little(UInt16(members.count)) + little(UInt32(directory.count)) + little(UInt32(archive.count))
      + little(UInt16(0))
    return archive + directory + end
  }

  /// A safetensors file with one F32 tensor.
  public static func safetensors(_ name: String, _ values: [Float], _ shape: [Int]) -> [UInt8] {
    let header =
      "{\"\(name)\":{\"dtype\":\"F32\",\"shape\":[\(shape.map(String.init).joined(separator: ","))],"
      + "\"data_offsets\":[0,\(4 * values.count)]}}"
    return withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian, Array.init) + Array(header.utf8)
      + bytes(values)
  }

  /// As `zlib.crc32`.
  public static func crc32(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~UInt32(0)) { crc, byte in
      (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in crc >> 1 ^ (crc & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
  }

  private static func bytes(_ values: [Float]) -> [UInt8] {
    values.map(\.bitPattern.littleEndian).withUnsafeBytes(Array.init)
  }

  /// The numbers of a `.f32` file.
  public static func floats(_ bytes: [UInt8]) -> [Float] {
    stride(from: 0, to: bytes.count - 3, by: 4).map { start in
      Float(bitPattern: bytes[start..<(start + 4)].reversed().reduce(0) { $0 << 8 | UInt32($1) })
    }
  }
}
