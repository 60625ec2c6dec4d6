import Files

/// Photographs of streets and their label maps (Cordts et al. 2016), in one of the layouts that are in use.
struct Cityscapes: Sendable {
  enum Split: Sendable, CaseIterable {
    case train, test

    /// Pairs with fine annotations; the validation images are what published tables test on.
    var count: Int { self == .train ? 2975 : 500 }
    var words: String { self == .train ? "training" : "test" }
    /// The folder in the official layout.
    var folder: String { self == .train ? "train" : "val" }
    /// What the folders of CycleGAN's two sides begin with.
    var side: String { self == .train ? "train" : "test" }
  }

  enum Layout: Sendable {
    /// `leftImg8bit` and `gtFine`, with the id of each pixel.
    case official
    /// One picture for each pair, the photograph at the left.
    case pix2pix
    /// A folder for each side.
    case cycleGAN

    var words: String {
      switch self {
      case .official: "the official layout"
      case .pix2pix: "the layout of pix2pix"
      case .cycleGAN: "the layout of CycleGAN"
      }
    }
  }

  let path: String
  let layout: Layout
  /// Layouts of which there are folders too, which are not read.
  let others: [Layout]
  /// The folder of test pairs in the layout of pix2pix: `val` in the authors' archive, `test` where the script of CycleGAN's
  /// authors has written it.
  private let testFolder: String

  /// The folder of a split in the layout of pix2pix.
  func pairFolder(_ split: Split) -> String { split == .train ? split.folder : testFolder }

  /// Finds out how a folder is laid out. Of several layouts the official one is read first, then that of pix2pix, then
  /// CycleGAN's, except that pairs of one split alone come after sides of both: no split is refused that is there.
  ///
  /// Throws `DatasetError.missingFiles` where there is none, and `FileError`.
  init(_ path: String) throws {
    let system = POSIXFileSystem()
    func has(_ name: String) throws -> Bool {
      try system.statusIfPresent(of: Paths.join(path, name))?.kind == .directory
    }
    let isOfficial = try has("leftImg8bit") || has("gtFine")
    let (train, val, test) = (try has("train"), try has("val"), try has("test"))
    let trainSides = try has("trainA") || has("trainB")
    let testSides = try has("testA") || has("testB")
    let hasOnlySides = trainSides && testSides && !(train && (val || test))
    let order: [(layout: Layout, isThere: Bool)] = [
      (.official, isOfficial), (.cycleGAN, hasOnlySides), (.pix2pix, train || val || test),
      (.cycleGAN, (trainSides || testSides) && !hasOnlySides),
    ]
    let found = order.filter { $0.isThere }.map { $0.layout }
    guard let first = found.first else {
      throw DatasetError.missingFiles(
        dataset: Self.name, path: path, missing: ["leftImg8bit and gtFine, train and val, or trainA to testB"]
      )
    }
    self.path = path
    (layout, others) = (first, Array(found.dropFirst()))
    testFolder = test && !val ? "test" : Split.test.folder
  }

  static let name = "Cityscapes"
  /// The folder in published archives.
  static let folderName = "cityscapes"
  static let unpackedLimit = 1 << 30

  /// A few digits that change when a file of the split does. Throws `DatasetError.missingFiles`, and `FileError`.
  func fingerprint(_ split: Split, _ digests: DigestCache) throws -> String {
    let files = try listing(split).scenes.flatMap(\.files)
    let contents = try digests.digests(of: files.map { Paths.join(path, $0) }, group: "\(path) \(split)")
    var digest = RunningDigest()
    for (name, content) in zip(files, contents) { Fingerprint.add(name, content, to: &digest) }
    return Fingerprint.short(digest)
  }
}

/// The files of a scene, as paths below the set's folder.
struct SceneFiles: Sendable {
  let name: String
  var photo: String?
  /// The colour map; the photograph's own file where the two stand side by side.
  var labels: String?
  /// Raw ids, where the set has them.
  var ids: String?

  var files: [String] {
    let labels = labels == photo ? nil : labels
    return [photo, labels, ids].compactMap { $0 }
  }
}

/// The scenes of a split.
struct SceneListing: Sendable {
  var scenes: [SceneFiles] = []
  /// What is missing, a sentence each.
  var problems: [String] = []
  var arePaired = true
}
