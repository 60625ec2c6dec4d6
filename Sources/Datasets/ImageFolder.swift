import Files

/// Photographs in one folder for each class, as ILSVRC and Tiny-ImageNet lay them out: `train/<class>/*.JPEG`, or
/// `train/<class>/images/*.JPEG`.
public struct ImageFolder: Sendable {
  /// The folder of the class folders.
  public let path: String
  /// The names of the class folders, sorted by their bytes.
  public let classes: [String]
  /// The images of each class as paths below `path`, sorted by their bytes.
  let files: [[String]]

  /// Lists the images; opens none of them. Folders without an image are no classes; names that start with a dot and
  /// files of other kinds are passed over.
  ///
  /// Throws `DatasetError.notAnImageFolder`, and `FileError`.
  public init(_ path: String) throws {
    self.path = path
    let system = POSIXFileSystem()
    var (classes, files): ([String], [[String]]) = ([], [])
    for name in try system.sortedNames(in: path) where !name.hasPrefix(".") {
      let folder = Paths.join(path, name)
      guard try system.status(of: folder, followingLinks: true).kind == .directory else { continue }
      var names = try system.names(in: folder)
      var prefix = "\(name)/"
      if names.contains("images"), !names.contains(where: ImageFile.hasName) {
        names = try system.names(in: Paths.join(folder, "images"))
        prefix += "images/"
      }
      let images = names.filter(ImageFile.hasName).sorted(by: Self.precedes)
      guard !images.isEmpty else { continue }
      classes.append(name)
      files.append(images.map { prefix + $0 })
    }
    guard !classes.isEmpty else {
      throw DatasetError.notAnImageFolder(path: path, reason: "it has no folder with images")
    }
    (self.classes, self.files) = (classes, files)
  }

  /// The order of the bytes, the same on every machine and in every locale.
  private static func precedes(_ left: String, _ right: String) -> Bool {
    // Over contiguous storage this is several times faster than over the views.
    left.utf8.withContiguousStorageIfAvailable { left in
      right.utf8.withContiguousStorageIfAvailable { right in left.lexicographicallyPrecedes(right) }
    }.flatMap { $0 } ?? left.utf8.lexicographicallyPrecedes(right.utf8)
  }

  public var count: Int { files.reduce(0) { $0 + $1.count } }

  /// A few digits that change when the images do: from the names and contents of all files, those that cannot be read
  /// included. Throws `FileError`.
  public func fingerprint(_ digests: DigestCache = DigestCache()) throws -> String {
    let names = files.flatMap { $0 }
    let contents = try digests.digests(of: names.map { Paths.join(path, $0) }, group: path)
    var digest = RunningDigest()
    for (name, images) in zip(classes, files) {
      Fingerprint.add(text: "\(name) \(images.count)", to: &digest)
    }
    for (name, content) in zip(names, contents) { Fingerprint.add(name, content, to: &digest) }
    return Fingerprint.short(digest)
  }
}
