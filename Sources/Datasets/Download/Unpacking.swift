import Files

/// Unpacks archives whose content is one folder.
enum Unpacking {
  /// Unpacks the folder `folder` of an archive to `parent/folder`, which appears complete or not at all.
  ///
  /// Members outside that folder, links and names that are there twice are refused, and so is an archive of more than
  /// `limit` bytes when unpacked. Throws `DatasetError.damagedArchive` and `.wrongKind`, and `FileError`.
  static func unpack(_ path: String, folder: String, limit: Int, into parent: String) throws {
    let target = Paths.join(parent, folder)
    try Placing.alone(target) {
      try Paths.requireSpace(for: try unpackedSize(path, limit: limit), in: parent)
      try unpack(path, folder: folder, limit: limit, to: target)
    }
  }

  private static func unpack(_ path: String, folder: String, limit: Int, to place: String) throws {
    let archive = try ArchiveReader(path, limit: limit)
    let files = POSIXFileSystem()
    var seen: Set<String> = []
    try DurableDirectory.write(to: place) { temporary in
      while let entry = try archive.next() {
        let parts = entry.path.split(separator: "/").filter { $0 != "." }
        func refused(_ reason: String) -> DatasetError {
          .damagedArchive(path: path, member: FileNames.printable(entry.path), reason: reason)
        }
        guard parts.first.map(String.init) == folder else {
          throw refused("the member lies outside the folder \(folder)")
        }
        let name = parts.dropFirst().joined(separator: "/")
        let target = Paths.join(temporary, name)
        switch entry.kind {
        case .folder: try files.makeDirectories(target)
        case .file:
          guard !name.isEmpty else { throw refused("a file is in the place of the folder") }
          guard seen.insert(name).inserted else { throw refused("the member is there twice") }
          try files.makeDirectories(Paths.parent(of: target))
          try copy(entry, of: archive, to: target)
        case .other: throw refused("the member is a link or a device")
        }
      }
    }
  }

  /// The sum of what the members say; a damaged archive is found before anything is written.
  private static func unpackedSize(_ path: String, limit: Int) throws -> Int {
    let archive = try ArchiveReader(path, limit: limit)
    // The reader keeps the sum below the limit.
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
