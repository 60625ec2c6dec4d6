import CPNG

// libpng's simplified interface reports errors in its result; the full interface jumps out of the call (setjmp), which
// Swift frames do not survive: reading, which needs it, is a function of the shim.

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

  /// Reads the stored pixels of a PNG file, as Pillow's `convert("RGB")` and with it torchvision do. Grey stays grey,
  /// everything else becomes RGB.
  ///
  /// 1, 2 and 4 bits of grey are spread over 0...255; palettes are looked up. Transparency is left out, not blended;
  /// gamma and colour profiles are not applied. Of 16 bits of colour, and of grey with alpha, the high byte counts; 16 bits
  /// of grey alone become min(value, 255).
  ///
  /// Throws `ImageError.decoding`, also for a file that ends early, and `.tooLarge`.
  public init(png file: [UInt8]) throws(ImageError) {
    let header = try PNGHeader(file)
    var bytes = [UInt8](repeating: 0, count: header.width * header.height * header.colour.channels)
    var message = [CChar](repeating: 0, count: 200)
    let done = shim_png_read(
      file, file.count, UInt32(header.width), UInt32(header.height), Int32(header.colour.channels), &bytes,
      &message, message.count)
    guard done != 0 else {
      let reason = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      throw .decoding(reason: String(decoding: reason, as: UTF8.self))
    }
    self.init(width: header.width, height: header.height, colour: header.colour, bytes: bytes)
  }
}

extension Raster {
  /// The bits of a sample of a PNG file as it says; nil where the file is none. What has 16 is read with a loss.
  public static func depth(ofPNG file: [UInt8]) -> Int? {
    (try? PNGHeader(file))?.depth
  }
}

/// The size and colour of a PNG, from the chunk that it starts with: known before memory is taken for the pixels.
private struct PNGHeader {
  let width: Int
  let height: Int
  let colour: Raster.Colour
  let depth: Int

  init(_ file: [UInt8]) throws(ImageError) {
    guard file.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) else {
      throw .decoding(reason: "Not a PNG file")
    }
    guard file.count >= 33, file[12..<16].elementsEqual("IHDR".utf8) else {
      throw .decoding(reason: "it has no header")
    }
    func number(_ start: Int) -> Int { file[start..<(start + 4)].reduce(0) { $0 << 8 | Int($1) } }
    (width, height) = (number(16), number(20))
    let type = file[25]
    depth = Int(file[24])
    // Grey is 0, with alpha 4.
    colour = type == 0 || type == 4 ? .grey : .rgb
    guard width > 0, height > 0 else { throw .decoding(reason: "it claims \(width) x \(height) pixels") }
    guard width.multipliedFullWidth(by: height) <= (0, UInt(Raster.maximumPixelCount)) else {
      throw .tooLarge(width: width, height: height, limit: Raster.maximumPixelCount)
    }
    // A byte of compressed data unpacks to at most 1032.
    let samples = [0: 1, 2: 3, 3: 1, 4: 2, 6: 4][type] ?? 1
    guard (width * samples * depth + 7) / 8 * height <= 1032 * file.count else {
      throw .decoding(reason: "it claims \(width) x \(height) pixels, which \(file.count) bytes cannot hold")
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
