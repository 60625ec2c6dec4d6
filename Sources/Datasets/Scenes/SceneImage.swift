import Files
import Images

/// A picture of a scene that another program has made.
public enum SceneImage {
  /// The picture in a PNG or JPEG file as planes of `side` x `side`: red, green, blue. One of another size is made as large by
  /// the way that scenes are.
  ///
  /// Throws `DatasetError.unreadableImage`, for grey ones too, and `FileError`.
  public static func planes(of path: String, side: Int) throws -> [UInt8] {
    let image = try ImageFile.raster(path, JPEGDecoder())
    guard image.colour == .rgb else {
      throw DatasetError.unreadableImage(path: path, reason: "it is grey where colours are needed")
    }
    return image.resized(width: side, height: side).planes
  }
}
