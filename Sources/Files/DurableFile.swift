/// Files that are there completely or not at all.
///
/// The bytes go to a temporary file in the folder of the final one and are synchronized; one rename puts them in place,
/// and the folder is synchronized. A crash at any moment leaves the old file or the new one, never a torn one. On an
/// error the temporary file is removed. An error after the rename means that the new file is in place and that only its
/// durability is in doubt.
public enum DurableFile {
  /// Writes `bytes` as the whole content of `path`, which keeps its permissions where it exists already.
  ///
  /// A symbolic link at `path` is replaced, not followed; a pipe or a device is refused. Throws `FileError`.
  public static func write(
    _ bytes: some Collection<UInt8>, to path: String, using files: some FileSystem = POSIXFileSystem()
  ) throws(FileError) {
    let outcome = bytes.withContiguousStorageIfAvailable { contiguous in
      Result { () throws(FileError) in try write(UnsafeRawBufferPointer(contiguous), to: path, using: files) }
    }
    guard let outcome else { return try write(Array(bytes), to: path, using: files) }
    try outcome.get()
  }

  /// Writes text as UTF-8.
  public static func write(
    _ text: String, to path: String, using files: some FileSystem = POSIXFileSystem()
  ) throws(FileError) {
    try write(text.utf8, to: path, using: files)
  }

  public static func write(
    _ bytes: UnsafeRawBufferPointer, to path: String, using files: some FileSystem = POSIXFileSystem()
  ) throws(FileError) {
    let status = try files.statusIfPresent(of: path)
    // The rename would put a file in the place of /dev/null.
    guard status?.kind != .other else { throw .wouldReplace(path) }
    let permissions = status?.permissions
    let file = try create(beside: path, using: files)
    do throws(FileError) {
      do throws(FileError) {
        try files.writeAll(bytes, to: file)
        if let permissions {
          try retryingInterrupted { () throws(FileError) in try files.setPermissions(file, permissions) }
        }
        try retryingInterrupted { () throws(FileError) in try files.synchronize(file) }
      } catch {
        try? files.close(file)
        throw error
      }
      try files.finish(file)
      try retryingInterrupted { () throws(FileError) in try files.rename(file.path, to: path) }
    } catch {
      discard(file.path, using: files)
      throw error.about(path)
    }
    try files.synchronize(path: Paths.parent(of: path), as: .directory)
  }

  /// Puts a file in place that other code writes: `body` is given the temporary path to write to.
  ///
  /// For libraries that insist on opening the file themselves. `body` may create other files beside it only if it
  /// removes them. Throws `FileError`, and what `body` throws.
  public static func write(
    to path: String, using files: some FileSystem = POSIXFileSystem(), _ body: (String) throws -> Void
  ) throws {
    let temporary = TemporaryName.beside(path)
    do {
      try body(temporary)
      try move(temporary, to: path, using: files)
    } catch {
      discard(temporary, using: files)
      throw (error as? FileError)?.about(path) ?? error
    }
  }

  /// Puts a file in place that has been written completely under another name on the same file system.
  ///
  /// On an error before the rename the file keeps its old name. Throws `FileError`.
  public static func move(
    _ source: String, to path: String, using files: some FileSystem = POSIXFileSystem()
  ) throws(FileError) {
    try files.synchronize(path: source, as: .reading)
    try retryingInterrupted { () throws(FileError) in try files.rename(source, to: path) }
    try files.synchronize(path: Paths.parent(of: path), as: .directory)
  }

  /// A new temporary file; a name that a killed process of the same number left behind is passed over.
  private static func create(beside path: String, using files: some FileSystem) throws(FileError) -> OpenFile
  {
    var attempts = 0
    while true {
      let temporary = TemporaryName.beside(path)
      do throws(FileError) {
        return try retryingInterrupted { () throws(FileError) in try files.open(temporary, for: .creating) }
      } catch {
        attempts += 1
        guard error.isAlreadyThere, attempts < 16 else {
          // The call may have made the file before it failed.
          discard(temporary, using: files)
          throw error.about(path)
        }
      }
    }
  }

  /// Removes a temporary file after an error. A second error has nothing to add to the first.
  private static func discard(_ temporary: String, using files: some FileSystem) {
    try? retryingInterrupted { () throws(FileError) in try files.removeFile(temporary) }
  }
}
