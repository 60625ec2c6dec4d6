import Files

/// The files of a data set: in a folder, as its official archive unpacks, or in that archive.
struct OfficialFiles: Sendable {
  enum Place: Hashable, Sendable { case folder, archive }

  /// How messages call the data set.
  let dataset: String
  let path: String
  let place: Place
  /// The folder of the files inside the archive.
  let archived: String
  /// Bytes that the archive may unpack to.
  let limit: Int

  /// Throws `FileError` where nothing is at `path`.
  init(dataset: String, path: String, archived: String = "", limit: Int = .max) throws {
    self.dataset = dataset
    self.path = path
    (self.archived, self.limit) = (archived, limit)
    let status = try POSIXFileSystem().status(of: path, followingLinks: true)
    place = status.kind == .directory ? .folder : .archive
  }

  /// Gives `body` the whole content of the named files, in that order, each of exactly its size.
  ///
  /// An archive is read once, to its end; what comes before its turn waits in memory. A member counts by its whole path,
  /// and may not be there twice. Throws `DatasetError.missingFiles`,
  /// `.wrongSize`, and what reading an archive throws; `FileError`.
  func forEach(_ wanted: [(name: String, size: Int)], _ body: (_ name: String, [UInt8]) throws -> Void) throws
  {
    switch place {
    case .folder:
      let files = POSIXFileSystem()
      try requirePresence(of: wanted.map(\.name))
      for file in wanted {
        let filePath = Paths.join(path, file.name)
        try check(try files.status(of: filePath, followingLinks: true).size, of: filePath, file.size) {
          try files.contents(of: filePath, upTo: 512)
        }
        try body(file.name, try files.contents(of: filePath))
      }
    case .archive: try forEachArchived(wanted, body)
    }
  }

  /// Throws `DatasetError.missingFiles` where the folder lacks one of the named files.
  func requirePresence(of names: [String]) throws {
    let files = POSIXFileSystem()
    try requireNone(
      try names.filter { try files.statusIfPresent(of: Paths.join(path, $0))?.kind != .file })
  }

  private func forEachArchived(
    _ wanted: [(name: String, size: Int)], _ body: (_ name: String, [UInt8]) throws -> Void
  ) throws {
    let archive = try ArchiveReader(path, limit: limit, expected: "gzip archive")
    var waiting: [String: [UInt8]] = [:]
    var seen: Set<String> = []
    var rest = wanted[...]
    while let entry = try archive.next() {
      let member = entry.path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
      guard entry.kind == .file, let file = wanted.first(where: { Paths.join(archived, $0.name) == member })
      else { continue }
      guard seen.insert(file.name).inserted else {
        throw DatasetError.damagedArchive(path: path, member: member, reason: "it is there twice")
      }
      try check(entry.size, of: "\(path), member \(member),", file.size) { [] }
      waiting[file.name] = try archive.contents(of: entry)
      while let file = rest.first, let bytes = waiting.removeValue(forKey: file.name) {
        try body(file.name, bytes)
        rest = rest.dropFirst()
      }
    }
    try requireNone(rest.map(\.name).filter { waiting[$0] == nil })
  }

  private func requireNone(_ missing: [String]) throws {
    guard missing.isEmpty else {
      throw DatasetError.missingFiles(dataset: dataset, path: path, missing: missing)
    }
  }

  /// A file of the wrong size that is a web page is better called that.
  private func check(_ size: Int, of path: String, _ expected: Int, start: () throws -> [UInt8]) throws {
    guard size != expected else { return }
    let bytes = try start()
    if FileKind.isWebPage(bytes), let words = FileKind.words(for: bytes) {
      throw DatasetError.wrongKind(path: path, expected: "file of \(dataset)", looksLike: words)
    }
    throw DatasetError.wrongSize(path: path, bytes: size, expected: expected)
  }
}
