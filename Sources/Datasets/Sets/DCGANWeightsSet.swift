import Files

/// One of the networks that the authors of DCGAN trained and released.
public struct DCGANWeightsSet: DataSet {
  public enum Network: Sendable, CaseIterable {
    /// The discriminator that was trained on ImageNet.
    case imageNet
    /// Discriminator and generator that were trained on SVHN.
    case houseNumbers

    var folder: String {
      switch self {
      case .imageNet: "imagenet_gan_pretrain_128f_relu_lrelu_7l_3x3_256z"
      case .houseNumbers: "svhn_unsup_all_conv_dcgan_100z_gaussian_lr_0.0005_64mb"
      }
    }
  }

  public let network: Network
  public let name: String
  public let summary: String
  public let words = "the released DCGAN weights"
  public let splits = [DataSplit("weights", .all, .weights)]
  public let inside: [String]
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

  public init(_ network: Network = .imageNet) {
    self.network = network
    inside = ["models/\(network.folder)", network.folder]
    switch network {
    case .imageNet:
      name = "dcgan-released-weights"
      summary = "the discriminator of Radford et al. (2016), trained on ImageNet, as its authors released it"
    case .houseNumbers:
      name = "dcgan-released-svhn"
      summary = "the networks of Radford et al., trained on SVHN, as their authors released them in May 2016"
    }
  }

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
    return SavedSplit(provenance: "the arrays of \(network.folder)")
  }

  private static func arrays(in path: String) throws -> [String] {
    let names = try POSIXFileSystem().sortedNames(in: path).filter { $0.hasSuffix(".npy") }
    guard !names.isEmpty else {
      throw DatasetError.missingFiles(dataset: "the released DCGAN weights", path: path, missing: ["*.npy"])
    }
    return names
  }
}
