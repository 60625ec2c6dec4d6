import Glibc

/// The file system of this machine.
public struct POSIXFileSystem: FileSystem {
  public init() { Signals.ignoreFileSizeLimit() }

  public func open(_ path: String, for access: FileAccess) throws(FileError) -> OpenFile {
    let (flags, verb): (Int32, String) =
      switch access {
      // Without O_NONBLOCK a pipe without a writer would be waited for, and for ever.
      case .reading: (O_RDONLY | O_NONBLOCK, "open")
      case .creating: (O_WRONLY | O_CREAT | O_EXCL, "create")
      case .appending: (O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK, "open")
      case .streaming: (streamingAccess(of: path) | O_CREAT | O_APPEND, "open")
      case .directory: (O_RDONLY | O_DIRECTORY, "open folder")
      }
    if access == .creating { FaultPoint.create.pass() }
    let descriptor = Glibc.open(path, flags | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw OwnFile.error(verb, path, code: errno) }
    let file = OpenFile(descriptor: descriptor, path: path)
    do throws(FileError) {
      switch access {
      case .reading: try OwnFile.requireReadable(file)
      case .appending: try OwnFile.require(file)
      case .creating, .streaming, .directory: break
      }
    } catch {
      Glibc.close(descriptor)
      throw error
    }
    return file
  }

  /// A file is read too, for its last line. A pipe is not: whoever can read it counts as its reader, and a write would
  /// never be told that the real one has left.
  private func streamingAccess(of path: String) -> Int32 {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG ? O_WRONLY : O_RDWR
  }

  public func read(
    _ file: OpenFile, into buffer: UnsafeMutableRawBufferPointer, at offset: Int
  ) throws(FileError) -> Int {
    let count = pread(file.descriptor, buffer.baseAddress, buffer.count, offset)
    guard count >= 0 else { throw FileError("read", file.path, code: errno) }
    return count
  }

  public func write(_ file: OpenFile, _ bytes: UnsafeRawBufferPointer) throws(FileError) -> Int {
    FaultPoint.write.pass()
    if FaultPoint.torn.isFatal {
      _ = Glibc.write(file.descriptor, bytes.baseAddress, bytes.count / 2)
      FaultPoint.die()
    }
    let count = Glibc.write(file.descriptor, bytes.baseAddress, bytes.count)
    guard count >= 0 else { throw FileError("write", file.path, code: errno) }
    return count
  }

  public func synchronize(_ file: OpenFile) throws(FileError) {
    FaultPoint.synchronize.pass()
    guard fsync(file.descriptor) == 0 else { throw FileError("synchronize", file.path, code: errno) }
  }

  public func setPermissions(_ file: OpenFile, _ permissions: UInt32) throws(FileError) {
    guard fchmod(file.descriptor, permissions) == 0 else {
      throw FileError("set the permissions of", file.path, code: errno)
    }
  }

  public func close(_ file: OpenFile) throws(FileError) {
    guard Glibc.close(file.descriptor) == 0 else { throw FileError("close", file.path, code: errno) }
  }

  public func rename(_ source: String, to target: String) throws(FileError) {
    FaultPoint.rename.pass()
    guard Glibc.rename(source, target) == 0 else {
      throw FileError("rename \(source) to", target, code: errno)
    }
    FaultPoint.renamed.pass()
  }

  public func makeDirectory(_ path: String) throws(FileError) {
    FaultPoint.create.pass()
    guard mkdir(path, 0o777) == 0 else { throw FileError("create folder", path, code: errno) }
  }

  public func removeFile(_ path: String) throws(FileError) {
    FaultPoint.remove.pass()
    guard unlink(path) == 0 else { throw FileError("remove", path, code: errno) }
  }

  public func removeDirectory(_ path: String) throws(FileError) {
    FaultPoint.remove.pass()
    guard rmdir(path) == 0 else { throw FileError("remove folder", path, code: errno) }
  }

  public func status(of path: String, followingLinks: Bool) throws(FileError) -> FileStatus {
    var status = stat()
    let result = followingLinks ? stat(path, &status) : lstat(path, &status)
    guard result == 0 else { throw FileError("look at", path, code: errno) }
    let kind: FileStatus.Kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .directory
      case S_IFLNK: .symbolicLink
      default: .other
      }
    return FileStatus(
      kind: kind, size: Int(status.st_size), permissions: status.st_mode & 0o777,
      modified: Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) * 1e-9)
  }

  public func names(in directory: String) throws(FileError) -> [String] {
    guard let stream = opendir(directory) else { throw FileError("list", directory, code: errno) }
    defer { closedir(stream) }
    var names: [String] = []
    while true {
      // The end of a folder and a fault both come back as nil: only errno tells them apart.
      errno = 0
      guard let entry = readdir(stream) else {
        guard errno == 0 else { throw FileError("list", directory, code: errno) }
        return names
      }
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
  }

  public func space(at path: String) throws(FileError) -> FileSystemSpace {
    var space = statvfs()
    guard statvfs(path, &space) == 0 else { throw FileError("ask for the free space at", path, code: errno) }
    func bytes(_ blocks: UInt) -> Int {
      let (bytes, overflow) = blocks.multipliedReportingOverflow(by: space.f_frsize)
      return overflow ? .max : Int(clamping: bytes)
    }
    return FileSystemSpace(available: bytes(space.f_bavail), total: bytes(space.f_blocks))
  }
}
