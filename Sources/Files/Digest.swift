/// SHA-256 digests, written as 64 lower-case hexadecimal digits.
public enum Digest {
  public static func hex(of bytes: some Sequence<UInt8>) -> String {
    var digest = RunningDigest()
    bytes.withContiguousStorageIfAvailable { digest.update(UnsafeRawBufferPointer($0)) }
      ?? digest.update(Array(bytes))
    return digest.hex
  }

  /// SHA-256 of a file's bytes from the byte `start` on, read in chunks of 1 MiB. Throws `FileError`.
  public static func hexOfFile(
    _ path: String, from start: Int = 0, using files: some FileSystem = POSIXFileSystem()
  ) throws(FileError) -> String {
    precondition(start >= 0, "a file has no byte \(start)")
    var digest = RunningDigest()
    var toSkip = start
    try files.forEachChunk(of: path) { chunk in
      digest.update(UnsafeRawBufferPointer(rebasing: chunk.dropFirst(toSkip)))
      toSkip -= min(toSkip, chunk.count)
    }
    return digest.hex
  }

  static func hexadecimal(_ digest: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(64)
    for byte in digest {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}
