import Files

// The file of packed images: a header of 4096 bytes, so that the images start on a page, then the images.
//
// The header is the line "retable packed images 1", one line of JSON (`Header`), and spaces up to a final newline:
// `head -2` shows it. Words are little-endian, so that column c of a row is bit c % 8 of byte c / 8.

extension DSprites {
  struct Header: Codable, Equatable {
    var width: Int
    var height: Int
    var factors: [String]
    var sizes: [Int]
    /// SHA-256 of the bytes after the header.
    var sha256: String
    var provenance: Provenance

    static let byteCount = 4096
    static let name = "retable packed images"
    static let version = 1
  }

  /// Writes the images as one file that `init(file:)` maps. The file appears complete or not at all.
  ///
  /// Throws `FileError`.
  public func save(to path: String) throws {
    try storage.withUnsafeWords { words in
      let images = UnsafeRawBufferPointer(words)
      let header = Header(
        width: width, height: height, factors: grid.names, sizes: grid.sizes, sha256: Digest.hex(of: images),
        provenance: provenance)
      let headerBytes = try header.bytes()
      try DurableFile.write(to: path) { temporary in
        let files = POSIXFileSystem()
        let file = try files.open(temporary, for: .creating)
        defer { try? files.close(file) }
        try headerBytes.withUnsafeBytes { try files.append($0, to: file) }
        try files.append(images, to: file)
      }
    }
  }

  /// Maps a file that `save(to:)` wrote, read-only: processes that map the same file share one copy of it.
  ///
  /// `verifying` compares the images with the recorded digest, which reads all of them. Throws
  /// `DatasetError.notPackedImages` and `.digestMismatch`, and `FileError`.
  public init(file path: String, verifying: Bool = false) throws {
    let file = try MappedFile(path)
    let header = try file.withUnsafeBytes { try Header(bytes: $0, path: path) }
    let grid = FactorGrid(names: header.factors, sizes: header.sizes)
    if verifying {
      let found = file.withUnsafeBytes {
        Digest.hex(of: UnsafeRawBufferPointer(rebasing: $0[Header.byteCount...]))
      }
      guard found == header.sha256 else {
        throw DatasetError.digestMismatch(path: path, recorded: header.sha256, found: found)
      }
    }
    self.init(
      storage: PackedWords(file, offset: Header.byteCount, count: grid.count * DSprites.wordsPerImage),
      grid: grid, provenance: header.provenance)
  }
}

extension DSprites.Header {
  private static var magic: String { "\(name) \(version)\n" }

  /// The header, filled up to `byteCount`.
  func bytes() throws -> [UInt8] {
    var bytes = Array((Self.magic + (try JSON(encoding: self)).canonical + "\n").utf8)
    precondition(bytes.count < Self.byteCount, "a header of \(bytes.count) bytes has no room in its page")
    bytes += [UInt8](repeating: UInt8(ascii: " "), count: Self.byteCount - bytes.count - 1)
    return bytes + [UInt8(ascii: "\n")]
  }

  /// Reads and checks the header of a whole file.
  init(bytes: UnsafeRawBufferPointer, path: String) throws {
    func fail(_ reason: String) -> DatasetError { .notPackedImages(path: path, reason: reason) }
    guard bytes.count >= Self.byteCount else {
      throw fail("it has \(bytes.count) bytes, fewer than the header alone")
    }
    let lines = bytes[..<Self.byteCount].split(separator: UInt8(ascii: "\n"), maxSplits: 2)
    let first = lines.first.map { String(decoding: $0, as: UTF8.self) } ?? ""
    guard first.hasPrefix(Self.name + " "), lines.count == 3 else {
      throw fail("it does not start with \"\(Self.name)\"")
    }
    guard first + "\n" == Self.magic else {
      throw fail("its version is \(first.dropFirst(Self.name.count + 1)), this program reads \(Self.version)")
    }
    do {
      self = try JSON(parsing: Array(lines[1])).decode(Self.self)
    } catch {
      throw fail("its header cannot be read (\(error))")
    }
    guard width == DSprites.side, height == DSprites.side else {
      throw fail("its images are \(width) x \(height), not \(DSprites.side) x \(DSprites.side)")
    }
    guard !sizes.isEmpty, sizes.count == factors.count, sizes.allSatisfy({ $0 > 0 }) else {
      throw fail("its factors \(factors) do not go with the sizes \(sizes)")
    }
    var expected = DSprites.wordsPerImage * MemoryLayout<UInt64>.size
    for size in sizes {
      let (product, overflow) = expected.multipliedReportingOverflow(by: size)
      guard !overflow else { throw fail("its sizes \(sizes) are too large") }
      expected = product
    }
    guard bytes.count - Self.byteCount == expected else {
      throw fail("it holds \(bytes.count - Self.byteCount) bytes of images where its header says \(expected)")
    }
  }
}

extension FileSystem {
  /// Writes all bytes, however many calls that takes.
  fileprivate func append(_ bytes: UnsafeRawBufferPointer, to file: OpenFile) throws(FileError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      do throws(FileError) {
        rest = rest.dropFirst(try write(file, UnsafeRawBufferPointer(rebasing: rest)))
      } catch {
        guard error.isInterrupted else { throw error }
      }
    }
  }
}
