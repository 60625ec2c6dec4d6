import Files

/// SqueezeNet v1.0 trained on ImageNet (Iandola et al. 2016): deep features of photographs.
public struct SqueezeNetSet: DataSet {
  public let name = "squeezenet"
  public let summary =
    "SqueezeNet v1.0 (Iandola et al. 2016), trained on ImageNet: arrays conv1.weight, fire2/squeeze1x1.weight, …"
  public let words = "SqueezeNet"
  public let splits = [DataSplit("weights", .all, .weights)]
  public let copies = [
    CatalogueEntry(
      id: "squeezenet", title: "SqueezeNet v1.0, trained on ImageNet", tables: ["cityscapes"],
      homepage: "https://github.com/songhan/SqueezeNet-Deep-Compression", terms: "BSD 2-clause",
      files: [], isUnpacked: false,
      instructions:
        "Decode the compressed network of https://github.com/songhan/SqueezeNet-Deep-Compression as its readme says. Then "
        + "save its arrays by numpy.savez as squeezenet-imagenet/squeezenet-v1.0-imagenet.npz in the data folder, or one by "
        + "one as .npy files.",
      places: ["squeezenet-imagenet", "squeezenet"], members: [:],
      inspect: { try SqueezeNetSet.inspect($0) })
  ]

  public init() {}

  public func fingerprint(_ split: DataSplit, at path: String, _ digests: DigestCache) throws -> String {
    try Fingerprint.ofFiles(Self.files(in: path).map { Paths.join(path, $0) }, digests: digests)
  }

  /// An archive becomes a file for each of its arrays, whose names may lie in folders: `fire2/expand1x1.weight.npy`.
  public func save(
    _ split: DataSplit, at path: String?, to target: String, progress: (Double) -> Void
  ) throws -> SavedSplit {
    let path = try required(path)
    try Self.forEachArray(in: path) { name, bytes in
      let file = Paths.join(target, name)
      try POSIXFileSystem().makeDirectories(Paths.parent(of: file))
      try DurableFile.write(bytes, to: file)
    }
    return SavedSplit(provenance: "the arrays of SqueezeNet v1.0 in \(Paths.name(of: path))")
  }

  /// Bytes that the arrays may have together; they have 5 MB.
  private static let limit = 1 << 28

  /// The arrays, as `.npy` files one by one or in one archive: paths below the folder, sorted by their bytes.
  private static func files(in path: String) throws -> [String] {
    let names = try FileTree.files(below: path)
    let arrays = names.filter { $0.hasSuffix(".npy") }
    let archives = names.filter { $0.hasSuffix(".npz") }
    guard arrays.isEmpty else { return arrays }
    guard archives.count == 1 else {
      throw DatasetError.missingFiles(dataset: "SqueezeNet", path: path, missing: ["*.npy or one *.npz"])
    }
    return archives
  }

  private static func forEachArray(
    in path: String, _ body: (_ name: String, _ bytes: [UInt8]) throws -> Void
  ) throws {
    for name in try files(in: path) {
      let file = Paths.join(path, name)
      guard name.hasSuffix(".npz") else {
        try body(name, POSIXFileSystem().contents(of: file))
        continue
      }
      let archive = try ArchiveReader(file, limit: limit, expected: ".npz archive")
      var seen: Set<String> = []
      while let entry = try archive.next() {
        guard entry.kind == .file, entry.path.hasSuffix(".npy") else { continue }
        guard seen.insert(entry.path).inserted else {
          throw DatasetError.damagedArchive(path: file, member: entry.path, reason: "it is there twice")
        }
        try body(entry.path, archive.contents(of: entry))
      }
      guard !seen.isEmpty else {
        throw DatasetError.damagedArchive(path: file, member: nil, reason: "it has no array")
      }
    }
  }

  private static func inspect(_ path: String) throws -> String {
    var count = 0
    try forEachArray(in: path) { _, _ in count += 1 }
    return "\(count) arrays"
  }
}
