extension FileSystem {
  /// Whether anything is at `path`, a dangling symbolic link included.
  public func exists(_ path: String) throws(FileError) -> Bool {
    try statusIfPresent(of: path, followingLinks: false) != nil
  }

  /// What is at `path`, or nil where nothing is.
  public func statusIfPresent(of path: String, followingLinks: Bool = true) throws(FileError) -> FileStatus? {
    do throws(FileError) {
      return try retryingInterrupted { () throws(FileError) in
        try status(of: path, followingLinks: followingLinks)
      }
    } catch {
      guard error.isMissing else { throw error }
      return nil
    }
  }

  /// All bytes of a file.
  public func contents(of path: String) throws(FileError) -> [UInt8] {
    var contents: [UInt8] = []
    try forEachChunk(of: path) { contents.append(contentsOf: $0) }
    return contents
  }

  /// The first bytes of a file, fewer than `limit` where the file is shorter.
  public func contents(of path: String, upTo limit: Int) throws(FileError) -> [UInt8] {
    try withFile(path, for: .reading) { (file) throws(FileError) in
      var contents = [UInt8](repeating: 0, count: limit)
      let count = try contents.withUnsafeMutableBufferPointer { (buffer) throws(FileError) in
        try readAll(file, into: UnsafeMutableRawBufferPointer(buffer), at: 0)
      }
      return Array(contents.prefix(count))
    }
  }

  /// Fills `buffer` with the bytes from `offset` on, in as many calls as it takes; returns how many there were, fewer
  /// than it holds only where the file ends.
  public func readAll(
    _ file: OpenFile, into buffer: UnsafeMutableRawBufferPointer, at offset: Int
  ) throws(FileError) -> Int {
    var count = 0
    while count < buffer.count {
      let added = try retryingInterrupted { () throws(FileError) in
        try read(file, into: UnsafeMutableRawBufferPointer(rebasing: buffer[count...]), at: offset + count)
      }
      guard added > 0 else { break }
      count += added
    }
    return count
  }

  /// The text of a UTF-8 file.
  public func text(of path: String) throws(FileError) -> String {
    guard let text = String(validating: try contents(of: path), as: UTF8.self) else {
      throw FileError(
        "read", path, reason: "the file is not UTF-8 text", advice: "Save it as UTF-8, or check the path.")
    }
    return text
  }

  /// Reads a file from start to end in chunks of at most 1 MiB.
  public func forEachChunk(
    of path: String, _ body: (UnsafeRawBufferPointer) -> Void
  ) throws(FileError) {
    try withFile(path, for: .reading) { (file) throws(FileError) in
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
      defer { buffer.deallocate() }
      var offset = 0
      while true {
        let count = try retryingInterrupted { () throws(FileError) in
          try read(file, into: buffer, at: offset)
        }
        guard count > 0 else { return }
        body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        offset += count
      }
    }
  }
}
