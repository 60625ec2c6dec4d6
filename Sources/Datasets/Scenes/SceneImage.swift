import Files
import Images

/// A picture of a scene that another program has made.
public struct SceneImage {
  /// As it lies in the file.
  public let height: Int
  public let width: Int
  /// Planes of a square: red, green, blue.
  public let planes: [UInt8]

  /// Reads a PNG or JPEG file. A picture of another size than `side` x `side` is made as large by the way that scenes are.
  ///
  /// Throws `DatasetError.unreadableImage`, for grey ones too, and `FileError`.
  public init(file path: String, side: Int) throws {
    let image = try ImageFile.raster(path, JPEGDecoder())
    guard image.colour == .rgb else {
      throw DatasetError.unreadableImage(path: path, reason: "it is grey where colours are needed")
    }
    height = image.height
    width = image.width
    planes = SceneFileReader.squash(image).resized(width: side, height: side).planes
  }
}
