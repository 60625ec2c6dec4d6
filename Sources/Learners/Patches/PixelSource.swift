/// Images of bytes, all of one size, as the learners of patches see them: where the bytes come from is the caller's
/// business.
public struct PixelSource: Sendable {
  public let count: Int
  /// 3 for colour (red, green, blue), 1 for grey.
  public let channels: Int
  public let height: Int
  public let width: Int
  private let read: @Sendable (Int, (UnsafeBufferPointer<UInt8>) -> Void) -> Void

  /// - Parameter read: calls the given body once with the channels x height x width bytes of one image, channel after
  ///   channel and row-major within a channel; it is called from several threads.
  public init(
    count: Int, channels: Int, height: Int, width: Int,
    read: @escaping @Sendable (_ index: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Void) -> Void
  ) {
    precondition(count >= 0 && channels > 0 && height > 0 && width > 0, "an image has at least one pixel")
    self.count = count
    self.channels = channels
    self.height = height
    self.width = width
    self.read = read
  }

  /// Images in memory: `pixels` holds one after the other.
  public init(channels: Int, height: Int, width: Int, pixels: [UInt8]) {
    let size = channels * height * width
    precondition(size > 0 && pixels.count % size == 0, "\(pixels.count) bytes are not images of \(size) each")
    self.init(count: pixels.count / size, channels: channels, height: height, width: width) { index, body in
      pixels.withUnsafeBufferPointer {
        body(UnsafeBufferPointer(rebasing: $0[(index * size)..<((index + 1) * size)]))
      }
    }
  }

  /// Bytes of one image.
  public var pixelCount: Int { channels * height * width }

  /// The bytes of one image.
  public func bytes(of index: Int) -> [UInt8] {
    precondition((0..<count).contains(index), "image \(index) of \(count)")
    var copy: [UInt8] = []
    read(index) { copy = Array($0) }
    return copy
  }

  /// Writes one image as numbers in 0...255.
  func copy(_ index: Int, into pixels: UnsafeMutableBufferPointer<Float>) {
    precondition((0..<count).contains(index), "image \(index) of \(count)")
    read(index) { bytes in
      precondition(
        bytes.count == pixelCount && pixels.count >= pixelCount, "an image has \(pixelCount) bytes")
      for position in bytes.indices { pixels[position] = Float(bytes[position]) }
    }
  }
}
