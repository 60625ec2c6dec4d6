import Files

/// A checksum as the publisher of a file states it.
public struct Checksum: Hashable, Sendable, Codable, CustomStringConvertible {
  public let algorithm: RunningDigest.Algorithm
  /// Lower-case hexadecimal digits.
  public let hex: String

  public init(_ algorithm: RunningDigest.Algorithm, _ hex: String) {
    (self.algorithm, self.hex) = (algorithm, hex.lowercased())
  }

  public static func md5(_ hex: String) -> Checksum { Checksum(.md5, hex) }
  public static func sha256(_ hex: String) -> Checksum { Checksum(.sha256, hex) }

  public var description: String { "\(algorithm.rawValue) \(hex)" }
}

/// Digests of a file that were computed in one reading.
struct FileDigests {
  let sha256: String
  private let md5: String

  /// Throws `FileError`.
  init(of path: String, progress: (_ bytes: Int) -> Void = { _ in }) throws(FileError) {
    var (sha256, md5) = (RunningDigest(.sha256), RunningDigest(.md5))
    try POSIXFileSystem().forEachChunk(of: path) { chunk in
      sha256.update(chunk)
      md5.update(chunk)
      progress(chunk.count)
    }
    (self.sha256, self.md5) = (sha256.hex, md5.hex)
  }

  func matches(_ checksum: Checksum) -> Bool { self[checksum.algorithm] == checksum.hex }

  subscript(algorithm: RunningDigest.Algorithm) -> String { algorithm == .md5 ? md5 : sha256 }

  /// Throws `DatasetError.wrongChecksum` where the file at `path` is not the published one.
  func require(_ checksum: Checksum?, of path: String) throws(DatasetError) {
    guard let checksum, !matches(checksum) else { return }
    throw .wrongChecksum(path: path, expected: checksum, found: self[checksum.algorithm])
  }
}
