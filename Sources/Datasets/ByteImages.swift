/// Images of bytes, all of one size: channel after channel, row-major within a channel.
public protocol ByteImages: Sendable {
  var count: Int { get }
  /// 3 for colour (red, green, blue), 1 for grey.
  var channels: Int { get }
  var height: Int { get }
  var width: Int { get }
  /// Calls `body` with the channels x height x width bytes of one image.
  func withPixels<R>(of index: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R
}

extension ByteImages {
  /// Bytes of one image.
  public var pixelCount: Int { channels * height * width }
}
