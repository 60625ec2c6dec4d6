import CZip

/// One array of an .npz archive, read from front to back.
///
/// Valid inside `NPZ.withArray` only.
public final class NPYStream {
  public private(set) var header: NPYHeader
  private let file: OpaquePointer
  private let path: String
  private let name: String

  /// Takes over `file`, a member of `byteCount` bytes when unpacked, and reads its header.
  init(
    taking file: OpaquePointer, byteCount: UInt64, takesFortranOrder: Bool, path: String, name: String
  ) throws {
    self.file = file
    self.path = path
    self.name = name
    header = NPYHeader(
      element: .uint8, isBigEndian: false, shape: [], isFortranOrder: false, byteCount: 0)
    do {
      header = try NPYHeader(takesFortranOrder: takesFortranOrder) { count in
        var bytes = [UInt8](repeating: 0, count: count)
        try bytes.withUnsafeMutableBytes { try read(into: $0) }
        return bytes
      }
    } catch NPYHeader.Problem.malformed(let reason) {
      throw DatasetError.malformedArray(path: path, member: name, reason: reason)
    } catch NPYHeader.Problem.unsupported(let reason) {
      throw DatasetError.unsupportedArray(path: path, member: name, reason: reason)
    }
    let (expected, overflow) = header.byteCount.addingReportingOverflow(header.dataByteCount)
    guard !overflow, byteCount == UInt64(expected) else {
      throw DatasetError.damagedArchive(
        path: path, member: name,
        reason: "it unpacks to \(byteCount) bytes, but an array of shape \(header.shape) needs \(expected)")
    }
  }

  deinit { zip_fclose(file) }

  /// Fills all of `buffer` with the next bytes.
  public func read(into buffer: UnsafeMutableRawBufferPointer) throws {
    var filled = 0
    while filled < buffer.count {
      let count = zip_fread(file, buffer.baseAddress! + filled, UInt64(buffer.count - filled))
      guard count >= 0 else { throw damaged() }
      guard count > 0 else {
        throw DatasetError.damagedArchive(path: path, member: name, reason: "it ends too early")
      }
      filled += Int(count)
    }
  }

  /// Reads the end of the array, where the checksum is compared. Nothing read before it can be trusted.
  public func finish() throws {
    var excess: UInt8 = 0
    let count = zip_fread(file, &excess, 1)
    guard count >= 0 else { throw damaged() }
    guard count == 0 else {
      throw DatasetError.damagedArchive(path: path, member: name, reason: "it is longer than its header says")
    }
  }

  private func damaged() -> DatasetError {
    .damagedArchive(
      path: path, member: name, reason: String(cString: zip_error_strerror(zip_file_get_error(file))))
  }
}
