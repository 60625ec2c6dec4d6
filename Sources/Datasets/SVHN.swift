import Files

/// SVHN, "format 2" (Netzer et al. 2011): house numbers cut into colour images of 32 x 32 pixels with one digit in the
/// middle, as its makers publish it.
///
/// A split is a MATLAB 5 file with the array X of 32 x 32 x 3 x N bytes (row, column, channel, image; rows run fastest) and
/// the N x 1 array y of digits, where 10 stands for 0. A file may have fewer images than the published one.
public struct SVHN: Sendable {
  public enum Split: String, Hashable, Sendable, CaseIterable, Codable {
    case train, test, extra

    /// Images of the published file.
    public var count: Int {
      switch self {
      case .train: 73_257
      case .test: 26_032
      case .extra: 531_131
      }
    }

    public var fileName: String { "\(rawValue)_32x32.mat" }

    var words: String { self == .train ? "training" : rawValue }
  }

  /// In the order of the file's numbers 1 to 10, as all published results have them: class 9 is the digit 0.
  public static let classes = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"]
  public static let folderName = "svhn"
  public static let side = 32

  public let split: Split
  public let path: String

  /// The file of a split.
  public init(_ split: Split, file path: String) { (self.split, self.path) = (split, path) }

  private static let imageByteCount = 3 * side * side
  /// Images that are read at once: 3 MiB.
  private static let block = 1024
  /// Bytes of labels that are read; ten times what the largest file has.
  private static let labelLimit = 1 << 26

  /// Writes the images, in the order of the file, as a collection that `ImageCollection(file:)` maps.
  ///
  /// Returns how the file differs from the published one where it has another number of images. Memory holds a block of
  /// images and the labels. `progress` is told the finished fraction.
  /// Throws `DatasetError` for anything that is not exactly the published layout, and `FileError`.
  @discardableResult
  public func save(
    to target: String, isLabelled: Bool = true, progress: (Double) -> Void = { _ in }
  ) throws -> String? {
    let file = try MATFile(path)
    let labels = try readLabels(of: file)
    try ImageCollectionWriter.write(
      to: target, channels: 3, height: Self.side, width: Self.side, classes: isLabelled ? Self.classes : [],
      provenance: "SVHN \(split) images, fingerprint \(try fingerprint())", isLabelled: isLabelled
    ) { writer in
      var image = [UInt8](repeating: 0, count: Self.imageByteCount)
      try forEachImage(of: file, count: labels.count) { index, columns in
        ColumnMajor.transpose(columns, side: Self.side, into: &image)
        try writer.append(image, label: isLabelled ? labels[index] : nil)
        if index % 1000 == 999 || index == labels.count - 1 {
          progress(Double(index + 1) / Double(labels.count))
        }
      }
    }
    return labels.count == split.count
      ? nil : "the \(split.words) file has \(number(of: labels.count)) images"
  }

  /// Reads everything without writing anything; returns what was found, in words. Throws as `save` does.
  public func inspect() throws -> String {
    let file = try MATFile(path)
    let count = try readLabels(of: file).count
    try forEachImage(of: file, count: count) { _, _ in }
    return "\(number(of: count)) \(split.words) images"
  }

  private func number(of count: Int) -> String {
    count == split.count ? count.grouped : "\(count.grouped) of \(split.count.grouped)"
  }

  /// A few digits that change when the file does; see `Fingerprint`. Throws `FileError`.
  public func fingerprint(_ digests: DigestCache = DigestCache()) throws -> String {
    try Fingerprint.ofFiles([path], digests: digests)
  }
}

extension SVHN {
  private static let (images, labels) = ("X", "y")

  /// The classes of all images, as positions in `classes`. X is held against them before a pixel is read.
  private func readLabels(of file: MATFile) throws -> [Int] {
    let count = try imageCount(of: file)
    let variable = try file.variable(Self.labels)
    guard ["uint8", "double"].contains(variable.type) else {
      throw DatasetError.wrongType(
        path: path, member: Self.labels, found: variable.type, expected: ["uint8", "double"])
    }
    guard variable.shape.count == 2, variable.shape[1] == 1 else {
      throw DatasetError.wrongShape(
        path: path, member: Self.labels, found: variable.shape, expected: [count, 1])
    }
    guard variable.shape[0] == count else {
      throw DatasetError.unsupportedArray(
        path: path, member: Self.labels, reason: "it has \(variable.shape[0]) labels for \(count) images")
    }
    return try file.withNumbers(of: Self.labels) { try $0.doubles(limit: Self.labelLimit) }
      .enumerated().map { image, value in
        guard let label = Int(exactly: value) else {
          throw DatasetError.unsupportedArray(
            path: path, member: Self.labels, reason: "label \(image) is \(value), which is no whole number")
        }
        guard (1...10).contains(label) else {
          throw DatasetError.invalidLabel(path: path, image: image, label: label, allowed: 1...10)
        }
        return label - 1
      }
  }

  /// The number of images, from the header of X.
  private func imageCount(of file: MATFile) throws -> Int {
    let variable = try file.variable(Self.images)
    guard variable.type == "uint8" else {
      throw DatasetError.wrongType(
        path: path, member: Self.images, found: variable.type, expected: ["uint8"])
    }
    // MATLAB leaves out a last dimension of one.
    let shape = variable.shape.count == 3 ? variable.shape + [1] : variable.shape
    guard shape.count == 4, shape[..<3] == [Self.side, Self.side, 3], shape[3] > 0 else {
      throw DatasetError.wrongShape(
        path: path, member: Self.images, found: variable.shape,
        expected: [Self.side, Self.side, 3, max((try? file.variable(Self.labels))?.shape.first ?? 1, 1)])
    }
    return shape[3]
  }

  /// Calls `body` with the position and the bytes of each image, channel after channel and column by column.
  private func forEachImage(
    of file: MATFile, count: Int, _ body: (Int, UnsafeRawBufferPointer) throws -> Void
  ) throws {
    try file.withNumbers(of: Self.images) { numbers in
      guard numbers.storage == .uint8 else {
        throw MATDamage("its pixels are stored as \(numbers.storage)")
      }
      let block = UnsafeMutableRawBufferPointer.allocate(
        byteCount: min(count, Self.block) * Self.imageByteCount, alignment: 64)
      defer { block.deallocate() }
      for first in stride(from: 0, to: count, by: Self.block) {
        let images = first..<min(first + Self.block, count)
        try numbers.read(
          into: UnsafeMutableRawBufferPointer(rebasing: block[..<(images.count * Self.imageByteCount)]))
        for index in images {
          let start = (index - first) * Self.imageByteCount
          try body(index, UnsafeRawBufferPointer(rebasing: block[start..<(start + Self.imageByteCount)]))
        }
      }
      try numbers.finish()
    }
  }
}
