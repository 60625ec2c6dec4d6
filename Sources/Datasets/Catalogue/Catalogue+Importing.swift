import Files
import Glibc

extension Catalogue {
  /// The set that a file or folder is, by its name. Throws `DatasetError.importing` where the name is none of the known.
  public static func recognise(_ path: String) throws(DatasetError) -> CatalogueEntry {
    let name = Paths.name(of: path)
    let found = all.first { entry in
      (entry.places + entry.files.map(\.path)).contains { Paths.name(of: $0) == name }
    }
    guard let found else {
      throw .importing(
        path: path, reason: "no data set has a file or folder \"\(name)\"",
        advice: "Say with --as which one it is: \(all.map(\.id).joined(separator: ", ")).")
    }
    return found
  }
}

extension CatalogueEntry {
  /// Puts a copy of a local file or folder into a data folder, checked before: hard links where both lie on one file
  /// system, else a copy. An archive of a set that is used unpacked is unpacked.
  ///
  /// Returns the place of the set in the data folder, and what is in it, or which of its files are still to come. Throws `DatasetError`, and `FileError`.
  public func importing(_ path: String, into dataFolder: String) throws -> (place: String, contents: String) {
    let isFolder = try POSIXFileSystem().status(of: path, followingLinks: true).kind == .directory
    try POSIXFileSystem().makeDirectories(dataFolder)
    let place = isFolder ? try importFolder(path, into: dataFolder) : try importFile(path, into: dataFolder)
    let lacking = try (ownFiles(at: place) ?? []).filter {
      try POSIXFileSystem().statusIfPresent(of: Paths.join(dataFolder, place, $0)) == nil
    }
    guard lacking.isEmpty else { return (place, "still without \(lacking.joined(separator: ", "))") }
    do {
      return (place, try record(place, source: path, dataFolder: dataFolder))
    } catch let error as DatasetError {
      // An archive is looked into only now, and what has proved damaged would be taken for the set by the next command.
      if isUnpacked, !isFolder { try POSIXFileSystem().removeTree(Paths.join(dataFolder, place)) }
      throw error
    }
  }

  private func importFolder(_ path: String, into dataFolder: String) throws -> String {
    let published = Set(files.map { Paths.name(of: $0.path) })
    let folders = places.filter { !published.contains(Paths.name(of: $0)) }
    guard let place = folders.first(where: { Paths.name(of: $0) == Paths.name(of: path) }) ?? folders.first
    else {
      throw DatasetError.importing(
        path: path, reason: "\(title) is one file, not a folder",
        advice: "Import the file \(Paths.name(of: places[0])).")
    }
    // The whole folder; of one that other sets share, the files of this one.
    let names = ownFiles(at: place) ?? [""]
    for name in names { try requireAbsence(of: Paths.join(place, name), in: dataFolder, for: path) }
    _ = try inspect(path)
    _ = try checkPublished(place, path)
    for name in names {
      let target = Paths.join(dataFolder, place, name)
      try POSIXFileSystem().makeDirectories(Paths.parent(of: target))
      try Copying.copy(Paths.join(path, name), to: target)
    }
    return place
  }

  private func requireAbsence(of place: String, in dataFolder: String, for path: String) throws {
    guard try POSIXFileSystem().exists(Paths.join(dataFolder, place)) else { return }
    throw DatasetError.importing(
      path: path, reason: "\(Paths.join(dataFolder, place)) is there already",
      advice: "Remove it first, or name another data folder with RETABLE_DATA.")
  }

  private func importFile(_ path: String, into dataFolder: String) throws -> String {
    let name = Paths.name(of: path)
    guard
      let file = files.first(where: { Paths.name(of: $0.path) == name })
        ?? (files.count == 1 ? files.first : nil)
    else {
      throw DatasetError.importing(
        path: path, reason: "\(title) has no file \(name)",
        advice: files.isEmpty ? instructions : "Import a folder that holds the set.")
    }
    let place = isUnpacked ? places[0] : file.path
    try requireAbsence(of: place, in: dataFolder, for: path)
    try FileDigests(of: path).require(file.checksum, of: path)
    if isUnpacked {
      try Unpacking.unpack(path, folder: place, limit: unpackedLimit, into: dataFolder)
      return place
    }
    if places.contains(place) { _ = try inspect(path) }
    try POSIXFileSystem().makeDirectories(Paths.parent(of: Paths.join(dataFolder, place)))
    try Copying.copy(path, to: Paths.join(dataFolder, place))
    return places.contains(place) ? place : Paths.parent(of: place)
  }
}

/// Copies of files and folders.
enum Copying {
  /// Makes `target`, which appears complete or not at all. Symbolic links are followed.
  ///
  /// Throws `DatasetError.notAFile`, and `FileError`.
  static func copy(_ source: String, to target: String) throws {
    let files = POSIXFileSystem()
    let isFolder = try files.status(of: source, followingLinks: true).kind == .directory
    try Placing.alone(target) {
      guard isFolder else {
        try DurableFile.write(to: target) { try linkOrCopy(source, to: $0) }
        return
      }
      try DurableDirectory.write(to: target) { temporary in
        for name in try FileTree.files(below: source) {
          let copy = Paths.join(temporary, name)
          try files.makeDirectories(Paths.parent(of: copy))
          try linkOrCopy(Paths.join(source, name), to: copy)
        }
      }
    }
  }

  private static func linkOrCopy(_ source: String, to target: String) throws {
    let files = POSIXFileSystem()
    // A link to a symbolic link would be broken by a relative one; its file is meant.
    if try files.status(of: source, followingLinks: false).kind == .file, link(source, target) == 0 { return }
    try Paths.requireSpace(
      for: try files.status(of: source, followingLinks: true).size, in: Paths.parent(of: target))
    let copy = try files.open(target, for: .creating)
    var failure: FileError?
    do {
      try files.forEachChunk(of: source) { chunk in
        guard failure == nil else { return }
        do throws(FileError) { try files.writeAll(chunk, to: copy) } catch { failure = error }
      }
      if let failure { throw failure }
    } catch {
      try? files.close(copy)
      throw error
    }
    try files.close(copy)
  }
}
