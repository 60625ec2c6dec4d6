import Files

/// STL-10, of which tables learn from the images without labels.
public struct STL10Set: DataSet {
  public let name = "stl10"
  public let summary = "STL-10 (Coates, Ng, Lee 2011): 100,000 colour images of 96x96 without labels"
  public let words = "STL-10"
  public let splits = [DataSplit("unlabeled", .unlabelled, .images, count: 100_000)]
  public let copies = [
    CatalogueEntry(
      id: "stl10", title: "STL-10, binary version", tables: ["cifar10"],
      homepage: "https://cs.stanford.edu/~acoates/stl10/", terms: "research; images are from ImageNet",
      files: [
        PublishedFile(
          path: STL10.archiveName, address: "http://ai.stanford.edu/~acoates/stl10/stl10_binary.tar.gz",
          bytes: 2_640_397_119, checksum: .md5("91f7769df0f17e558f3565bffb0c7dfb"), kind: "gzip archive")
      ],
      isUnpacked: true, unpackedLimit: 4 << 30, instructions: "",
      places: [STL10.folderName, "stl10/\(STL10.folderName)", "stl10"],
      members: [
        "train_X.bin": .md5("918c2871b30a85fa023e0c44e0bee87f"),
        "train_y.bin": .md5("5a34089d4802c674881badbb80307741"),
        "unlabeled_X.bin": .md5("5242ba1fed5e4be9e1e742405eb56ca4"),
        "test_X.bin": .md5("7f263ba9f9e0b06b93213547f721ac82"),
        "test_y.bin": .md5("36f9794fa4beb8a2c72628de14fa638e"),
      ],
      inspect: { path in
        for split in STL10.Split.allCases { try STL10(path).check(split) }
        return "5,000 training, 8,000 test and 100,000 unlabelled images"
      })
  ]

  public init() {}

  public func fingerprint(_ split: DataSplit, at path: String, _ digests: DigestCache) throws -> String {
    let set = STL10(path)
    try set.check(.unlabeled)
    return try set.fingerprint(.unlabeled, digests)
  }

  public func save(
    _ split: DataSplit, at path: String?, to target: String, progress: (Double) -> Void
  ) throws -> SavedSplit {
    try STL10(required(path)).save(.unlabeled, to: target, progress: progress)
    return try SavedSplit(collection: target)
  }
}
