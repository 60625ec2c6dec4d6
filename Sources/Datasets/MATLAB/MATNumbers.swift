/// The numbers of a variable of a MATLAB file, from front to back. Valid inside `MATFile.withNumbers` only.
final class MATNumbers {
  let variable: MATVariable
  /// How they are stored, which may be in fewer bytes than their class has.
  let storage: NumberType
  /// Bytes of all numbers.
  let byteCount: Int
  private let bytes: MATBytes
  private let end: Int

  /// Takes over `bytes` behind the header of a variable that ends at the position `end`; no more than `limit` bytes can
  /// follow. Throws `MATDamage`, and `FileError`.
  init(of variable: MATVariable, from bytes: MATBytes, end: Int, limit: Int) throws {
    let tag = try MATTag(from: bytes)
    guard let storage = MATTag.storages[tag.type] else {
      throw MATDamage("it holds no numbers but a \(variable.type) array")
    }
    guard let count = variable.count,
      case (let expected, let overflow) = count.multipliedReportingOverflow(
        by: storage.byteCount), !overflow, expected == tag.byteCount
    else {
      throw MATDamage("\(tag.byteCount) bytes of numbers cannot have the shape \(variable.shape)")
    }
    guard tag.byteCount <= limit, tag.byteCount <= end - bytes.position else {
      throw MATDamage("it claims \(tag.byteCount) bytes of numbers, more than it can hold")
    }
    (self.variable, self.storage, byteCount) = (variable, storage, tag.byteCount)
    (self.bytes, self.end) = (bytes, end)
  }

  /// Fills all of `buffer` with the next bytes. Throws `MATDamage`, and `FileError`.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws { try bytes.read(into: buffer) }

  /// Reads the end of the variable, where the checksum is compared. Nothing read before it can be trusted.
  ///
  /// Throws `MATDamage`, and `FileError`.
  func finish() throws {
    // Up to seven bytes of padding.
    guard (0..<8).contains(end - bytes.position) else { throw MATDamage("it is longer than its header says") }
    _ = try bytes.read(end - bytes.position)
    try bytes.finish()
  }

  /// All numbers as the nearest doubles. More than `limit` bytes are refused before memory is taken.
  ///
  /// Throws `MATDamage`, and `FileError`.
  func doubles(limit: Int) throws -> [Double] {
    guard byteCount <= limit else {
      throw MATDamage("it has \(byteCount) bytes of numbers, more than the \(limit) that are allowed here")
    }
    let read = try bytes.read(byteCount)
    try finish()
    return read.withUnsafeBytes { storage.doubles($0) }
  }
}
