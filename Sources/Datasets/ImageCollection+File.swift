import Files

// The file of a collection: a header of whole pages of 4096 bytes, the images, the labels.
//
// The header is the line "retable image collection 1", one line of JSON (`Header`), and spaces up to a final newline:
// `head -2` shows it. Labels are little-endian 16-bit words. They stand after the images because images are written as
// they come; the header is completed last.

extension ImageCollection {
  struct Header: Codable, Equatable {
    var count: Int
    var channels: Int
    var height: Int
    var width: Int
    var isLabelled: Bool
    var classes: [String]
    var provenance: String
    var skipped: Int
    /// Bytes before the first image.
    var pixelsStart: Int
    /// SHA-256 of the bytes from there on.
    var sha256: String

    static let page = 4096
    static let name = "retable image collection"
    static let version = 1
  }

  /// Writes the images as one file that `init(file:)` maps. The file appears complete or not at all.
  ///
  /// Throws `FileError`.
  public func save(to path: String) throws {
    try ImageCollectionWriter.write(
      to: path, channels: channels, height: height, width: width, classes: classes, provenance: provenance,
      isLabelled: !labels.isEmpty
    ) { writer in
      for index in 0..<count {
        try withPixels(of: index) { try writer.append($0, label: labels.isEmpty ? nil : labels[index]) }
      }
      writer.skipped = skipped
    }
  }

  /// The SHA-256 that a file records of its images and labels, whatever it says of their origin.
  ///
  /// Throws `DatasetError.notACollection` and `FileError`.
  public static func recordedDigest(ofFile path: String) throws -> String {
    try MappedFile(path).withUnsafeBytes { try Header(bytes: $0, path: path).sha256 }
  }

  /// Maps a file that `save(to:)` or `ImageCollectionWriter` wrote, read-only: processes that map it share one copy.
  ///
  /// `verifying` compares images and labels with the recorded digest, which reads all of them. Throws
  /// `DatasetError.notACollection`, `.invalidLabel` and `.digestMismatch`, and `FileError`.
  public init(file path: String, verifying: Bool = false) throws {
    let file = try MappedFile(path)
    let (header, labels) = try file.withUnsafeBytes { bytes in
      let header = try Header(bytes: bytes, path: path)
      if verifying {
        let found = Digest.hex(of: UnsafeRawBufferPointer(rebasing: bytes[header.pixelsStart...]))
        guard found == header.sha256 else {
          throw DatasetError.digestMismatch(path: path, recorded: header.sha256, found: found)
        }
      }
      return (header, try header.labels(in: bytes, path: path))
    }
    self.init(header, labels: labels, mapped: file)
  }
}

extension ImageCollection.Header {
  static var magic: String { "\(name) \(version)\n" }

  var labelsStart: Int { pixelsStart + count * channels * height * width }
  var fileByteCount: Int { labelsStart + (isLabelled ? 2 * count : 0) }

  /// The header, filled up to `pixelsStart`; nil where it needs more.
  func bytes() throws -> [UInt8]? {
    let bytes = Array((Self.magic + (try JSON(encoding: self)).canonical + "\n").utf8)
    guard bytes.count < pixelsStart else { return nil }
    let filling = [UInt8](repeating: UInt8(ascii: " "), count: pixelsStart - bytes.count - 1)
    return bytes + filling + [UInt8(ascii: "\n")]
  }

  /// Reads and checks the header of a whole file.
  init(bytes: UnsafeRawBufferPointer, path: String) throws {
    func fail(_ reason: String) -> DatasetError { .notACollection(path: path, reason: reason) }
    let newline = UInt8(ascii: "\n")
    guard let end = bytes.prefix(64).firstIndex(of: newline), bytes.starts(with: (Self.name + " ").utf8)
    else {
      throw fail("it \(FileKind.words(for: bytes) ?? "does not start with \"\(Self.name)\"")")
    }
    let first = String(decoding: bytes[...end], as: UTF8.self)
    guard first == Self.magic else {
      let version = first.dropFirst(Self.name.count + 1).dropLast()
      throw fail("its version is \(version), this program reads \(Self.version)")
    }
    guard let last = bytes[(end + 1)...].firstIndex(of: newline) else {
      throw fail("its header does not end")
    }
    do {
      self = try JSON(parsing: Array(bytes[(end + 1)..<last])).decode(Self.self)
    } catch {
      throw fail("its header cannot be read (\(error))")
    }
    guard pixelsStart > last, pixelsStart <= bytes.count, pixelsStart % Self.page == 0 else {
      throw fail("its images start at byte \(pixelsStart), which is no page after the header")
    }
    var expected = isLabelled ? 2 : 0
    for (position, size) in [channels, height, width, count].enumerated() {
      let least = position == 3 ? 0 : 1
      guard size >= least, size < 1 << 31 else { throw fail("its header says \(size) where a size stands") }
      guard position < 3 else { continue }
      expected = position == 0 ? size : expected * size
      guard expected < 1 << 31 else { throw fail("an image of \(channels) x \(height) x \(width) bytes") }
    }
    guard bytes.count == fileByteCount else {
      throw fail("it has \(bytes.count) bytes where its header says \(fileByteCount)")
    }
  }

  func labels(in bytes: UnsafeRawBufferPointer, path: String) throws -> [Int] {
    guard isLabelled else { return [] }
    let labels = (0..<count).map { image in
      let word = bytes.loadUnaligned(fromByteOffset: labelsStart + 2 * image, as: UInt16.self)
      return Int(UInt16(littleEndian: word))
    }
    if let wrong = labels.firstIndex(where: { $0 >= classes.count }) {
      throw DatasetError.invalidLabel(
        path: path, image: wrong, label: labels[wrong], allowed: 0...max(0, classes.count - 1))
    }
    return labels
  }
}
