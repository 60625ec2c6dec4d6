import CArchive

/// A tar archive, compressed by gzip or not, or a zip archive, read from front to back.
///
/// An archive comes from anywhere: it may not name another compression, for which libarchive would start a program, nor
/// be compressed twice, nor unpack to more than the set is known to hold. Not for several threads at once.
final class ArchiveReader {
  let path: String
  private let archive: OpaquePointer
  /// Bytes that may still be unpacked.
  private var rest: Int
  private let limit: Int

  /// A file in an archive.
  struct Entry {
    enum Kind { case file, folder, other }

    /// Its path as the archive has it.
    let path: String
    let kind: Kind
    /// Bytes when unpacked.
    let size: Int
  }

  /// `limit` is how many bytes all members may have together. Throws `DatasetError.wrongKind` where the first bytes are of
  /// something else, and `.damagedArchive`; `FileError`.
  init(_ path: String, limit: Int, expected: String = "archive") throws {
    // What is wrong with a file that cannot be opened or is no archive at all, the file itself says best.
    let start = try MappedFile(path).withUnsafeBytes { Array($0.prefix(512)) }
    guard let archive = archive_read_new() else {
      throw DatasetError.damagedArchive(path: path, member: nil, reason: "no memory to read it")
    }
    self.path = path
    self.archive = archive
    (self.limit, rest) = (limit, limit)
    archive_read_support_filter_gzip(archive)
    archive_read_support_format_tar(archive)
    archive_read_support_format_gnutar(archive)
    archive_read_support_format_zip(archive)
    guard archive_read_open_filename(archive, path, 1 << 17) == ARCHIVE_OK else {
      let isCompressed = start.starts(with: [0x1F, 0x8B]) || start.starts(with: "PK".utf8)
      if !isCompressed {
        let words = FileKind.words(for: start) ?? "has no signature of an archive"
        throw DatasetError.wrongKind(path: path, expected: expected, looksLike: words)
      }
      throw damaged(nil)
    }
    // libarchive unpacks layer after layer; the last of its filters is the file itself.
    guard archive_filter_count(archive) <= 2 else {
      throw DatasetError.damagedArchive(path: path, member: nil, reason: "it is compressed more than once")
    }
  }

  deinit { archive_read_free(archive) }

  /// The next entry, or nil at the end. Names that lead out of the archive's folder are refused.
  func next() throws -> Entry? {
    var entry: OpaquePointer?
    switch archive_read_next_header(archive, &entry) {
    case ARCHIVE_EOF: return nil
    case ARCHIVE_OK, ARCHIVE_WARN: break
    default: throw damaged(nil)
    }
    guard let entry, let name = archive_entry_pathname(entry) else { throw damaged(nil) }
    // A hard link has the type of a file, and no bytes.
    let isLink = archive_entry_hardlink(entry) != nil
    let kind: Entry.Kind =
      switch archive_entry_filetype(entry) & 0o170000 {
      case 0o100000 where !isLink: .file
      case 0o040000: .folder
      default: .other
      }
    let path = String(cString: name)
    guard !path.hasPrefix("/"), !path.split(separator: "/").contains("..") else {
      throw DatasetError.damagedArchive(
        path: self.path, member: FileNames.printable(path),
        reason: "the name leads out of the archive's folder")
    }
    let size = Int(archive_entry_size(entry))
    guard size >= 0, size <= rest else { throw tooLarge }
    // The members of a zip archive may not say their size before their bytes come.
    if archive_entry_size_is_set(entry) == 0 { announced = 0 } else { announced = size }
    rest -= announced
    return Entry(path: path, kind: kind, size: size)
  }

  /// Bytes of the current entry that have been counted and not been read.
  private var announced = 0

  private var tooLarge: DatasetError {
    .damagedArchive(path: path, member: nil, reason: "it unpacks to more than the \(limit) bytes of the set")
  }

  /// Reads bytes of the current entry: as many as fit, fewer only at its end.
  func read(into buffer: UnsafeMutableRawBufferPointer, of entry: Entry) throws -> Int {
    var filled = 0
    while filled < buffer.count {
      let count = archive_read_data(archive, buffer.baseAddress! + filled, buffer.count - filled)
      guard count >= 0 else { throw damaged(entry.path) }
      guard count > 0 else { break }
      filled += count
      if count > announced {
        guard count - announced <= rest else { throw tooLarge }
        rest -= count - announced
      }
      announced = max(0, announced - count)
    }
    return filled
  }

  /// All bytes of the current entry, whose `size` the caller has found acceptable.
  func contents(of entry: Entry) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: entry.size)
    let count = try bytes.withUnsafeMutableBytes { try read(into: $0, of: entry) }
    guard count == entry.size else {
      throw DatasetError.damagedArchive(path: path, member: entry.path, reason: "it ends too early")
    }
    return bytes
  }

  private func damaged(_ member: String?) -> DatasetError {
    let reason = archive_error_string(archive).map { String(cString: $0) } ?? "libarchive names no reason"
    return .damagedArchive(path: path, member: member, reason: reason)
  }
}
