import Files

extension CatalogueEntry {
  /// Downloads the published files into a data folder, checks them, unpacks them where the set is a folder, and records
  /// what came. What is there already is left alone; what comes and proves damaged is removed.
  ///
  /// - Parameters:
  ///   - mirror: an address under which the files are found by their last names, in place of the published one.
  ///   - configure: sets up each download, for progress and waiting.
  /// - Returns: the place of the set in the data folder, what is in it, and whether it was not there before.
  /// - Throws: `DatasetError`, and `FileError`.
  public func fetch(
    into dataFolder: String, mirror: String? = nil, configure: (inout Download) -> Void = { _ in }
  ) throws -> (place: String, contents: String, isNew: Bool) {
    guard !files.isEmpty else {
      throw DatasetError.download(
        address: homepage, reason: "\(title) cannot be fetched without you", advice: instructions)
    }
    if let (place, contents) = try presence(in: dataFolder) { return (place, contents, isNew: false) }
    try POSIXFileSystem().makeDirectories(dataFolder)
    // What came without a published checksum is not proven yet.
    var unproven: [String] = []
    for file in files {
      let target = Paths.join(dataFolder, file.path)
      if try POSIXFileSystem().statusIfPresent(of: target) != nil {
        if file.checksum != nil { try FileDigests(of: target).require(file.checksum, of: target) }
        continue
      }
      let folder = Paths.parent(of: target)
      let isFolderNew = try POSIXFileSystem().statusIfPresent(of: folder) == nil
      try POSIXFileSystem().makeDirectories(folder)
      let address = mirror.map { Paths.join($0, Paths.name(of: file.path)) } ?? file.address
      var download = Download(
        address, to: target, bytes: file.bytes, checksum: file.checksum, limit: file.limit, kind: file.kind)
      configure(&download)
      do {
        _ = try download.run()
      } catch {
        // Only an empty one goes: with part of a file in it the next attempt continues.
        if isFolderNew { try? POSIXFileSystem().removeDirectory(folder) }
        throw error
      }
      if file.checksum == nil { unproven.append(target) }
    }
    do {
      if isUnpacked {
        let archive = Paths.join(dataFolder, files[0].path)
        try Unpacking.unpack(archive, folder: places[0], limit: unpackedLimit, into: dataFolder)
        unproven.append(Paths.join(dataFolder, places[0]))
        try POSIXFileSystem().removeTree(archive)
      }
      guard let place = try place(in: dataFolder) else {
        throw DatasetError.notFound(
          dataset: title, searched: places.map { Paths.join(dataFolder, $0) },
          advice: "The download has another layout than the published one")
      }
      let contents = try record(place, source: mirror ?? homepage, dataFolder: dataFolder)
      return (place, contents, isNew: true)
    } catch let error as DatasetError {
      // What has proved damaged would be taken for the set by the next command.
      for path in unproven { try POSIXFileSystem().removeTree(path) }
      throw error
    }
  }

  /// The set where it is there and whole. One that lacks files which can be fetched counts as not there; one that is
  /// damaged is an error, since nothing that somebody put there is removed.
  private func presence(in dataFolder: String) throws -> (place: String, contents: String)? {
    guard let place = try place(in: dataFolder) else { return nil }
    let path = Paths.join(dataFolder, place)
    do {
      return (place, try inspect(path))
    } catch let error as DatasetError {
      let lacksFiles = try files.contains {
        try POSIXFileSystem().statusIfPresent(of: Paths.join(dataFolder, $0.path)) == nil
      }
      if lacksFiles, !isUnpacked, files.allSatisfy({ $0.path.hasPrefix(place + "/") }) { return nil }
      throw DatasetError.download(
        address: homepage, reason: "\(path) is there and damaged: \(error)",
        advice: "Remove it, then fetch again.")
    }
  }

  /// Inspects a set that has just come and records its digest. Returns what is in it.
  func record(_ place: String, source: String, dataFolder: String) throws -> String {
    let path = Paths.join(dataFolder, place)
    let contents = try inspect(path)
    let digest = try ContentDigest.of(path, ownFiles(at: place))
    let record = DatasetRecord(place: place, source: source, sha256: digest)
    try record.write(id, dataFolder: dataFolder)
    // What was said of an earlier copy need not be true of this one.
    try declare(deviation: nil, in: dataFolder)
    for other in others(at: place) {
      try other.declare(deviation: nil, in: dataFolder)
      if (try? DatasetRecord.read(other.id, dataFolder: dataFolder))?.place == place {
        try DatasetRecord.remove(other.id, dataFolder: dataFolder)
      }
    }
    return contents
  }

  /// The entries of other ids whose copy at a place is the same: Cityscapes' folder is known by two.
  private func others(at place: String) -> [CatalogueEntry] {
    Catalogue.all.filter {
      $0.id != id && $0.places.contains(place) && $0.ownFiles(at: place) == ownFiles(at: place)
    }
  }
}
