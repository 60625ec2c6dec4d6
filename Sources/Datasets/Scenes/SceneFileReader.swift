import Files
import Images

/// Reads the files of scenes as squares.
struct SceneFileReader: Sendable {
  let folder: String
  /// Pixels of a side of the squares.
  let side: Int
  let truth: TruthSize
  let rule: IdRule
  /// Whether label maps are where the layout has photographs.
  var isSwapped = false

  /// The side that published pairs were squashed to before anything else was done to them.
  static let squashed = 256

  /// A scene as it is saved.
  struct Squares: Sendable {
    /// Planes of side x side.
    var photo: [UInt8]?
    var labels: [UInt8]?
    /// How large the map of classes is before it is made as large as `truth` asks for.
    var classes: Size?
    var truth: Truth?
  }

  struct Truth: Sendable {
    let height: Int
    let width: Int
    let ids: [UInt8]
  }

  struct Size: Hashable, Sendable {
    let height: Int
    let width: Int
  }

  /// The truth of the first scene that can be read: in a set without faults the others are as large. Nil where none is asked
  /// for, and where nothing can be read.
  func first(of scenes: [SceneFiles]) -> Truth? {
    truth == .none ? nil : scenes.lazy.compactMap { try? read($0).truth }.first
  }

  /// Throws `Refusal` for what is no scene, and `FileError`.
  func read(_ scene: SceneFiles) throws -> Squares {
    let decoder = JPEGDecoder()
    let (photo, labels) = try pictures(of: scene, decoder)
    var squares = Squares(photo: photo.map(square), labels: labels.map(square))
    guard let labels else { return squares }
    let map = scene.ids == nil ? Self.squash(labels) : labels
    squares.classes = Size(height: map.height, width: map.width)
    if let photo, let file = scene.labels, scene.ids == nil, Cityscapes.isLabelMap(photo),
      !Cityscapes.isLabelMap(labels)
    {
      throw Refusal(file, "has the photograph where the other scenes have the label map")
    }
    guard truth != .none else { return squares }
    if let file = scene.ids {
      squares.truth = sized(try official(file, like: labels, decoder))
    } else {
      let ids = map.planes.withUnsafeBufferPointer {
        rule.ids(planes: $0, height: map.height, width: map.width)
      }
      squares.truth = sized(Truth(height: map.height, width: map.width, ids: ids))
    }
    return squares
  }

  /// A sentence on why a file cannot be used.
  struct Refusal: Error {
    let sentence: String

    init(_ file: String, _ words: String) { sentence = "\(FileNames.printable(file)) \(words)" }
  }

  /// The photograph and the colour map as they are stored.
  func pictures(of scene: SceneFiles, _ decoder: JPEGDecoder) throws -> (photo: Raster?, labels: Raster?) {
    var (first, second): (Raster?, Raster?)
    if let file = scene.photo, file == scene.labels {
      let pair = try colour(file, decoder)
      guard pair.width % 2 == 0 else {
        throw Refusal(file, "is \(pair.width) pixels wide, so it has no two equal halves")
      }
      first = pair.cropped(columns: 0..<(pair.width / 2))
      second = pair.cropped(columns: (pair.width / 2)..<pair.width)
    } else {
      first = try scene.photo.map { try colour($0, decoder) }
      second = try scene.labels.map { try colour($0, decoder) }
    }
    if let first, let second, let file = scene.labels { try Self.requireEqualSizes(second, file, first) }
    return isSwapped ? (second, first) : (first, second)
  }

  private func colour(_ file: String, _ decoder: JPEGDecoder) throws -> Raster {
    let image = try picture(file, decoder)
    guard image.colour == .rgb else { throw Refusal(file, "is grey where colours are needed") }
    return image
  }

  /// The picture in a file; `check` looks at its bytes too.
  private func picture(
    _ file: String, _ decoder: JPEGDecoder, check: ([UInt8]) throws -> Void = { _ in }
  ) throws -> Raster {
    let path = Paths.join(folder, file)
    do {
      let bytes = try ImageFile.contents(of: path)
      let image = try ImageFile.raster(of: bytes, named: path, decoder)
      try check(bytes)
      return image
    } catch DatasetError.unreadableImage(_, let reason) {
      throw Refusal(file, "cannot be read (\(reason))")
    }
  }

  private static func requireEqualSizes(_ image: Raster, _ file: String, _ photo: Raster) throws(Refusal) {
    guard (image.width, image.height) == (photo.width, photo.height) else {
      throw Refusal(
        file,
        "has \(image.width) x \(image.height) pixels where its partner has \(photo.width) x \(photo.height)")
    }
  }

  /// Train ids from a map of raw ids.
  private func official(_ file: String, like labels: Raster, _ decoder: JPEGDecoder) throws -> Truth {
    let map = try picture(file, decoder) { bytes in
      // A loss would turn ids into other ids.
      switch Raster.depth(ofPNG: bytes) {
      case nil: throw Refusal(file, "is no PNG, as a map of ids must be")
      case 16: throw Refusal(file, "has 16 bits for each pixel where ids have 8")
      default: break
      }
    }
    guard map.colour == .grey else {
      throw Refusal(file, "is in colour where ids are needed, 8 bits of grey")
    }
    try Self.requireEqualSizes(map, file, labels)
    var ids = [UInt8](repeating: 0, count: map.bytes.count)
    for (pixel, raw) in map.bytes.enumerated() {
      guard let id = Self.trainIds[Int(raw)] else {
        throw Refusal(
          file,
          "has the id \(raw) at row \(pixel / map.width), column \(pixel % map.width), which is none of Cityscapes' (0 to 33)"
        )
      }
      ids[pixel] = id
    }
    return Truth(height: map.height, width: map.width, ids: ids)
  }

  private static let trainIds = (UInt8.min...UInt8.max).map(SceneClasses.trainId(ofRaw:))

  /// Squares of 256, then of the side that is asked for, each antialiased.
  private func square(_ image: Raster) -> [UInt8] {
    Self.squash(image).resized(width: side, height: side).planes
  }

  /// Smaller images are left alone.
  static func squash(_ image: Raster) -> Raster {
    guard max(image.width, image.height) > squashed else { return image }
    return image.resized(width: squashed, height: squashed)
  }

  /// The map at the size that is asked for; each pixel is the one at its centre.
  private func sized(_ map: Truth) -> Truth {
    guard case .side(let side) = truth, (map.height, map.width) != (side, side) else { return map }
    func nearest(_ pixel: Int, of length: Int) -> Int { (2 * pixel + 1) * length / (2 * side) }
    let columns = (0..<side).map { nearest($0, of: map.width) }
    let ids = (0..<side).flatMap { row in
      let first = nearest(row, of: map.height) * map.width
      return columns.map { map.ids[first + $0] }
    }
    return Truth(height: side, width: side, ids: ids)
  }
}
