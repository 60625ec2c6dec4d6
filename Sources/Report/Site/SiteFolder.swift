import Files

/// The folder of a site, written file by file: it knows which files are its own, and touches no other.
///
/// `site.json` lists them. A name is listed before its file is written, so that a run that was killed leaves nothing behind that the
/// next one would not know; a file whose bytes are there already is not written again.
struct SiteFolder {
  static let list = "site.json"
  private static let format = "retable site"
  /// No site has a list as long as that.
  private static let longestList = 16 << 20

  let path: String
  /// Files that are or may be there.
  private var listed: Set<String>
  /// Files of the site that is being written.
  private(set) var names: Set<String> = []
  private let files = POSIXFileSystem()

  /// Opens a folder that is a site, is empty, or is not there yet.
  ///
  /// - Throws: `ReportError` for any other folder, `FileError`.
  init(_ path: String) throws {
    self.path = path
    if let status = try files.statusIfPresent(of: path), status.kind != .directory {
      throw ReportError.notASite(path)
    }
    try files.makeDirectories(path)
    let isEmpty = try files.sortedNames(in: path).isEmpty
    guard let known = isEmpty ? [] : try Self.read(Paths.join(path, Self.list)) else {
      throw ReportError.notASite(path)
    }
    listed = known
    try save()
  }

  /// The files that a list names; nil where it is none.
  private static func read(_ path: String) throws -> Set<String>? {
    let files = POSIXFileSystem()
    guard try files.statusIfPresent(of: path, followingLinks: false)?.kind == .file,
      let list = try? JSON(parsing: files.contents(of: path, upTo: longestList)),
      list["format"]?.string == format, let names = list["files"]?.array
    else { return nil }
    return Set(names.compactMap(\.string))
  }

  /// Says which files come next.
  mutating func announce(_ coming: [String]) throws {
    guard !listed.isSuperset(of: coming) else { return }
    listed.formUnion(coming)
    try save()
  }

  mutating func write(_ bytes: [UInt8], to name: String) throws {
    names.insert(name)
    guard let file = try place(of: name, making: true) else {
      throw FileError(
        "write", Paths.join(path, name), reason: "the name leads out of the site", advice: "Rename the file.")
    }
    let status = try files.statusIfPresent(of: file, followingLinks: false)
    if status?.kind == .file, status?.size == bytes.count, try files.contents(of: file) == bytes { return }
    try DurableFile.write(bytes, to: file)
  }

  mutating func write(_ text: String, to name: String) throws { try write(Array(text.utf8), to: name) }

  /// Removes the files of a former site that are none of this one, and what killed processes have left.
  mutating func finish() throws {
    for name in listed.subtracting(names).sorted() { try remove(name) }
    for folder in Set(names.map { Paths.parent(of: Paths.join(path, $0)) }).union([path]).sorted() {
      try files.removeAbandoned(in: folder)
    }
    listed = names
    try save()
  }

  private func remove(_ name: String) throws {
    guard let file = try place(of: name, making: false),
      let status = try files.statusIfPresent(of: file, followingLinks: false), status.kind != .directory
    else { return }
    try files.removeTree(file)
    // Folders that are empty by now go too; one that is not refuses.
    var folder = Paths.parent(of: file)
    while folder != path, folder.count > path.count, (try? files.removeDirectory(folder)) != nil {
      folder = Paths.parent(of: folder)
    }
  }

  /// Where a file of the site lies. A list may be anybody's, and so may links in the place of folders: nothing leads out.
  ///
  /// - Returns: nil for a name that leads out, and, unless its folders are to be made, for one whose folders are not there.
  private func place(of name: String, making: Bool) throws -> String? {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard !name.utf8.contains(0), !parts.contains(where: { ["", ".", ".."].contains($0) }) else { return nil }
    var folder = path
    for part in parts.dropLast() {
      folder = Paths.join(folder, part)
      switch try files.statusIfPresent(of: folder, followingLinks: false)?.kind {
      case .directory: continue
      case nil where making: try files.makeDirectories(folder)
      case nil: return nil
      default:
        guard making else { return nil }
        throw FileError(
          "write to", folder, reason: "it is a link or a file, and a site has a folder there",
          advice: "Remove it.")
      }
    }
    return Paths.join(folder, parts[parts.count - 1])
  }

  private func save() throws {
    let list: JSON = [
      "format": .string(Self.format), "files": .array(listed.sorted().map { .string($0) }),
    ]
    try DurableFile.write(list.canonical + "\n", to: Paths.join(path, Self.list))
  }
}
