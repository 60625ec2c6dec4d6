extension Raster {
  /// Reads a JPEG file; see `JPEGDecoder.decode`, which is the way for many files.
  ///
  /// Throws `ImageError.unreadable`, which names the file by `name`.
  public init(jpeg file: [UInt8], named name: String) throws(ImageError) {
    let decoder = JPEGDecoder()
    self = try decoder.decode(file, named: name)
  }

  /// Reads a photograph, JPEG or PNG by its first bytes whatever its name ends in: ILSVRC has a PNG among its `.JPEG`.
  ///
  /// Throws `ImageError.unreadable`, which names the file by `name`.
  public init(photograph file: [UInt8], named name: String, using decoder: JPEGDecoder) throws(ImageError) {
    guard file.starts(with: [0x89, 0x50, 0x4E, 0x47]) else {
      self = try decoder.decode(file, named: name)
      return
    }
    do {
      self = try Raster(png: file)
    } catch ImageError.decoding(let reason) {
      throw .unreadable(file: name, reason: reason)
    } catch {
      throw .unreadable(file: name, reason: "\(error)")
    }
  }
}

extension JPEGDecoder {
  public func decode(_ file: [UInt8], named name: String) throws(ImageError) -> Raster {
    try file.withUnsafeBufferPointer { (bytes) throws(ImageError) in try decode(bytes, named: name) }
  }
}
