/// Labelled images of bytes, all of one size, mapped from a file or held in memory.
///
/// Images stand channel after channel (red, green, blue), row-major within a channel: 3072 bytes for a colour image of
/// 32 x 32 pixels.
public struct ImageCollection: ByteImages {
  public let count: Int
  public let channels: Int
  public let height: Int
  public let width: Int
  /// The class of each image, a position in `classes`; empty where the images have no labels.
  public let labels: [Int]
  /// The names of the classes; empty where the images have no labels.
  public let classes: [String]
  /// Where the pixels come from and what was done to them, in words; a table made from them prints it.
  public let provenance: String
  /// How many files of the source could not be read and were left out.
  public let skipped: Int

  private enum Storage: Sendable {
    case memory([UInt8])
    case file(MappedFile, offset: Int)
  }

  private let storage: Storage

  /// Wraps images in memory: `count x channels x height x width` bytes.
  public init(
    pixels: [UInt8], channels: Int, height: Int, width: Int, labels: [Int], classes: [String],
    provenance: String
  ) {
    let size = channels * height * width
    precondition(
      size > 0 && pixels.count % size == 0, "\(pixels.count) bytes are no whole number of images of \(size)")
    precondition(
      labels.isEmpty || labels.count == pixels.count / size,
      "\(labels.count) labels do not go with \(pixels.count / size) images")
    precondition(
      labels.allSatisfy { classes.indices.contains($0) }, "a label lies outside the \(classes.count) classes")
    count = pixels.count / size
    (self.channels, self.height, self.width) = (channels, height, width)
    (self.labels, self.classes, self.provenance, skipped) = (labels, classes, provenance, 0)
    storage = .memory(pixels)
  }

  init(_ header: Header, labels: [Int], mapped file: MappedFile) {
    (count, channels, height, width) = (header.count, header.channels, header.height, header.width)
    (classes, provenance, skipped) = (header.classes, header.provenance, header.skipped)
    self.labels = labels
    storage = .file(file, offset: header.pixelsStart)
  }

  public func withPixels<R>(of index: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R {
    precondition((0..<count).contains(index), "image \(index) outside 0..<\(count)")
    let range = (index * pixelCount)..<((index + 1) * pixelCount)
    switch storage {
    case .memory(let bytes):
      return try bytes.withUnsafeBufferPointer { try body(UnsafeBufferPointer(rebasing: $0[range])) }
    case .file(let file, let offset):
      return try file.withUnsafeBytes { bytes in
        let image = UnsafeRawBufferPointer(
          rebasing: bytes[(offset + range.lowerBound)..<(offset + range.upperBound)])
        return try body(image.assumingMemoryBound(to: UInt8.self))
      }
    }
  }

  /// The bytes of one image.
  public func pixels(of index: Int) -> [UInt8] { withPixels(of: index) { Array($0) } }

  /// The same images seen in a mirror, left and right exchanged; in memory.
  public func mirrored() -> ImageCollection {
    var bytes = [UInt8](repeating: 0, count: count * pixelCount)
    bytes.withUnsafeMutableBufferPointer { bytes in
      for index in 0..<count {
        withPixels(of: index) { pixels in
          for start in stride(from: 0, to: pixelCount, by: width) {
            for column in 0..<width {
              bytes[index * pixelCount + start + column] = pixels[start + width - 1 - column]
            }
          }
        }
      }
    }
    return ImageCollection(
      pixels: bytes, channels: channels, height: height, width: width, labels: labels, classes: classes,
      provenance: provenance)
  }
}
