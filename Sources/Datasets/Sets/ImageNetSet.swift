import Files

/// The first folder of ImageNet images that is there: all of ILSVRC-2012, or a part of it at a small size.
public struct ImageNetSet: DataSet {
  public let name = "imagenet"
  public let summary = "ImageNet (ILSVRC 2012) or a part of it, as squares of 32x32 in colour"
  public let words = "a folder of ImageNet images"
  public let splits = [DataSplit("train", .training, .labelledImages)]
  public let inside = ["train", ""]
  public let copies = [
    CatalogueEntry(
      id: "imagenet", title: "ImageNet, ILSVRC 2012 training images", tables: ["cifar10"],
      homepage: "https://image-net.org/download.php", terms: "non-commercial research; needs an account",
      files: [], isUnpacked: false,
      instructions:
        "Get an account at https://image-net.org, download ILSVRC2012_img_train.tar (138 GB), and unpack it and "
        + "the 1,000 archives in it to imagenet/train/<class>/*.JPEG in the data folder, or import a folder that is laid "
        + "out like that.",
      places: ["imagenet", "ILSVRC2012", "ILSVRC/Data/CLS-LOC"], members: [:],
      inspect: { try ImageNetSet.inspect($0) }),
    CatalogueEntry(
      id: "tiny-imagenet", title: "Tiny-ImageNet, 200 classes of ImageNet", tables: ["cifar10"],
      homepage: "http://cs231n.stanford.edu", terms: "non-commercial research, as for ImageNet",
      files: [
        PublishedFile(
          path: "tiny-imagenet-200.zip", address: "http://cs231n.stanford.edu/tiny-imagenet-200.zip",
          bytes: 248_100_043, checksum: .md5("90528d7ca1a48142e341f4ef8d21d0de"), kind: "zip archive")
      ],
      isUnpacked: true, unpackedLimit: 2 << 30, instructions: "",
      places: ["tiny-imagenet-200", "tiny-imagenet-32"], members: [:],
      inspect: { try ImageNetSet.inspect($0) }),
  ]

  public init() {}

  public func fingerprint(_ split: DataSplit, at path: String, _ digests: DigestCache) throws -> String {
    try ImageFolder(path).fingerprint(digests)
  }

  public func save(
    _ split: DataSplit, at path: String?, to target: String, progress: (Double) -> Void
  ) throws -> SavedSplit {
    let saved = try ImageFolder(required(path)).save(
      to: target, side: 32, unreadable: .skip, progress: progress)
    return try SavedSplit(
      collection: target, deviation: saved.omission,
      notes: saved.skipped.map { "left out \(FileNames.printable($0.name)): \($0.reason)" })
  }

  /// Decodes every image.
  static func inspect(_ path: String) throws -> String {
    let inner = Paths.join(path, "train")
    let hasTrain = try POSIXFileSystem().statusIfPresent(of: inner)?.kind == .directory
    let folder = try ImageFolder(hasTrain ? inner : path)
    try folder.requireReadable()
    return "\(folder.count) images in \(folder.classes.count) classes"
  }
}
