import Files

// Sets that no manifest can name yet. Those that can be named stand with their `DataSet`.

extension Catalogue {
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
}
