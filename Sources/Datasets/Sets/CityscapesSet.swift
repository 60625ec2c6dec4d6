import Files

/// Cityscapes' photographs and colour maps, from the official files or from pairs that others made of them.
public struct CityscapesSet: SceneDataSet {
  public let name = "cityscapes"
  public let summary =
    "Cityscapes (Cordts et al. 2016), fine annotations: 2,975 training pairs of photograph and label map, and the 500 of "
    + "the validation split as test"
  public let words = "Cityscapes"
  public let splits = [
    DataSplit("train", .training, .imagePairs), DataSplit("test", .test, .imagePairs),
  ]
  public let copies = [
    CatalogueEntry(
      id: "cityscapes", title: "Cityscapes, photographs and label maps",
      tables: ["cityscapes", "cityscapes-ablations"],
      homepage: "https://www.cityscapes-dataset.com", terms: "non-commercial research; needs an account",
      files: [], isUnpacked: false,
      instructions:
        "Get an account at https://www.cityscapes-dataset.com, download leftImg8bit_trainvaltest.zip and "
        + "gtFine_trainvaltest.zip, and unpack both into cityscapes/ in the data folder; pairs in the layout of pix2pix "
        + "(cityscapes/train/*.jpg, cityscapes/val/*.jpg) or CycleGAN (trainA, trainB, testA, testB) serve too, also as "
        + "prepare_cityscapes_dataset.py writes them, with classes recovered from their colours.",
      places: [Cityscapes.folderName], members: [:], inspect: { try CityscapesSet.inspect($0) }),
    CatalogueEntry(
      id: "cityscapes-pix2pix", title: "Cityscapes, pairs of 256 x 256 by the authors of pix2pix",
      tables: ["cityscapes", "cityscapes-ablations"], homepage: "https://github.com/phillipi/pix2pix",
      terms: "non-commercial research, as for Cityscapes",
      files: [
        PublishedFile(
          path: "\(Cityscapes.folderName).tar.gz",
          address: "http://efros.csail.berkeley.edu/pix2pix/datasets/cityscapes.tar.gz", bytes: nil,
          limit: Cityscapes.unpackedLimit, checksum: nil, kind: "gzip archive")
      ],
      isUnpacked: true, unpackedLimit: Cityscapes.unpackedLimit, instructions: "",
      places: [Cityscapes.folderName, "\(Cityscapes.folderName).tar.gz"], members: [:],
      inspect: { try CityscapesSet.inspect($0) }),
  ]

  public init() {}

  public func fingerprint(_ split: DataSplit, at path: String, _ digests: DigestCache) throws -> String {
    guard try Self.isFolder(path) else { return try Fingerprint.ofFiles([path], digests: digests) }
    return try Cityscapes(path).fingerprint(Self.official(split), digests)
  }

  public func saveScenes(
    _ split: DataSplit, at path: String?, side: Int, truth: TruthSize, rule: IdRule, to target: String,
    progress: (Double) -> Void
  ) throws -> SavedSplit {
    let path = try required(path)
    let origin = "fingerprint \(try fingerprint(split, at: path, DigestCache()))"
    func save(_ set: Cityscapes) throws -> SavedSplit {
      try set.save(
        Self.official(split), side: side, truth: truth, rule: rule, to: target, origin: origin,
        progress: progress)
    }
    guard try !Self.isFolder(path) else { return try save(Cityscapes(path)) }
    return try Self.unpacked(path, beside: target) { try save($0) }
  }

  private static func official(_ split: DataSplit) -> Cityscapes.Split {
    split.role == .test ? .test : .train
  }

  private static func isFolder(_ path: String) throws -> Bool {
    try POSIXFileSystem().status(of: path, followingLinks: true).kind == .directory
  }

  /// The set in an archive, unpacked for as long as `body` takes: its members come in no order.
  private static func unpacked<Value>(
    _ path: String, beside target: String, _ body: (Cityscapes) throws -> Value
  ) throws -> Value {
    let files = POSIXFileSystem()
    try files.makeDirectories(target)
    let folder = Paths.join(target, ".unpacked")
    try files.makeDirectories(folder)
    defer { try? files.removeTree(folder) }
    try Unpacking.unpack(path, folder: Cityscapes.folderName, limit: Cityscapes.unpackedLimit, into: folder)
    return try body(Cityscapes(Paths.join(folder, Cityscapes.folderName)))
  }

  /// Reads every picture of both splits; of an archive, the names and bytes.
  static func inspect(_ path: String) throws -> String {
    guard try isFolder(path) else { return try inspect(archive: path) }
    return try Cityscapes(path).inspect()
  }

  private static func inspect(archive path: String) throws -> String {
    let archive = try ArchiveReader(path, limit: Cityscapes.unpackedLimit)
    var pictures = 0
    var chunk = [UInt8](repeating: 0, count: 1 << 18)
    while let entry = try archive.next() {
      guard entry.kind == .file, ImageFile.hasName(Paths.name(of: entry.path)) else { continue }
      while try chunk.withUnsafeMutableBytes({ try archive.read(into: $0, of: entry) }) > 0 {}
      pictures += 1
    }
    return "\(pictures.grouped) pictures in an archive"
  }
}
