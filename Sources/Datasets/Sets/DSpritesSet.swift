import Files

/// dSprites: the official archive where it is there, else the images that the calibrated rules draw.
public struct DSpritesSet: DataSet {
  public let name = "dsprites"
  public let summary = "2D shapes with known factors (Matthey et al. 2017), 737,280 binary 64x64 images"
  public let words = "the official dSprites archive"
  public let splits = [DataSplit("all", .all, .factorImages, count: FactorGrid.dSprites.count)]
  public let isMadeWhereMissing = true
  public let copies = [
    CatalogueEntry(
      id: "dsprites", title: "dSprites", tables: ["dsprites"],
      homepage: "https://github.com/google-deepmind/dsprites-dataset",
      terms: "Apache 2.0; optional, without it the images are rendered",
      files: [
        PublishedFile(
          path: DSprites.officialFileName,
          address:
            "https://github.com/google-deepmind/dsprites-dataset/raw/master/\(DSprites.officialFileName)",
          bytes: nil, limit: 1 << 28, checksum: nil, kind: ".npz archive")
      ],
      isUnpacked: false, instructions: "",
      places: ["", "dsprites/", "dsprites-dataset/"].map { $0 + DSprites.officialFileName }, members: [:],
      inspect: { try DSprites.inspect(archive: $0) })
  ]

  public init() {}

  public func fingerprint(_ split: DataSplit, at path: String, _ digests: DigestCache) throws -> String {
    try Fingerprint.ofFiles([path], digests: digests)
  }

  public func save(
    _ split: DataSplit, at path: String?, to target: String, progress: (Double) -> Void
  ) throws -> SavedSplit {
    let images =
      try path.map { try DSprites(officialFile: $0, progress: progress) } ?? DSprites.rendered()
    try images.save(to: target)
    return SavedSplit(provenance: "\(images.provenance)")
  }
}
