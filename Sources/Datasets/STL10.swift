import Files

/// STL-10 (Coates, Ng, Lee 2011): colour images of 96 x 96 pixels, in the official binary layout.
///
/// 5,000 training images and 8,000 test images, with a file of labels each, and 100,000 images without labels. Images
/// stand channel after channel, each channel column by column.
public struct STL10: Sendable {
  public enum Split: String, Hashable, Sendable, CaseIterable, Codable {
    case train, test, unlabeled

    var count: Int {
      switch self {
      case .train: 5_000
      case .test: 8_000
      case .unlabeled: 100_000
      }
    }
  }

  public static let folderName = "stl10_binary"
  public static let archiveName = "stl10_binary.tar.gz"
  public static let side = 96

  public let path: String
  private let counts: [Split: Int]

  /// The folder `stl10_binary`, as the official archive unpacks.
  public init(_ path: String) {
    self.init(path, counts: Dictionary(uniqueKeysWithValues: Split.allCases.map { ($0, $0.count) }))
  }

  /// Tests make smaller splits.
  init(_ path: String, counts: [Split: Int]) { (self.path, self.counts) = (path, counts) }

  private static let imageByteCount = 3 * side * side
  private func imagesPath(_ split: Split) -> String { Paths.join(path, "\(split)_X.bin") }
  private func labelsPath(_ split: Split) -> String { Paths.join(path, "\(split)_y.bin") }

  /// The files of a split with the bytes each must have.
  private func files(of split: Split) -> [(path: String, size: Int)] {
    let count = counts[split] ?? split.count
    return [(imagesPath(split), count * Self.imageByteCount)]
      + (split == .unlabeled ? [] : [(labelsPath(split), count)])
  }

  /// Compares the sizes of all files of a split with those of the official ones.
  ///
  /// Throws `DatasetError.missingFiles` and `.wrongSize`, and `FileError`.
  public func check(_ split: Split) throws {
    let system = POSIXFileSystem()
    let missing = try files(of: split).filter { try system.statusIfPresent(of: $0.path)?.kind != .file }
    guard missing.isEmpty else {
      throw DatasetError.missingFiles(
        dataset: "STL-10", path: path, missing: missing.map { Paths.name(of: $0.path) })
    }
    for file in files(of: split) {
      let size = try system.status(of: file.path, followingLinks: true).size
      guard size == file.size else {
        throw DatasetError.wrongSize(path: file.path, bytes: size, expected: file.size)
      }
    }
  }

  /// Writes the images of a split without labels, in the official order, as a collection that `ImageCollection(file:)`
  /// maps.
  ///
  /// `progress` is told the finished fraction. Throws `DatasetError` for anything that is not exactly the official
  /// layout, and `FileError`.
  public func save(_ split: Split, to target: String, progress: (Double) -> Void = { _ in }) throws {
    try check(split)
    let images = try MappedFile(imagesPath(split))
    let count = images.count / Self.imageByteCount
    try ImageCollectionWriter.write(
      to: target, channels: 3, height: Self.side, width: Self.side, classes: [],
      provenance: "STL-10 \(split) images, fingerprint \(try fingerprint(split))", isLabelled: false
    ) { writer in
      var image = [UInt8](repeating: 0, count: Self.imageByteCount)
      for index in 0..<count {
        images.withUnsafeBytes { bytes in
          let start = index * Self.imageByteCount
          ColumnMajor.transpose(
            UnsafeRawBufferPointer(rebasing: bytes[start..<(start + Self.imageByteCount)]), side: Self.side,
            into: &image)
        }
        try writer.append(image, label: nil)
        if index % 1000 == 999 || index == count - 1 { progress(Double(index + 1) / Double(count)) }
      }
    }
  }

  /// A few digits that change when the files of a split do; see `Fingerprint`. Throws `FileError`.
  public func fingerprint(_ split: Split, _ digests: DigestCache = DigestCache()) throws -> String {
    try Fingerprint.ofFiles(files(of: split).map(\.path), digests: digests)
  }
}
