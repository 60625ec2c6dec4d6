import Files

// Addresses, sizes and checksums. A checksum that is not here has not been published: the first download records its own.

extension Catalogue {
  static let cifar10 = CatalogueEntry(
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

  static let stl10 = CatalogueEntry(
    id: "stl10", title: "STL-10, binary version", tables: ["cifar10"],
    homepage: "https://cs.stanford.edu/~acoates/stl10/", terms: "research; images are from ImageNet",
    files: [
      PublishedFile(
        path: STL10.archiveName, address: "http://ai.stanford.edu/~acoates/stl10/stl10_binary.tar.gz",
        bytes: 2_640_397_119, checksum: .md5("91f7769df0f17e558f3565bffb0c7dfb"), kind: "gzip archive")
    ],
    isUnpacked: true, instructions: "", places: [STL10.folderName, "stl10/\(STL10.folderName)", "stl10"],
    members: [
      "train_X.bin": .md5("918c2871b30a85fa023e0c44e0bee87f"),
      "train_y.bin": .md5("5a34089d4802c674881badbb80307741"),
      "unlabeled_X.bin": .md5("5242ba1fed5e4be9e1e742405eb56ca4"),
      "test_X.bin": .md5("7f263ba9f9e0b06b93213547f721ac82"),
      "test_y.bin": .md5("36f9794fa4beb8a2c72628de14fa638e"),
    ],
    inspect: { path in
      for split in STL10.Split.allCases { try STL10(path).check(split) }
      return "5,000 training, 8,000 test and 100,000 unlabelled images; "
        + "\(try STL10(path).folds().count) folds"
    })

  static let dSprites = CatalogueEntry(
    id: "dsprites", title: "dSprites", tables: ["dsprites"],
    homepage: "https://github.com/google-deepmind/dsprites-dataset",
    terms: "Apache 2.0; optional, without it the images are rendered",
    files: [
      PublishedFile(
        path: DSprites.officialFileName,
        address:
          "https://github.com/google-deepmind/dsprites-dataset/raw/master/\(DSprites.officialFileName)",
        bytes: nil, checksum: nil, kind: ".npz archive")
    ],
    isUnpacked: false, instructions: "",
    places: ["", "dsprites/", "dsprites-dataset/"].map { $0 + DSprites.officialFileName }, members: [:],
    inspect: { path in
      let archive = try NPZ(path)
      for name in ["imgs", "latents_classes"] where !archive.names.contains(name) {
        throw DatasetError.missingMember(path: path, member: name, present: archive.names)
      }
      return "\(try archive.withArray("imgs") { $0.header.shape[0] }) images"
    })

  static let tinyImageNet = CatalogueEntry(
    id: "tiny-imagenet", title: "Tiny-ImageNet, 200 classes of ImageNet", tables: ["cifar10"],
    homepage: "http://cs231n.stanford.edu", terms: "non-commercial research, as for ImageNet",
    files: [
      PublishedFile(
        path: "tiny-imagenet-200.zip", address: "http://cs231n.stanford.edu/tiny-imagenet-200.zip",
        bytes: 248_100_043, checksum: .md5("90528d7ca1a48142e341f4ef8d21d0de"), kind: "zip archive")
    ],
    isUnpacked: true, instructions: "", places: ["tiny-imagenet-200", "tiny-imagenet-32"], members: [:],
    inspect: { try inspectImages($0) })

  static let imageNet = CatalogueEntry(
    id: "imagenet", title: "ImageNet, ILSVRC 2012 training images", tables: ["cifar10"],
    homepage: "https://image-net.org/download.php", terms: "non-commercial research; needs an account",
    files: [], isUnpacked: false,
    instructions:
      "Get an account at https://image-net.org, download ILSVRC2012_img_train.tar (138 GB), and unpack it and "
      + "the 1,000 archives in it to imagenet/train/<class>/*.JPEG in the data folder, or import a folder that is laid "
      + "out like that.",
    places: ["imagenet", "ILSVRC2012", "ILSVRC/Data/CLS-LOC"], members: [:],
    inspect: { try inspectImages($0) })

  static let dcganWeights = CatalogueEntry(
    id: "dcgan-weights", title: "trained networks of the DCGAN authors", tables: ["cifar10", "svhn"],
    homepage: "https://github.com/Newmu/dcgan_code", terms: "MIT",
    files: [], isUnpacked: false,
    instructions:
      "git clone https://github.com/Newmu/dcgan_code, then 'retable data import dcgan_code --as dcgan-weights'.",
    places: ["dcgan-released-weights", "dcgan_code"], members: [:],
    inspect: { path in
      let arrays = try POSIXFileSystem().files(below: path).filter { $0.hasSuffix(".npy") }
      guard !arrays.isEmpty else {
        throw DatasetError.missingFiles(
          dataset: "the DCGAN authors' networks", path: path, missing: ["models/*/*.npy"])
      }
      return "\(arrays.count) arrays"
    })

  static let svhn = CatalogueEntry(
    id: "svhn", title: "SVHN, cropped digits: train and test", tables: ["svhn"],
    homepage: "http://ufldl.stanford.edu/housenumbers/", terms: "non-commercial",
    files: [
      housenumbers("train_32x32.mat", "e26dedcc434d2e4c54c9b2d4a06d8373"),
      housenumbers("test_32x32.mat", "eb5a983be6a315427106f1b164d9cef3"),
    ],
    isUnpacked: false, instructions: "", places: ["svhn", "svhn-mini"], members: [:],
    inspect: { try inspectMATLAB($0, ["train_32x32.mat", "test_32x32.mat"]) })

  static let svhnExtra = CatalogueEntry(
    id: "svhn-extra", title: "SVHN, cropped digits: extra", tables: ["svhn"],
    homepage: "http://ufldl.stanford.edu/housenumbers/", terms: "non-commercial",
    files: [housenumbers("extra_32x32.mat", "a93ce644f1a588dc4d68dda5feec44a7")],
    isUnpacked: false, instructions: "", places: ["svhn/extra_32x32.mat"], members: [:],
    inspect: { path in
      try requireMATLAB(path)
      return "a MATLAB file"
    })

  static let cityscapes = CatalogueEntry(
    id: "cityscapes", title: "Cityscapes, photographs and label maps", tables: ["cityscapes"],
    homepage: "https://www.cityscapes-dataset.com", terms: "non-commercial research; needs an account",
    files: [], isUnpacked: false,
    instructions:
      "Get an account at https://www.cityscapes-dataset.com, download leftImg8bit_trainvaltest.zip and "
      + "gtFine_trainvaltest.zip, and unpack both into cityscapes/ in the data folder; pairs in the layout of pix2pix "
      + "(cityscapes/train/*.jpg, cityscapes/val/*.jpg) serve too.",
    places: ["cityscapes"], members: [:],
    inspect: { path in
      let system = POSIXFileSystem()
      for (folder, what) in [
        ("leftImg8bit", "the official layout"), ("train", "pairs in the layout of pix2pix"),
      ]
      where try system.statusIfPresent(of: Paths.join(path, folder))?.kind == .directory { return what }
      throw DatasetError.missingFiles(dataset: "Cityscapes", path: path, missing: ["leftImg8bit or train"])
    })

  private static func housenumbers(_ name: String, _ md5: String) -> PublishedFile {
    PublishedFile(
      path: "svhn/\(name)", address: "http://ufldl.stanford.edu/housenumbers/\(name)", bytes: nil,
      checksum: .md5(md5), kind: "MATLAB file")
  }

  private static func inspectImages(_ path: String) throws -> String {
    let inner = Paths.join(path, "train")
    let hasTrain = try POSIXFileSystem().statusIfPresent(of: inner)?.kind == .directory
    let folder = try ImageFolder(hasTrain ? inner : path)
    return "\(folder.count) images in \(folder.classes.count) classes"
  }

  private static func inspectMATLAB(_ path: String, _ names: [String]) throws -> String {
    try OfficialFiles(dataset: "SVHN", path: path).requirePresence(of: names)
    for name in names { try requireMATLAB(Paths.join(path, name)) }
    return "\(names.count) MATLAB files"
  }

  private static func requireMATLAB(_ path: String) throws {
    let start = try POSIXFileSystem().contents(of: path, upTo: 256)
    guard !start.starts(with: "MATLAB 5.0 MAT-file".utf8) else { return }
    let words = FileKind.words(for: start) ?? "does not start with \"MATLAB 5.0 MAT-file\""
    throw DatasetError.wrongKind(path: path, expected: "MATLAB file", looksLike: words)
  }
}
