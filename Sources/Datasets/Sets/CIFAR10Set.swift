import Files

/// CIFAR-10, from the folder or the archive.
public struct CIFAR10Set: DataSet {
  public let name = "cifar10"
  public let summary =
    "CIFAR-10 (Krizhevsky 2009): 50,000 training and 10,000 test images, 32x32 in colour, ten classes"
  public let words = "CIFAR-10"
  public let splits = [
    DataSplit("train", .training, .labelledImages, count: 50_000),
    DataSplit("test", .test, .labelledImages, count: 10_000),
  ]
  public let copies = [
    CatalogueEntry(
      id: "cifar10", title: "CIFAR-10, binary version", tables: ["cifar10"],
      homepage: "https://www.cs.toronto.edu/~kriz/cifar.html", terms: "research; cite Krizhevsky 2009",
      files: [
        PublishedFile(
          path: CIFAR10.archiveName, address: "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
          bytes: 170_052_171, checksum: .md5("c32a1d4ab5d03f1284b67883e8d87530"), kind: "gzip archive")
      ],
      isUnpacked: false, instructions: "",
      places: [
        CIFAR10.folderName, "cifar10/\(CIFAR10.folderName)", CIFAR10.archiveName,
        "cifar10/\(CIFAR10.archiveName)",
      ],
      members: [:], inspect: { try CIFAR10($0).inspect() })
  ]

  public init() {}

  public func fingerprint(_ split: DataSplit, at path: String, _ digests: DigestCache) throws -> String {
    try CIFAR10(path).fingerprint(Self.official(split), digests)
  }

  public func save(
    _ split: DataSplit, at path: String?, to target: String, progress: (Double) -> Void
  ) throws -> SavedSplit {
    try CIFAR10(required(path)).save(Self.official(split), to: target, progress: progress)
    return try SavedSplit(collection: target)
  }

  private static func official(_ split: DataSplit) -> CIFAR10.Split { split.role == .test ? .test : .train }
}
