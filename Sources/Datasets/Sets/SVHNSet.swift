import Files

/// SVHN's training and test digits, from two MATLAB files in a folder.
public struct SVHNSet: DataSet {
  public let name = "svhn"
  public let summary =
    "SVHN (Netzer et al. 2011), cropped digits: 73,257 training and 26,032 test images, 32x32 in colour, ten classes"
  public let words = "SVHN"
  public let splits = [
    DataSplit(SVHN.Split.train.rawValue, .training, .labelledImages, count: SVHN.Split.train.count),
    // Which of the training images are held out is not published.
    DataSplit(
      "validation", .validation, .labelledImages, count: 10_000, drawnFrom: SVHN.Split.train.rawValue),
    DataSplit(SVHN.Split.test.rawValue, .test, .labelledImages, count: SVHN.Split.test.count),
  ]
  public let copies = [
    CatalogueEntry(
      id: "svhn", title: "SVHN, cropped digits: train and test", tables: ["svhn"],
      homepage: SVHN.homepage, terms: SVHN.terms,
      files: [
        SVHN.published(.train, bytes: 182_040_794, md5: "e26dedcc434d2e4c54c9b2d4a06d8373"),
        SVHN.published(.test, bytes: 64_275_384, md5: "eb5a983be6a315427106f1b164d9cef3"),
      ],
      isUnpacked: false, instructions: "", places: [SVHN.folderName], members: [:],
      inspect: { folder in
        try OfficialFiles(dataset: "SVHN", path: folder).requirePresence(
          of: [SVHN.Split.train, .test].map(\.fileName))
        return try [SVHN.Split.train, .test].map { try SVHN($0, in: folder).inspect() }.joined(
          separator: ", ")
      })
  ]

  public init() {}

  public func fingerprint(_ split: DataSplit, at path: String, _ digests: DigestCache) throws -> String {
    try Self.file(split, in: path).fingerprint(digests)
  }

  public func save(
    _ split: DataSplit, at path: String?, to target: String, progress: (Double) -> Void
  ) throws -> SavedSplit {
    let deviation = try Self.file(split, in: required(path)).save(to: target, progress: progress)
    return try SavedSplit(collection: target, deviation: deviation)
  }

  private static func file(_ split: DataSplit, in folder: String) throws -> SVHN {
    let official = split.role == .test ? SVHN.Split.test : .train
    try OfficialFiles(dataset: "SVHN", path: folder).requirePresence(of: [official.fileName])
    return SVHN(official, in: folder)
  }
}

/// SVHN's further digits, which are somewhat easier, as images to learn from without labels.
public struct SVHNExtraSet: DataSet {
  public let name = "svhn-extra"
  public let summary =
    "SVHN (Netzer et al. 2011), the extra digits: 531,131 images of 32x32 in colour, without labels"
  public let words = "SVHN's extra digits"
  public let splits = [
    DataSplit(SVHN.Split.extra.rawValue, .unlabelled, .images, count: SVHN.Split.extra.count)
  ]
  public let copies = [
    CatalogueEntry(
      id: "svhn-extra", title: "SVHN, cropped digits: extra", tables: [],
      homepage: SVHN.homepage, terms: SVHN.terms,
      files: [SVHN.published(.extra, bytes: 1_329_278_602, md5: "a93ce644f1a588dc4d68dda5feec44a7")],
      isUnpacked: false, instructions: "",
      places: [Paths.join(SVHN.folderName, SVHN.Split.extra.fileName)], members: [:],
      inspect: { try SVHN(.extra, file: $0).inspect() })
  ]

  public init() {}

  public func fingerprint(_ split: DataSplit, at path: String, _ digests: DigestCache) throws -> String {
    try SVHN(.extra, file: path).fingerprint(digests)
  }

  public func save(
    _ split: DataSplit, at path: String?, to target: String, progress: (Double) -> Void
  ) throws -> SavedSplit {
    let deviation = try SVHN(.extra, file: required(path)).save(
      to: target, isLabelled: false, progress: progress)
    return try SavedSplit(collection: target, deviation: deviation)
  }
}

extension SVHN {
  fileprivate static let homepage = "http://ufldl.stanford.edu/housenumbers/"
  fileprivate static let terms = "non-commercial research; cite Netzer et al. 2011"

  fileprivate init(_ split: Split, in folder: String) {
    self.init(split, file: Paths.join(folder, split.fileName))
  }

  fileprivate static func published(_ split: Split, bytes: Int, md5: String) -> PublishedFile {
    PublishedFile(
      path: Paths.join(folderName, split.fileName), address: homepage + split.fileName, bytes: bytes,
      checksum: .md5(md5), kind: "MATLAB file")
  }
}
