import Files

/// CIFAR-10 (Krizhevsky 2009): 60,000 colour images of 32 x 32 pixels in 10 classes, in the official binary layout.
///
/// A record is a byte with the class, then 1024 red, 1024 green and 1024 blue bytes, row-major. 50,000 images (5,000 of
/// each class) are for training, 10,000 (1,000 of each class) for the test.
public struct CIFAR10: Sendable {
  public enum Split: String, Hashable, Sendable, CaseIterable, Codable { case train, test }

  public static let classes = [
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
  ]
  public static let folderName = "cifar-10-batches-bin"
  public static let archiveName = "cifar-10-binary.tar.gz"

  let files: OfficialFiles
  /// Images in a batch file; tests make smaller ones.
  let imagesPerBatch: Int

  /// The folder `cifar-10-batches-bin` or the archive `cifar-10-binary.tar.gz`, which is read without unpacking.
  ///
  /// Throws `FileError` where nothing is at `path`.
  public init(_ path: String) throws { try self.init(path, imagesPerBatch: 10_000) }

  init(_ path: String, imagesPerBatch: Int) throws {
    files = try OfficialFiles(
      dataset: "CIFAR-10", path: path, archived: Self.folderName,
      // Six batches, and a few small files.
      limit: 6 * imagesPerBatch * (1 + Self.imageByteCount) + 1 << 20)
    self.imagesPerBatch = imagesPerBatch
  }

  public var path: String { files.path }

  static func batches(of split: Split) -> [String] {
    split == .train ? (1...5).map { "data_batch_\($0).bin" } : ["test_batch.bin"]
  }

  private static let imageByteCount = 3 * 32 * 32

  /// Writes the images of a split, in the official order, as a collection that `ImageCollection(file:)` maps.
  ///
  /// `progress` is told the finished fraction. Throws `DatasetError` for anything that is not exactly the official
  /// layout, and `FileError`.
  public func save(_ split: Split, to path: String, progress: (Double) -> Void = { _ in }) throws {
    try checkClassNames()
    let wanted = Self.batches(of: split).map { ($0, batchByteCount) }
    try ImageCollectionWriter.write(
      to: path, channels: 3, height: 32, width: 32, classes: Self.classes,
      provenance:
        "CIFAR-10 \(split) images from \(Paths.name(of: files.path)), fingerprint \(try fingerprint(split))"
    ) { writer in
      var finished = 0
      try files.forEach(wanted) { name, bytes in
        try forEachRecord(of: bytes, in: name) { try writer.append($1, label: $0) }
        finished += 1
        progress(Double(finished) / Double(wanted.count))
      }
    }
  }

  var batchByteCount: Int { imagesPerBatch * (1 + Self.imageByteCount) }

  /// Calls `body` with the label and the pixels of each record of a batch. Throws `DatasetError.invalidLabel`.
  func forEachRecord(
    of batch: [UInt8], in name: String, _ body: (Int, UnsafeBufferPointer<UInt8>) throws -> Void
  ) throws {
    try batch.withUnsafeBufferPointer { batch in
      for (image, start) in stride(from: 0, to: batch.count, by: 1 + Self.imageByteCount).enumerated() {
        let label = Int(batch[start])
        guard Self.classes.indices.contains(label) else {
          throw DatasetError.invalidLabel(
            path: Paths.join(files.path, name), image: image, label: label,
            allowed: 0...(Self.classes.count - 1))
        }
        let pixels = batch[(start + 1)..<(start + 1 + Self.imageByteCount)]
        try body(label, UnsafeBufferPointer(rebasing: pixels))
      }
    }
  }

  /// A few digits that change when the files of a split do, or the archive: see `Fingerprint`.
  ///
  /// Throws `DatasetError.missingFiles`, and `FileError`.
  public func fingerprint(_ split: Split, _ digests: DigestCache = DigestCache()) throws -> String {
    switch files.place {
    case .archive: return try Fingerprint.ofFiles([files.path], digests: digests)
    case .folder:
      let batches = Self.batches(of: split)
      try files.requirePresence(of: batches)
      return try Fingerprint.ofFiles(batches.map { Paths.join(files.path, $0) }, digests: digests)
    }
  }

  /// The names in `batches.meta.txt`, where it is there, prove which data set the batches belong to.
  func checkClassNames() throws {
    let path = Paths.join(files.path, "batches.meta.txt")
    guard files.place == .folder, try POSIXFileSystem().statusIfPresent(of: path) != nil else { return }
    let names = try POSIXFileSystem().text(of: path).split(whereSeparator: \.isNewline).map(String.init)
    for (line, expected) in Self.classes.enumerated() where line >= names.count || names[line] != expected {
      let found = line < names.count ? "\"\(names[line])\"" : "nothing"
      throw DatasetError.malformedText(
        path: path, line: line + 1, reason: "it says \(found) where CIFAR-10 has \"\(expected)\"")
    }
  }
}
