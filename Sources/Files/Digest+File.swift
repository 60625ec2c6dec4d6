import Crypto

extension Digest {
  /// SHA-256 of a file's bytes from the byte `start` on, read in chunks of 1 MiB. Throws `FileError`.
  public static func hexOfFile(
    _ path: String, from start: Int = 0, using files: some FileSystem = POSIXFileSystem()
  ) throws(FileError) -> String {
    precondition(start >= 0, "a file has no byte \(start)")
    var hash = SHA256()
    var toSkip = start
    try files.forEachChunk(of: path) { chunk in
      hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: chunk.dropFirst(toSkip)))
      toSkip -= min(toSkip, chunk.count)
    }
    return hex(hash.finalize())
  }
}
