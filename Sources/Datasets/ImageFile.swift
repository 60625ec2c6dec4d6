import Files
import Images

/// Files that hold one picture, JPEG or PNG.
enum ImageFile {
  private static let endings = [".jpeg", ".jpg", ".png"].map { Array($0.utf8) }

  /// Whether a file of that name should be a picture. Asked a million times for ImageNet, hence on bytes.
  static func hasName(_ name: String) -> Bool {
    let name = name.utf8
    guard name.first != UInt8(ascii: ".") else { return false }
    return endings.contains { ending in
      // The letters of ASCII differ from their capitals in one bit.
      name.count > ending.count && zip(name.suffix(ending.count), ending).allSatisfy { $0 | 0x20 == $1 }
    }
  }

  /// The picture in a file. What the file is says more than what a decoder misses in it.
  ///
  /// Throws `DatasetError.unreadableImage`, and `FileError`.
  static func raster(_ path: String, _ decoder: JPEGDecoder) throws -> Raster {
    try raster(of: contents(of: path), named: path, decoder)
  }

  static func raster(of file: [UInt8], named path: String, _ decoder: JPEGDecoder) throws -> Raster {
    let decoded = Result { try Raster(photograph: file, named: path, using: decoder) }
    guard case .failure(let error) = decoded,
      case ImageError.unreadable(_, let reason)? = error as? ImageError
    else { return try decoded.get() }
    let isOther = file.isEmpty || FileKind.isWebPage(file)
    throw DatasetError.unreadableImage(path: path, reason: isOther ? FileKind.sentence(for: file) : reason)
  }

  /// No photograph is as large; a file that is would take the memory of all others.
  private static let maximumByteCount = 1 << 28

  /// The bytes of a file; what is no file, or leads to none, is an unreadable image. A file that is gone, or may not be
  /// opened, is an error of another kind: it would be there for somebody else, or at another time.
  static func contents(of path: String) throws -> [UInt8] {
    let system = POSIXFileSystem()
    do {
      let size = try system.status(of: path, followingLinks: true).size
      guard size <= maximumByteCount else {
        throw DatasetError.unreadableImage(
          path: path, reason: "it has \(size) bytes, more than the \(maximumByteCount) of any image")
      }
      return try system.contents(of: path, upTo: size)
    } catch let error as FileError {
      let isLinkToNothing = error.isMissing ? try system.exists(path) : false
      guard isLinkToNothing || error.isNoFile else { throw error }
      throw DatasetError.unreadableImage(
        path: path, reason: isLinkToNothing ? "it is a link to nothing" : error.reason)
    }
  }
}
