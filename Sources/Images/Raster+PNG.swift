import CPNG

// libpng's simplified interface reports errors in its result; the full interface jumps out of the call (setjmp),
// which Swift frames do not survive.

extension Raster {
  /// The image as a PNG file. Equal images give equal bytes with one version of libpng and zlib: there is no time
  /// stamp and no text, and row filters and compression level are libpng's defaults, which depend on the pixels alone.
  ///
  /// Throws `ImageError.encoding`.
  public func png() throws -> [UInt8] {
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    image.width = png_uint_32(width)
    image.height = png_uint_32(height)
    image.format = png_uint_32(colour.pngFormat)
    defer { png_image_free(&image) }
    // The exact size is known only by compressing, so room for the worst case spares compressing twice.
    var count = png_alloc_size_t(bytes.count + height + bytes.count / 100 + 4096)
    let file = [UInt8](unsafeUninitializedCapacity: Int(count)) { buffer, initialised in
      let done = png_image_write_to_memory(&image, buffer.baseAddress, &count, 0, bytes, 0, nil)
      initialised = done != 0 ? Int(count) : 0
    }
    guard !file.isEmpty else {
      throw ImageError.encoding(width: width, height: height, reason: image.reason)
    }
    return file
  }

  /// Reads a PNG file. Grey stays grey, everything else becomes RGB; transparent parts are laid on white.
  ///
  /// Throws `ImageError.decoding` and `.tooLarge`.
  public init(png file: [UInt8]) throws {
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    defer { png_image_free(&image) }
    // libpng keeps the address of the file between the two calls.
    self = try file.withUnsafeBytes { file in
      guard png_image_begin_read_from_memory(&image, file.baseAddress, file.count) != 0 else {
        throw ImageError.decoding(reason: image.reason)
      }
      let (width, height) = (Int(image.width), Int(image.height))
      guard width.multipliedFullWidth(by: height) <= (0, UInt(Raster.maximumPixelCount)) else {
        throw ImageError.tooLarge(width: width, height: height, limit: Raster.maximumPixelCount)
      }
      let colour = image.format & png_uint_32(PNG_FORMAT_FLAG_COLOR) == 0 ? Colour.grey : .rgb
      image.format = png_uint_32(colour.pngFormat)
      var background = png_color(red: 255, green: 255, blue: 255)
      var bytes = [UInt8](repeating: 0, count: width * height * colour.channels)
      guard png_image_finish_read(&image, &background, &bytes, 0, nil) != 0 else {
        throw ImageError.decoding(reason: image.reason)
      }
      return Raster(width: width, height: height, colour: colour, bytes: bytes)
    }
  }
}

extension Raster.Colour {
  fileprivate var pngFormat: Int32 {
    self == .grey ? Int32(PNG_FORMAT_GRAY) : Int32(PNG_FORMAT_FLAG_COLOR)
  }
}

extension png_image {
  /// libpng's message of at most 64 characters, a C string in an array that Swift sees as a tuple.
  fileprivate var reason: String {
    withUnsafeBytes(of: message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
