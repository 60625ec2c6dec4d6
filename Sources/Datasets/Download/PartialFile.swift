import Files
import Glibc

/// A file that is being downloaded, `<target>.part`, and beside it `<target>.part.json`, which says what it is a part of.
///
/// The bytes go straight to disk, so that an interrupted download continues where it stopped. Nothing is trusted that
/// does not belong to the same address and version; the checksum at the end decides.
final class PartialFile {
  /// What the bytes are the beginning of.
  struct Origin: Codable, Equatable {
    var address: String
    /// The server's mark for this version of the file: its ETag, or else its date of modification.
    var version: String?
    /// Bytes of the whole file, where the server has said.
    var total: Int?
  }

  let path: String
  private let note: String
  private(set) var origin: Origin?
  private(set) var count = 0
  private let files = POSIXFileSystem()
  private var file: OpenFile?

  /// Looks for an earlier part of the same file. Throws `FileError`.
  init(of target: String, address: String) throws {
    (path, note) = (target + ".part", target + ".part.json")
    guard let status = try files.statusIfPresent(of: path), let text = try? files.contents(of: note),
      let earlier = try? JSON(parsing: text).decode(Origin.self), earlier.address == address,
      status.size <= earlier.total ?? .max
    else {
      try discard()
      return
    }
    (origin, count) = (earlier, status.size)
  }

  deinit { if let file { try? files.close(file) } }

  /// Starts again from the first byte.
  func restart(_ origin: Origin) throws {
    try discard()
    try DurableFile.write(try JSON(encoding: origin).canonical, to: note)
    self.origin = origin
  }

  /// Appends bytes. Throws `FileError`.
  func append(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    let file: OpenFile
    if let open = self.file { file = open } else { file = try files.open(path, for: .appending) }
    self.file = file
    try files.writeAll(bytes, to: file)
    count += bytes.count
  }

  /// Takes what is here for the whole file.
  func settleTotal() {
    let total = count
    origin?.total = total
  }

  /// Puts the complete file in place, durably.
  func finish(as target: String) throws {
    try close()
    try DurableFile.move(path, to: target)
    try files.removeTree(note)
  }

  func discard() throws {
    try close()
    try files.removeTree(path)
    try files.removeTree(note)
    (origin, count) = (nil, 0)
  }

  func close() throws(FileError) {
    guard let file else { return }
    self.file = nil
    try files.close(file)
  }
}
