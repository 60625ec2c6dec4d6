import Files

/// Photographs of scenes and what belongs to each pixel of them: a folder of packed images.
public struct ScenePairs: Sendable {
  public static let photosFile = "photos.pack"
  public static let labelsFile = "labels.pack"
  public static let truthFile = "truth.pack"
  public static let namesFile = "names.json"

  /// n x 3 x side x side.
  public let photos: ImageCollection
  /// The colour maps, n x 3 x side x side.
  public let labels: ImageCollection
  /// n x 1 x height x width train ids, 255 for what is no class; those of the label maps.
  public let truth: ImageCollection?
  /// What the scenes are called: "frankfurt_000000_000294", "17".
  public let names: [String]
  /// Whether the i-th photograph and the i-th label map show the same scene. Only the training images of an unpaired set may
  /// not; then the two need not be equally many, and `names` are those of the photographs.
  public let arePaired: Bool

  /// Scenes that there are a photograph and a label map of; of an unpaired set, the lesser of their numbers.
  public var count: Int { min(photos.count, labels.count) }

  public var provenance: String { photos.provenance }

  /// Wraps images in memory, of the shapes above.
  public init(
    photos: ImageCollection, labels: ImageCollection, truth: ImageCollection? = nil, names: [String],
    arePaired: Bool = true
  ) throws(DatasetError) {
    (self.photos, self.labels, self.truth) = (photos, labels, truth)
    (self.names, self.arePaired) = (names, arePaired)
    try requireAgreement("the collection in memory")
  }

  /// What `namesFile` holds.
  struct Names: Codable {
    var names: [String]
    var arePaired: Bool
  }

  /// Maps what `SceneDataSet.saveScenes` wrote. Throws `DatasetError.notACollection`, and `FileError`.
  public init(folder: String) throws {
    photos = try ImageCollection(file: Paths.join(folder, Self.photosFile))
    labels = try ImageCollection(file: Paths.join(folder, Self.labelsFile))
    let truthPath = Paths.join(folder, Self.truthFile)
    truth =
      try POSIXFileSystem().statusIfPresent(of: truthPath) == nil ? nil : ImageCollection(file: truthPath)
    let namesPath = Paths.join(folder, Self.namesFile)
    let bytes = try POSIXFileSystem().contents(of: namesPath)
    guard let said = try? JSON(parsing: bytes).decode(Names.self) else {
      throw DatasetError.notACollection(path: namesPath, reason: "it is no list of names")
    }
    (names, arePaired) = (said.names, said.arePaired)
    try requireAgreement(folder)
  }

  private func requireAgreement(_ folder: String) throws(DatasetError) {
    func fail(_ reason: String) -> DatasetError { .notACollection(path: folder, reason: reason) }
    for (words, images) in [("photographs", photos), ("label maps", labels)]
    where images.channels != 3 || images.height != images.width || images.height != photos.height {
      throw fail("its \(words) are \(images.channels) x \(images.height) x \(images.width) bytes")
    }
    guard names.count == photos.count, !arePaired || labels.count == photos.count else {
      throw fail("it has \(names.count) names, \(photos.count) photographs and \(labels.count) label maps")
    }
    if let truth, truth.count != labels.count || truth.channels != 1 {
      throw fail("its truth is \(truth.count) x \(truth.channels) maps for \(labels.count) scenes")
    }
  }
}
