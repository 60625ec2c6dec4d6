import CJPEG

/// Decodes JPEG files, one after another: a decoder of libjpeg-turbo and what it keeps between files.
///
/// TurboJPEG reports errors in its results; the interface of libjpeg jumps out of the call (setjmp), which Swift frames
/// do not survive. Not for several threads at once.
public final class JPEGDecoder {
  /// Nil where memory ran out, which is reported at the first image.
  private let handle: tjhandle?

  public init() { handle = tjInitDecompress() }

  deinit { if let handle { tjDestroy(handle) } }

  /// Reads a JPEG file; `name` is for messages. Grey stays grey; everything else, CMYK included, becomes RGB.
  ///
  /// The pixels are those of libjpeg's accurate inverse DCT and its smooth upsampling of chroma, the defaults of most
  /// programs. Orientation in Exif data is not applied: data sets count pixels as they are stored.
  ///
  /// Throws `ImageError.unreadable`, also for a file that ends early, or whose entropy-coded data end too soon or have
  /// a code that does not exist, where libjpeg itself would fill in grey and go on. Damage that turns codes into other
  /// codes is not found, not even where it leaves bytes over.
  public func decode(_ file: UnsafeBufferPointer<UInt8>, named name: String) throws(ImageError) -> Raster {
    guard let handle else { throw .unreadable(file: name, reason: "no memory for a JPEG decoder") }
    let header = try Header(file, handle: handle, name: name)
    let format =
      switch header.colourSpace {
      case TJCS_GRAY: TJPF_GRAY
      case TJCS_CMYK, TJCS_YCCK: TJPF_CMYK
      default: TJPF_RGB
      }
    let channels = format == TJPF_GRAY ? 1 : format == TJPF_CMYK ? 4 : 3
    var pixels = [UInt8](repeating: 0, count: header.width * header.height * channels)
    for flags in [TJFLAG_ACCURATEDCT | TJFLAG_STOPONWARNING, TJFLAG_ACCURATEDCT] {
      let status = tjDecompress2(
        handle, file.baseAddress, UInt(file.count), &pixels, Int32(header.width), 0, Int32(header.height),
        format.code, flags)
      if status == 0 { break }
      let reason = JPEGDecoder.reason(handle)
      // A warning ends the first attempt. Where it leaves the pixels alone the second attempt reads past it.
      guard tjGetErrorCode(handle) == Int32(TJERR_WARNING.rawValue), JPEGDecoder.isHarmless(reason) else {
        throw .unreadable(file: name, reason: reason)
      }
    }
    return Raster(
      width: header.width, height: header.height, colour: format == TJPF_GRAY ? .grey : .rgb,
      bytes: format == TJPF_CMYK ? JPEGDecoder.rgb(cmyk: pixels) : pixels)
  }

  /// Warnings about bytes between the parts of a file and about its application markers. ImageNet has many such files,
  /// whose images are complete. Damaged entropy-coded data may leave bytes over too, under the same warning, and are let
  /// pass with them.
  private static func isHarmless(_ warning: String) -> Bool {
    ["extraneous bytes before marker", "unknown JFIF revision", "Unknown Adobe color transform"]
      .contains { warning.contains($0) }
  }

  fileprivate static func reason(_ handle: tjhandle) -> String {
    tjGetErrorStr2(handle).map { String(cString: $0) } ?? "libjpeg-turbo names no reason"
  }

  /// Files of four inks hold 255 minus the ink, as Adobe's programs write them; nobody is known to write others.
  private static func rgb(cmyk: [UInt8]) -> [UInt8] {
    var rgb: [UInt8] = []
    rgb.reserveCapacity(cmyk.count / 4 * 3)
    for pixel in stride(from: 0, to: cmyk.count, by: 4) {
      let light = Int(cmyk[pixel + 3])
      for ink in 0..<3 {
        // The rounded quotient by 255, in integers.
        let shade = (255 - Int(cmyk[pixel + ink])) * light + 128
        rgb.append(UInt8(light - (shade >> 8 + shade) >> 8))
      }
    }
    return rgb
  }
}

extension JPEGDecoder {
  /// What is known of an image before its pixels are read.
  private struct Header {
    let width: Int
    let height: Int
    let colourSpace: TJCS

    init(_ file: UnsafeBufferPointer<UInt8>, handle: tjhandle, name: String) throws(ImageError) {
      var (width, height, subsampling, space): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
      let status = tjDecompressHeader3(
        handle, file.baseAddress, UInt(file.count), &width, &height, &subsampling, &space)
      // A file with unusual chroma subsampling has no name for it in this interface, but can be decoded.
      guard status == 0 || (width > 0 && height > 0) else {
        throw .unreadable(file: name, reason: JPEGDecoder.reason(handle))
      }
      // -1 where the components are no colours that have a name.
      guard let code = UInt32(exactly: space) else {
        throw .unreadable(file: name, reason: "it has neither one, three nor four components of colour")
      }
      self.width = Int(width)
      self.height = Int(height)
      colourSpace = TJCS(code)
      guard self.width * self.height <= Raster.maximumPixelCount else {
        throw .unreadable(
          file: name,
          reason:
            "it claims \(width) x \(height) pixels, more than the \(Raster.maximumPixelCount) that are allowed"
        )
      }
    }
  }
}

extension TJPF {
  fileprivate var code: Int32 { Int32(rawValue) }
}
