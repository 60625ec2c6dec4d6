/// Folders that are there completely or not at all.
public enum DurableDirectory {
  /// Puts a finished temporary folder in place: synchronizes every file and folder inside, renames it once, and
  /// synchronizes the parent.
  ///
  /// Both paths must lie on one file system. Fails with `isAlreadyThere` where `final` is a folder that is not empty,
  /// which is never replaced. On an error before the rename the temporary folder is removed: what it holds cannot be
  /// trusted to be on the device. Throws `FileError`.
  public static func commit(
    _ temporary: String, to final: String, using files: some FileSystem = POSIXFileSystem()
  ) throws(FileError) {
    do throws(FileError) {
      try synchronizeTree(temporary, using: files)
      try retryingInterrupted { () throws(FileError) in try files.rename(temporary, to: final) }
    } catch {
      try? files.removeTree(temporary)
      throw error
    }
    try files.synchronize(path: Paths.parent(of: final), as: .directory)
  }

  /// Creates a temporary folder beside `final`, lets `body` fill it, and puts it in place.
  ///
  /// Whatever goes wrong, the temporary folder is removed. Throws `FileError`, and what `body` throws.
  public static func write<Value>(
    to final: String, using files: some FileSystem = POSIXFileSystem(), _ body: (String) throws -> Value
  ) throws -> Value {
    let temporary = TemporaryName.beside(final)
    let value: Value
    do {
      try retryingInterrupted { () throws(FileError) in try files.makeDirectory(temporary) }
      value = try body(temporary)
    } catch {
      try? files.removeTree(temporary)
      throw error
    }
    try commit(temporary, to: final, using: files)
    return value
  }

  /// From the leaves up, so that an entry is durable only after what it names.
  private static func synchronizeTree(_ directory: String, using files: some FileSystem) throws(FileError) {
    for name in try files.allNames(in: directory) {
      let path = Paths.join(directory, name)
      let status = try retryingInterrupted { () throws(FileError) in
        try files.status(of: path, followingLinks: false)
      }
      switch status.kind {
      case .file: try files.synchronize(path: path, as: .reading)
      case .directory: try synchronizeTree(path, using: files)
      case .symbolicLink, .other: break  // they live in the entries of their folder
      }
    }
    try files.synchronize(path: directory, as: .directory)
  }
}
