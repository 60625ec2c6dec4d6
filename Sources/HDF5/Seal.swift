import Files

/// A digest of an HDF5 file in a user block before it, so that damage is noticed before the library reads a byte.
///
/// The format has checksums for some of its parts only; a single wrong bit in the others can change text unnoticed, or
/// send HDF5 1.10 into an endless loop. A user block is a part of the format: 512 bytes before the file proper, left to
/// applications, passed over by every reader.
enum Seal {
  /// The smallest user block there is.
  static let size = 512

  private static let introduction = Array("Retable HDF5 file. SHA-256 from byte 512 on: ".utf8)

  /// The user block of a file with this digest.
  static func block(digest: String) -> [UInt8] {
    var block = introduction + Array(digest.utf8) + [UInt8(ascii: "\n")]
    block += [UInt8](repeating: 0, count: size - block.count)
    return block
  }

  /// Throws where the block before an image is a seal, and one of another content; foreign files have none.
  static func verify(image: [UInt8], _ attempt: Attempt) throws(HDF5Error) {
    guard image.starts(with: introduction), image.count >= size else { return }
    try verify(Array(image.prefix(size)), digest: Digest.hex(of: image[size...]), attempt)
  }

  /// Throws as `verify(image:)` does, and where the file cannot be read.
  static func verify(file path: String, _ attempt: Attempt) throws(HDF5Error) {
    let files = POSIXFileSystem()
    let head = try attempt.reading { () throws(FileError) in try files.contents(of: path, upTo: size) }
    guard head.starts(with: introduction) else { return }
    let digest = try attempt.reading { () throws(FileError) in try Digest.hexOfFile(path, from: size) }
    try verify(head, digest: digest, attempt)
  }

  private static func verify(_ seal: [UInt8], digest: String, _ attempt: Attempt) throws(HDF5Error) {
    guard seal != block(digest: digest) else { return }
    throw attempt.error(
      "its content is not what was written: the SHA-256 differs",
      advice: "The file is damaged or was edited: remove it and make it again.")
  }
}
