import Files

extension CatalogueEntry {
  /// Downloads the published files into a data folder, checks them, unpacks them where the set is a folder, and records
  /// what came. What is there already is left alone.
  ///
  /// - Parameters:
  ///   - mirror: an address under which the files are found by their last names, in place of the published one.
  ///   - configure: sets up each download, for progress and waiting.
  /// - Returns: the place of the set in the data folder, and what is in it.
  /// - Throws: `DatasetError`, and `FileError`.
  public func fetch(
    into dataFolder: String, mirror: String? = nil, configure: (inout Download) -> Void = { _ in }
  ) throws -> (place: String, contents: String) {
    guard !files.isEmpty else {
      throw DatasetError.download(
        address: homepage, reason: "\(title) cannot be fetched without you", advice: instructions)
    }
    try POSIXFileSystem().makeDirectories(dataFolder)
    for file in files {
      let target = Paths.join(dataFolder, file.path)
      guard try POSIXFileSystem().statusIfPresent(of: target) == nil else { continue }
      try POSIXFileSystem().makeDirectories(Paths.parent(of: target))
      let address = mirror.map { Paths.join($0, Paths.name(of: file.path)) } ?? file.address
      var download = Download(
        address, to: target, bytes: file.bytes, checksum: file.checksum, kind: file.kind)
      configure(&download)
      _ = try download.run()
    }
    if isUnpacked {
      let archive = Paths.join(dataFolder, files[0].path)
      try Unpacking.unpack(archive, folder: places[0], into: dataFolder)
      try POSIXFileSystem().removeTree(archive)
    }
    guard let place = try place(in: dataFolder) else {
      throw DatasetError.notFound(
        dataset: title, searched: places.map { Paths.join(dataFolder, $0) },
        advice: "The download has another layout than the published one")
    }
    return (place, try record(place, source: mirror ?? homepage, dataFolder: dataFolder))
  }

  /// Inspects a set that has just come and records its digest. Returns what is in it.
  func record(_ place: String, source: String, dataFolder: String) throws -> String {
    let path = Paths.join(dataFolder, place)
    let contents = try inspect(path)
    let record = DatasetRecord(place: place, source: source, sha256: try ContentDigest.of(path))
    try record.write(id, dataFolder: dataFolder)
    // What was said of an earlier copy need not be true of this one.
    try declare(deviation: nil, in: dataFolder)
    return contents
  }
}
