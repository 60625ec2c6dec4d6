import Files
import Glibc

/// Writes a collection image by image: memory holds the labels and a buffer, never the images.
public struct ImageCollectionWriter: ~Copyable {
  /// How many files of the source were left out so far.
  public var skipped = 0
  /// What the finished file says of the origin of its images; it may grow by the room that was asked for.
  public var provenance: String {
    get { header.provenance }
    set { header.provenance = newValue }
  }
  /// Images so far.
  public private(set) var count = 0
  private var header: ImageCollection.Header
  private var labels: [UInt16] = []
  private var digest = RunningDigest()
  private var buffer: [UInt8] = []
  private let files: any FileSystem
  private let file: OpenFile

  private static let bufferByteCount = 1 << 20

  fileprivate init(header: ImageCollection.Header, file: OpenFile, files: any FileSystem) {
    (self.header, self.file, self.files) = (header, file, files)
    buffer.reserveCapacity(Self.bufferByteCount)
  }

  /// Adds one image of `channels x height x width` bytes. `label` is a position in the classes, nil without labels.
  ///
  /// Throws `FileError`.
  public mutating func append(_ pixels: UnsafeBufferPointer<UInt8>, label: Int?) throws(FileError) {
    let expected = header.channels * header.height * header.width
    precondition(pixels.count == expected, "an image has \(expected) bytes here, not \(pixels.count)")
    precondition((label != nil) == header.isLabelled, "either all images have a label or none has")
    if let label {
      precondition(
        header.classes.indices.contains(label), "label \(label) of \(header.classes.count) classes")
      labels.append(UInt16(label))
    }
    buffer.append(contentsOf: pixels)
    count += 1
    if buffer.count >= Self.bufferByteCount { try flush() }
  }

  public mutating func append(_ pixels: [UInt8], label: Int?) throws(FileError) {
    try pixels.withUnsafeBufferPointer { (pixels) throws(FileError) in try append(pixels, label: label) }
  }

  private mutating func flush() throws(FileError) {
    try Self.write(buffer, to: file, using: files)
    digest.update(buffer)
    buffer.removeAll(keepingCapacity: true)
  }

  fileprivate mutating func finish() throws {
    for label in labels {
      buffer.append(UInt8(truncatingIfNeeded: label))
      buffer.append(UInt8(truncatingIfNeeded: label >> 8))
    }
    try flush()
    header.count = count
    header.skipped = skipped
    header.sha256 = digest.hex
    guard let bytes = try header.bytes() else {
      preconditionFailure("the completed header is longer than the room that was kept for it")
    }
    guard lseek(file.descriptor, 0, SEEK_SET) == 0 else { throw FileError("write", file.path, code: errno) }
    try Self.write(bytes, to: file, using: files)
  }

  private static func write(
    _ bytes: [UInt8], to file: OpenFile, using files: some FileSystem
  ) throws(FileError) {
    try bytes.withUnsafeBufferPointer { (bytes) throws(FileError) in
      try files.writeAll(UnsafeRawBufferPointer(bytes), to: file)
    }
  }
}

extension ImageCollectionWriter {
  /// Creates the file at `path` with the images that `body` appends; it appears complete and durable, or not at all.
  ///
  /// At most 65,536 classes. `provenanceRoom` is by how many bytes `body` may lengthen the provenance. Throws
  /// `FileError`, and what `body` throws.
  public static func write(
    to path: String, channels: Int, height: Int, width: Int, classes: [String], provenance: String,
    provenanceRoom: Int = 0, isLabelled: Bool = true, using files: some FileSystem = POSIXFileSystem(),
    _ body: (inout ImageCollectionWriter) throws -> Void
  ) throws {
    precondition(classes.count <= 1 << 16, "labels are 16-bit words, too short for \(classes.count) classes")
    var header = ImageCollection.Header(
      count: .max, channels: channels, height: height, width: width, isLabelled: isLabelled, classes: classes,
      provenance: provenance, skipped: .max, pixelsStart: .max,
      sha256: String(repeating: "0", count: 64))
    // The largest numbers show how much room the completed header may need.
    let room =
      ImageCollection.Header.magic.utf8.count + (try JSON(encoding: header)).canonical.utf8.count + 2
      + provenanceRoom
    let page = ImageCollection.Header.page
    header.pixelsStart = (room + page - 1) / page * page
    let kept = [UInt8](repeating: UInt8(ascii: " "), count: header.pixelsStart)
    try DurableFile.write(to: path, using: files) { temporary in
      let file = try files.open(temporary, for: .creating)
      do {
        try Self.write(kept, to: file, using: files)
        var writer = ImageCollectionWriter(header: header, file: file, files: files)
        try body(&writer)
        try writer.finish()
      } catch {
        try? files.close(file)
        throw error
      }
      try files.close(file)
    }
  }
}
