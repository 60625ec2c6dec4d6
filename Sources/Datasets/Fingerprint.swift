import Files

/// A few hexadecimal digits that stand for the data in files: when data are replaced, they change.
///
/// They are computed in milliseconds, so that a plan can ask for them: from names, sizes and samples of 4 KiB, spread
/// over each file. That finds another version, another origin and a truncated file; it does not find a flipped bit,
/// which the checksums are for. Times of modification and places on the disk play no part.
public enum Fingerprint {
  private static let sampleByteCount = 4096
  private static let samples = 8

  /// The fingerprint of files in the order given, known by the last part of their paths. Throws `FileError`.
  public static func ofFiles(_ paths: [String]) throws(FileError) -> String {
    var digest = RunningDigest()
    for path in paths { try add(file: path, to: &digest) }
    return short(digest)
  }

  static func add(text: String, to digest: inout RunningDigest) {
    var text = text + "\n"
    text.withUTF8 { digest.update(UnsafeRawBufferPointer($0)) }
  }

  /// Adds name, size and samples of a file.
  static func add(file path: String, to digest: inout RunningDigest) throws(FileError) {
    let files = POSIXFileSystem()
    let size = try files.status(of: path, followingLinks: true).size
    add(text: "\(Paths.name(of: path)) \(size)", to: &digest)
    let file = try files.open(path, for: .reading)
    defer { try? files.close(file) }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: sampleByteCount, alignment: 64)
    defer { buffer.deallocate() }
    let last = max(0, size - sampleByteCount)
    let offsets = size <= sampleByteCount ? [0] : (0..<samples).map { last / (samples - 1) * $0 }
    for offset in offsets {
      let count = try files.read(file, into: buffer, at: offset)
      digest.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }

  static func short(_ digest: RunningDigest) -> String { String(digest.hex.prefix(16)) }
}
