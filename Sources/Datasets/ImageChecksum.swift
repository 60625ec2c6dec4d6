import CZlib

/// CRC-32 of the bytes of an image, as `zlib.crc32` has it: what another program can say of an image that it has read.
public enum ImageChecksum {
  /// How the bytes of an image follow one another.
  public enum Layout: Sendable {
    /// Channel after channel, each row by row: as in the official files of CIFAR-10, and in tensors.
    case channels
    /// Pixel after pixel: as in picture files.
    case pixels
  }

  public static func crc32(of images: any ByteImages, _ index: Int, _ layout: Layout) -> UInt32 {
    images.withPixels(of: index) { bytes in
      let (channels, pixels) = (images.channels, bytes.count / images.channels)
      guard layout == .pixels, channels > 1 else { return crc32(bytes) }
      return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: bytes.count) { woven in
        for channel in 0..<channels {
          for pixel in 0..<pixels {
            woven.initializeElement(at: pixel * channels + channel, to: bytes[channel * pixels + pixel])
          }
        }
        return crc32(UnsafeBufferPointer(woven))
      }
    }
  }

  public static func crc32(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
    UInt32(truncatingIfNeeded: CZlib.crc32_z(0, bytes.baseAddress, bytes.count))
  }
}
