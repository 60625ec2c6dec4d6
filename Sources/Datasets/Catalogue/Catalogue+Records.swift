import Files

/// What was put into the data folder by `fetch` or `import`: `.retable/<set>.json` there.
struct DatasetRecord: Codable, Equatable {
  /// The place below the data folder.
  var place: String
  /// The address or path that it came from.
  var source: String
  /// `ContentDigest` of the place.
  var sha256: String

  private static func path(_ id: String, _ dataFolder: String) -> String {
    Paths.join(dataFolder, ".retable", "\(id).json")
  }

  /// The record of a set, or nil where there is none. Throws `FileError`, and `DatasetError.malformedText`.
  static func read(_ id: String, dataFolder: String) throws -> DatasetRecord? {
    let path = path(id, dataFolder)
    guard try POSIXFileSystem().statusIfPresent(of: path) != nil else { return nil }
    do {
      return try JSON(parsing: POSIXFileSystem().contents(of: path)).decode(DatasetRecord.self)
    } catch let error as FileError {
      throw error
    } catch {
      throw DatasetError.malformedText(path: path, line: 1, reason: "it is no record; remove the file")
    }
  }

  func write(_ id: String, dataFolder: String) throws {
    let path = Self.path(id, dataFolder)
    try POSIXFileSystem().makeDirectories(Paths.parent(of: path))
    try DurableFile.write(try JSON(encoding: self).canonical + "\n", to: path)
  }

  static func remove(_ id: String, dataFolder: String) throws(FileError) {
    try POSIXFileSystem().removeFile(path(id, dataFolder))
  }
}

/// SHA-256 of a file, or of a folder: of its files' paths and digests, sorted by path. Links are followed. Of a folder
/// all files count, or those that are named.
enum ContentDigest {
  /// Reads every byte. Throws `DatasetError.notAFile`, and `FileError`.
  static func of(_ path: String, _ names: [String]? = nil, progress: (String) -> Void = { _ in }) throws
    -> String
  {
    let files = POSIXFileSystem()
    guard try files.status(of: path, followingLinks: true).kind == .directory else {
      progress(path)
      return try Digest.hexOfFile(path)
    }
    var digest = RunningDigest()
    for name in try names?.sorted() ?? FileTree.files(below: path) {
      progress(Paths.join(path, name))
      Fingerprint.add(text: "\(try Digest.hexOfFile(Paths.join(path, name)))  \(name)", to: &digest)
    }
    return digest.hex
  }

  /// Bytes of the files at a place, of those named that are there. Throws `FileError`.
  static func byteCount(of path: String, _ names: [String]? = nil) throws(FileError) -> Int {
    let files = POSIXFileSystem()
    let status = try files.status(of: path, followingLinks: true)
    guard status.kind == .directory else { return status.size }
    var sum = 0
    let all = if let names { names } else { try FileTree.walk(path).files }
    for name in all {
      sum += try files.statusIfPresent(of: Paths.join(path, name))?.size ?? 0
    }
    return sum
  }
}
