/// The square patches of an image at stride 1 that lie inside it.
///
/// A patch is a row of channels x size x size numbers: channel after channel, row-major within a channel.
public struct PatchGrid: Sendable, Codable, Equatable {
  /// Edge of a patch in pixels.
  public let size: Int
  public let channels: Int
  /// Of an image.
  public let height: Int
  public let width: Int

  public init(size: Int, channels: Int, height: Int, width: Int) {
    precondition(
      size > 0 && channels > 0 && size <= height && size <= width,
      "patches of \(size) x \(size) do not fit an image of \(height) x \(width)")
    self.size = size
    self.channels = channels
    self.height = height
    self.width = width
  }

  public init(size: Int, images: PixelSource) {
    self.init(size: size, channels: images.channels, height: images.height, width: images.width)
  }

  /// Positions a patch can have, down and across: 27 x 27 for 6 x 6 patches of 32 x 32 pixels.
  public var rows: Int { height - size + 1 }
  public var columns: Int { width - size + 1 }
  /// Numbers of one patch.
  public var dimension: Int { channels * size * size }

  /// Copies the patch whose upper left pixel is at (row, column).
  @inline(__always)
  func copyPatch(
    _ row: Int, _ column: Int, of pixels: UnsafeBufferPointer<Float>,
    into patch: UnsafeMutablePointer<Float>
  ) {
    var target = patch
    for channel in 0..<channels {
      for line in 0..<size {
        let start = (channel * height + row + line) * width + column
        for offset in 0..<size { target[offset] = pixels[start + offset] }
        target += size
      }
    }
  }
}
