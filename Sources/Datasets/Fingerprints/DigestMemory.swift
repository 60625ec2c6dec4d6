import Files

/// The file in which a `DigestCache` remembers digests: the line `retable digests 1`, nine little-endian words for each
/// file (device, inode, size, times of modification and change, digest), and the SHA-256 of all that in four.
enum DigestMemory {
  private static let magic = Array("retable digests 1\n".utf8)
  private static let wordsPerFile = 9
  private static let sealByteCount = 32

  /// What a file remembers, or nil where it is missing, cannot be read, or is not as it was written.
  static func read(_ path: String) -> [FileStamp: FileDigest]? {
    guard let file = try? MappedFile(path) else { return nil }
    return file.withUnsafeBytes { bytes in
      let end = bytes.count - sealByteCount
      let body = end - magic.count
      guard body >= 0, body % (8 * wordsPerFile) == 0, bytes.starts(with: magic),
        seal(UnsafeRawBufferPointer(rebasing: bytes[..<end])).elementsEqual(bytes[end...])
      else { return nil }
      let count = body / (8 * wordsPerFile)
      var known: [FileStamp: FileDigest] = [:]
      known.reserveCapacity(count)
      for file in 0..<count {
        func word(_ position: Int) -> UInt64 {
          let offset = magic.count + 8 * (wordsPerFile * file + position)
          return UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
        let stamp = FileStamp(
          device: word(0), inode: word(1), size: Int64(bitPattern: word(2)),
          modified: Int64(bitPattern: word(3)), changed: Int64(bitPattern: word(4)))
        known[stamp] = FileDigest(words: SIMD4(word(5), word(6), word(7), word(8)))
      }
      return known
    }
  }

  /// Writes a file, or does nothing where that is not possible: it holds nothing that cannot be computed again.
  static func write(_ known: [FileStamp: FileDigest], to path: String) {
    var bytes = magic
    bytes.reserveCapacity(magic.count + 8 * wordsPerFile * known.count + sealByteCount)
    func append(_ word: UInt64) { withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) } }
    for (stamp, digest) in known {
      append(stamp.device)
      append(stamp.inode)
      for word in [stamp.size, stamp.modified, stamp.changed] { append(UInt64(bitPattern: word)) }
      for word in 0..<4 { append(digest.words[word]) }
    }
    bytes += bytes.withUnsafeBytes(seal)
    try? POSIXFileSystem().makeDirectories(Paths.parent(of: path))
    try? DurableFile.write(bytes, to: path)
  }

  private static func seal(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
    var digest = RunningDigest()
    digest.update(bytes)
    let words = FileDigest(hex: digest.hex).words
    return (0..<4).flatMap { word in withUnsafeBytes(of: words[word].littleEndian) { Array($0) } }
  }
}
