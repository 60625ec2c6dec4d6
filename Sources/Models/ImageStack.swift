import Datasets
import Torch

/// Images of bytes in memory.
public struct ImageStack: ByteImages, Equatable {
  public let channels: Int
  public let height: Int
  public let width: Int
  /// Image after image, as `ByteImages` orders the bytes of one.
  public private(set) var bytes: [UInt8]

  public init(channels: Int, height: Int, width: Int, bytes: [UInt8]) {
    let size = channels * height * width
    precondition(size > 0 && bytes.count % size == 0, "\(bytes.count) bytes do not make images of \(size)")
    self.channels = channels
    self.height = height
    self.width = width
    self.bytes = bytes
  }

  public var count: Int { bytes.count / pixelCount }

  public func withPixels<R>(of index: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R {
    try bytes.withUnsafeBufferPointer {
      try body(UnsafeBufferPointer(rebasing: $0[(index * pixelCount)..<((index + 1) * pixelCount)]))
    }
  }

  /// The images of a tensor [n, c, h, w] of values in -1...1, each rounded to the nearest of 256 levels.
  init(signed tensor: Tensor) throws {
    let shape = tensor.shape
    let levels = try tensor.elements().map { UInt8(min(255, max(0, (($0 + 1) * 127.5).rounded()))) }
    self.init(channels: shape[1], height: shape[2], width: shape[3], bytes: levels)
  }
}

/// These images as a tensor [n, channels, height, width], each byte replaced by its value in a table of 256.
func load(_ indices: [Int], of images: any ByteImages, levels: [Float], to device: Device) throws -> Tensor {
  let size = images.pixelCount
  let shape = [indices.count, images.channels, images.height, images.width]
  return try Tensor(shape: shape) { elements in
    for (row, index) in indices.enumerated() {
      images.withPixels(of: index) { pixels in
        for position in 0..<size { elements[row * size + position] = levels[Int(pixels[position])] }
      }
    }
  }.to(device)
}

/// Bytes as values in -1...1: x / 127.5 - 1.
let signedLevels = (0..<256).map { Float($0) / 127.5 - 1 }
