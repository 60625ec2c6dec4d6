import Files

/// The discriminator that the authors of DCGAN trained on ImageNet and released.
public struct DCGANWeightsSet: DataSet {
  public let name = "dcgan-released-weights"
  public let summary =
    "the discriminator of Radford et al. (2016), trained on ImageNet, as its authors released it"
  public let words = "the released DCGAN weights"
  public let splits = [DataSplit("weights", .all, .weights)]
  public let inside = ["models/\(network)", network]
  public let copies = [
    CatalogueEntry(
      id: "dcgan-weights", title: "trained networks of the DCGAN authors", tables: ["cifar10", "svhn"],
      homepage: "https://github.com/Newmu/dcgan_code", terms: "MIT",
      files: [], isUnpacked: false,
      instructions:
        "git clone https://github.com/Newmu/dcgan_code, then 'retable data import dcgan_code --as dcgan-weights'.",
      places: ["dcgan-released-weights", "dcgan_code"], members: [:],
      inspect: { path in
        let arrays = try FileTree.files(below: path).filter { $0.hasSuffix(".npy") }
        guard !arrays.isEmpty else {
          throw DatasetError.missingFiles(
            dataset: "the DCGAN authors' networks", path: path, missing: ["models/*/*.npy"])
        }
        return "\(arrays.count) arrays"
      })
  ]

  private static let network = "imagenet_gan_pretrain_128f_relu_lrelu_7l_3x3_256z"

  public init() {}

  public func fingerprint(_ split: DataSplit, at path: String, _ digests: DigestCache) throws -> String {
    try Fingerprint.ofFiles(Self.arrays(in: path).map { Paths.join(path, $0) }, digests: digests)
  }

  public func save(
    _ split: DataSplit, at path: String?, to target: String, progress: (Double) -> Void
  ) throws -> SavedSplit {
    let (path, files) = (try required(path), POSIXFileSystem())
    for name in try Self.arrays(in: path) {
      try DurableFile.write(try files.contents(of: Paths.join(path, name)), to: Paths.join(target, name))
    }
    return SavedSplit(provenance: "the arrays of \(Self.network)")
  }

  private static func arrays(in path: String) throws -> [String] {
    let names = try POSIXFileSystem().sortedNames(in: path).filter { $0.hasSuffix(".npy") }
    guard !names.isEmpty else {
      throw DatasetError.missingFiles(dataset: "the released DCGAN weights", path: path, missing: ["*.npy"])
    }
    return names
  }
}
