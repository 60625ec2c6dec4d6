/// Repeats a system call that a signal interrupted before it did anything.
func retryingInterrupted<Value>(_ call: () throws(FileError) -> Value) throws(FileError) -> Value {
  while true {
    do throws(FileError) {
      return try call()
    } catch {
      guard error.isInterrupted else { throw error }
    }
  }
}

extension FileSystem {
  /// Opens, lets `body` work on the file, and closes it whatever happens.
  func withFile<Value>(
    _ path: String, for access: FileAccess, _ body: (OpenFile) throws(FileError) -> Value
  ) throws(FileError) -> Value {
    let file = try retryingInterrupted { () throws(FileError) in try open(path, for: access) }
    let value: Value
    do throws(FileError) {
      value = try body(file)
    } catch {
      // The first error is the one to tell; closing can only add its consequences.
      try? close(file)
      throw error
    }
    try finish(file)
    return value
  }

  /// Closes a file. Linux has released the descriptor when `close` reports `EINTR`: closing again could hit another
  /// file that has been given the same number meanwhile.
  func finish(_ file: OpenFile) throws(FileError) {
    do throws(FileError) {
      try close(file)
    } catch {
      guard error.isInterrupted else { throw error }
    }
  }

  /// Writes all bytes, in as many calls as it takes.
  public func writeAll(_ bytes: UnsafeRawBufferPointer, to file: OpenFile) throws(FileError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = try retryingInterrupted { () throws(FileError) in
        try write(file, UnsafeRawBufferPointer(rebasing: rest))
      }
      guard count > 0 else {
        throw FileError(
          "write", file.path, reason: "the file system took no byte and named no error",
          advice: "Check the disk and the kernel log before trying again.")
      }
      rest = rest.dropFirst(count)
    }
  }

  func writeAll(_ bytes: [UInt8], to file: OpenFile) throws(FileError) {
    try bytes.withUnsafeBufferPointer { (buffer) throws(FileError) in
      try writeAll(UnsafeRawBufferPointer(buffer), to: file)
    }
  }

  /// Makes what `path` holds durable: the bytes of a file, or the entries of a folder.
  func synchronize(path: String, as access: FileAccess) throws(FileError) {
    try withFile(path, for: access) { (file) throws(FileError) in
      try retryingInterrupted { () throws(FileError) in
        do throws(FileError) {
          try synchronize(file)
        } catch {
          // Some network file systems cannot synchronize a folder, and say so with EINVAL: renames there are as
          // durable as their server makes them.
          guard access == .directory, error.isUnsupported else { throw error }
        }
      }
    }
  }
}
