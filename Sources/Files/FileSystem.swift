/// The system calls that the harness makes on files, one method for each, with no retry and no policy of its own.
///
/// Whatever must survive a crash is written through this protocol, so that a test can put a fault in the place of any
/// single call. Errors are reported as they come, `EINTR` and short transfers included; `DurableFile` and the
/// convenience methods of this protocol deal with them.
public protocol FileSystem: Sendable {
  /// Opens a file or a folder; a descriptor never reaches a child process (`O_CLOEXEC`).
  func open(_ path: String, for access: FileAccess) throws(FileError) -> OpenFile

  /// Reads at most `buffer.count` bytes at `offset`; 0 means the end of the file.
  func read(_ file: OpenFile, into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(FileError)
    -> Int

  /// Writes at the position of the file and returns how many bytes went, which may be fewer than were given.
  func write(_ file: OpenFile, _ bytes: UnsafeRawBufferPointer) throws(FileError) -> Int

  /// Waits until the file, or the entries of the folder, are on the device.
  func synchronize(_ file: OpenFile) throws(FileError)

  /// Sets the nine permission bits.
  func setPermissions(_ file: OpenFile, _ permissions: UInt32) throws(FileError)

  /// Closes the file. The descriptor is gone afterwards even where an error is reported.
  func close(_ file: OpenFile) throws(FileError)

  /// Renames; an existing file at `target` is replaced in one step, a folder that is not empty never is.
  func rename(_ source: String, to target: String) throws(FileError)

  func makeDirectory(_ path: String) throws(FileError)
  func removeFile(_ path: String) throws(FileError)
  func removeDirectory(_ path: String) throws(FileError)

  /// What is at `path`; with `followingLinks` false, a symbolic link itself. Fails with `isMissing` where nothing is.
  func status(of path: String, followingLinks: Bool) throws(FileError) -> FileStatus

  /// The names in a folder in no particular order, without `.` and `..`.
  func names(in directory: String) throws(FileError) -> [String]

  /// The room on the file system that holds `path`.
  func space(at path: String) throws(FileError) -> FileSystemSpace
}

/// What a file is opened for.
public enum FileAccess: Hashable, Sendable {
  /// Reading an existing regular file; anything else, a FIFO or a device, is refused at once.
  case reading
  /// Writing a new file, which must not exist yet.
  case creating
  /// Adding to the end of a regular file, created when missing; reading is allowed too. A link is not followed.
  case appending
  /// Adding to whatever a user has named: a file, behind a link or not, a terminal, a pipe. Only a file is read too.
  case streaming
  /// A folder, to be synchronized.
  case directory
}

/// A file or folder that a `FileSystem` has opened and not closed yet.
public struct OpenFile: Hashable, Sendable {
  public let descriptor: Int32
  /// The path it was opened by, for messages.
  public let path: String

  public init(descriptor: Int32, path: String) {
    self.descriptor = descriptor
    self.path = path
  }
}

/// What `stat` says about a path.
public struct FileStatus: Hashable, Sendable {
  public enum Kind: Hashable, Sendable { case file, directory, symbolicLink, other }

  public let kind: Kind
  /// Bytes.
  public let size: Int
  /// The nine permission bits.
  public let permissions: UInt32
  /// Seconds since 1970.
  public let modified: Double

  public init(kind: Kind, size: Int, permissions: UInt32, modified: Double) {
    self.kind = kind
    self.size = size
    self.permissions = permissions
    self.modified = modified
  }
}

/// Room on a file system, in bytes; quotas are not part of it.
public struct FileSystemSpace: Hashable, Sendable {
  /// What an ordinary user may still write.
  public let available: Int
  public let total: Int

  public init(available: Int, total: Int) {
    self.available = available
    self.total = total
  }
}
