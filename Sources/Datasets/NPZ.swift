import CZip
import Files

/// A NumPy .npz archive, open for reading. Sizes are checked against the archive before memory is taken.
///
/// Not for several threads at once: libzip keeps one position per archive.
public final class NPZ {
  public let path: String
  /// The arrays, without the `.npy` of their member names, in the order of the archive.
  public let names: [String]
  private let archive: OpaquePointer

  /// Throws `DatasetError.notAnArchive` or `.damagedArchive`, and `FileError`.
  public init(_ path: String) throws {
    let start = try MappedFile(path).withUnsafeBytes { Array($0.prefix(256)) }
    var code: Int32 = 0
    guard let archive = zip_open(path, ZIP_RDONLY, &code) else {
      if let other = NPZ.otherKind(of: start) {
        throw DatasetError.notAnArchive(path: path, looksLike: other)
      }
      var error = zip_error_t()
      zip_error_init_with_code(&error, code)
      defer { zip_error_fini(&error) }
      let reason = String(cString: zip_error_strerror(&error))
      throw DatasetError.damagedArchive(
        path: path, member: nil,
        reason: code == ZIP_ER_NOZIP || code == ZIP_ER_INCONS
          ? "it starts like a zip archive but its end is missing or does not fit (\(reason))" : reason)
    }
    self.path = path
    self.archive = archive
    names = (0..<zip_get_num_entries(archive, 0)).compactMap { index in
      guard let name = zip_get_name(archive, UInt64(index), 0).map({ String(cString: $0) }),
        name.hasSuffix(".npy")
      else { return nil }
      return String(name.dropLast(4))
    }
  }

  deinit { zip_discard(archive) }

  /// What a file without a zip signature is, from its first bytes; nil when it does start like an archive.
  private static func otherKind(of start: [UInt8]) -> String? {
    guard !start.starts(with: "PK".utf8) else { return nil }
    return "it \(FileKind.words(for: start) ?? "has no zip signature")"
  }

  /// Opens array `name` at its first element and passes it to `body`.
  ///
  /// Throws `DatasetError` when the array is missing, of a kind that cannot be read, or damaged.
  ///
  /// - Parameter takesFortranOrder: whether the caller can put elements into C order; such an array is refused otherwise.
  public func withArray<R>(
    _ name: String, takesFortranOrder: Bool = false, _ body: (NPYStream) throws -> R
  ) throws -> R {
    guard names.contains(name) else {
      throw DatasetError.missingMember(path: path, member: name, present: names)
    }
    var status = zip_stat_t()
    guard zip_stat(archive, name + ".npy", 0, &status) == 0, status.valid & UInt64(ZIP_STAT_SIZE) != 0,
      let file = zip_fopen(archive, name + ".npy", 0)
    else {
      let reason = String(cString: zip_error_strerror(zip_get_error(archive)))
      throw DatasetError.damagedArchive(path: path, member: name, reason: reason)
    }
    return try body(
      try NPYStream(
        taking: file, byteCount: status.size, takesFortranOrder: takesFortranOrder, path: path, name: name))
  }

  /// Reads array `name` whole; arrays of more than `limit` bytes are refused before any memory is taken.
  public func array(
    _ name: String, limit: Int = 1 << 30, takesFortranOrder: Bool = false
  ) throws -> NPYArray {
    try withArray(name, takesFortranOrder: takesFortranOrder) { stream in
      let count = stream.header.dataByteCount
      guard count <= limit else {
        throw DatasetError.tooLarge(path: path, member: name, bytes: UInt64(count), limit: UInt64(limit))
      }
      var bytes = [UInt8](repeating: 0, count: count)
      try bytes.withUnsafeMutableBytes { try stream.read(into: $0) }
      try stream.finish()
      return NPYArray(header: stream.header, bytes: bytes)
    }
  }
}
