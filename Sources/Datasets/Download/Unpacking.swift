import Files

/// Unpacks archives whose content is one folder.
enum Unpacking {
  /// Unpacks the folder `folder` of an archive to `parent/folder`, which appears complete or not at all.
  ///
  /// Members outside that folder and paths that lead out of it are refused, and links are passed over. Throws
  /// `DatasetError.damagedArchive` and `.wrongKind`, and `FileError`.
  static func unpack(_ path: String, folder: String, into parent: String) throws {
    try Paths.requireSpace(for: try unpackedSize(path), in: parent)
    let archive = try ArchiveReader(path)
    let files = POSIXFileSystem()
    try DurableDirectory.write(to: Paths.join(parent, folder)) { temporary in
      while let entry = try archive.next() {
        let parts = entry.path.split(separator: "/").filter { $0 != "." }
        guard !entry.path.hasPrefix("/"), !parts.contains(".."), parts.first.map(String.init) == folder else {
          throw DatasetError.damagedArchive(
            path: path, member: entry.path, reason: "the member lies outside the folder \(folder)")
        }
        let target = Paths.join(temporary, parts.dropFirst().joined(separator: "/"))
        switch entry.kind {
        case .folder: try files.makeDirectories(target)
        case .file:
          try files.makeDirectories(Paths.parent(of: target))
          try copy(entry, of: archive, to: target)
        case .other: break
        }
      }
    }
  }

  /// The sum of what the members say; a damaged archive is found before anything is written.
  private static func unpackedSize(_ path: String) throws -> Int {
    let archive = try ArchiveReader(path)
    var sum = 0
    while let entry = try archive.next() { sum += entry.size }
    return sum
  }

  private static func copy(_ entry: ArchiveReader.Entry, of archive: ArchiveReader, to target: String) throws
  {
    let files = POSIXFileSystem()
    let file = try files.open(target, for: .creating)
    do {
      var chunk = [UInt8](repeating: 0, count: min(1 << 20, max(entry.size, 1)))
      while true {
        let count = try chunk.withUnsafeMutableBytes { try archive.read(into: $0, of: entry) }
        guard count > 0 else { break }
        try chunk.withUnsafeBytes {
          try files.writeAll(UnsafeRawBufferPointer(rebasing: $0[..<count]), to: file)
        }
      }
    } catch {
      try? files.close(file)
      throw error
    }
    try files.close(file)
  }
}
