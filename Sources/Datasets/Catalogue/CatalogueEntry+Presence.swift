import Files

extension CatalogueEntry {
  /// Where the set lies in a data folder, or nil. Throws `FileError` where it may not look.
  public func place(in dataFolder: String) throws(FileError) -> String? {
    for place in places {
      let path = Paths.join(dataFolder, place)
      for name in ownFiles(at: place) ?? [""]
      where try POSIXFileSystem().statusIfPresent(of: Paths.join(path, name)) != nil { return place }
    }
    return nil
  }

  /// Bytes of all files of the set at a place, or nil where it is not there. Throws `FileError`.
  public func byteCount(in dataFolder: String) throws(FileError) -> Int? {
    guard let place = try place(in: dataFolder) else { return nil }
    return try ContentDigest.byteCount(of: Paths.join(dataFolder, place), ownFiles(at: place))
  }

  /// The files of the set in a folder where they are published one by one, and where another set may lie beside them;
  /// nil where the place holds nothing but the set.
  func ownFiles(at place: String) -> [String]? {
    let names = files.compactMap { Self.path(of: $0, at: place) }.filter { !$0.isEmpty }
    return isUnpacked || names.isEmpty ? nil : names
  }

  /// Whether a set is there and whole.
  public enum Health: Hashable, Sendable {
    case missing
    /// `proof` says what was compared.
    case whole(place: String, contents: String, proof: String)
    case damaged(place: String, reason: String)
  }

  /// Reads everything again: layout, labels, published checksums, and the digest that was recorded when the set came.
  ///
  /// Nothing is written. Throws `FileError` for what is there and cannot be read.
  public func verify(dataFolder: String, progress: (_ path: String) -> Void = { _ in }) throws -> Health {
    guard let place = try place(in: dataFolder) else { return .missing }
    let path = Paths.join(dataFolder, place)
    do {
      let contents = try inspect(path)
      // Whoever has said that the copy is another one knows that its bytes are.
      let declared = try declaredDeviation(in: dataFolder).map { "declared: \($0)" }
      let published = try declared ?? checkPublished(place, path, progress)
      let recorded = try checkRecorded(place, path, dataFolder, progress)
      let proofs = [published, recorded].compactMap { $0 }
      return .whole(
        place: place, contents: contents,
        proof: proofs.isEmpty
          ? "layout only, no checksum is known for this form" : proofs.joined(separator: ", "))
    } catch let error as DatasetError {
      return .damaged(place: place, reason: error.description)
    } catch let error as FileError where error.isMissing || error.isNoFile || error.code == 0 {
      // A file is missing, or something else is in its place; without a code it is what the file holds.
      return .damaged(place: place, reason: error.description)
    }
  }

  /// Compares what lies at a place with the published checksums, and says so; nil where there are none for it.
  func checkPublished(
    _ place: String, _ path: String, _ progress: (String) -> Void = { _ in }
  ) throws -> String? {
    var checked = 0
    for file in files where !isUnpacked {
      let inside = Self.path(of: file, at: place)
      guard let checksum = file.checksum, let inside else { continue }
      let filePath = inside.isEmpty ? path : Paths.join(path, inside)
      progress(filePath)
      try FileDigests(of: filePath).require(checksum, of: filePath)
      checked += 1
    }
    for (name, checksum) in members.sorted(by: { $0.key < $1.key }) {
      progress(Paths.join(path, name))
      try FileDigests(of: Paths.join(path, name)).require(checksum, of: Paths.join(path, name))
      checked += 1
    }
    return checked == 0 ? nil : "published checksum\(checked == 1 ? "" : "s")"
  }

  /// The path of a published file inside a place: empty where it is the place, nil where the place holds another form.
  private static func path(of file: PublishedFile, at place: String) -> String? {
    if Paths.name(of: file.path) == Paths.name(of: place) { return "" }
    return file.path.hasPrefix(place + "/") ? String(file.path.dropFirst(place.count + 1)) : nil
  }

  private func checkRecorded(
    _ place: String, _ path: String, _ dataFolder: String, _ progress: (String) -> Void
  ) throws -> String? {
    guard let record = try DatasetRecord.read(id, dataFolder: dataFolder), record.place == place else {
      return nil
    }
    let found = try ContentDigest.of(path, ownFiles(at: place), progress: progress)
    guard found == record.sha256 else {
      throw DatasetError.digestMismatch(path: path, recorded: record.sha256, found: found)
    }
    return "recorded digest"
  }
}
