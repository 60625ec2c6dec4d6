import Files

// Sets that no manifest can name yet. Those that can be named stand with their `DataSet`.

extension Catalogue {
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
      limit: 2 << 30,
      checksum: .md5(md5), kind: "MATLAB file")
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
