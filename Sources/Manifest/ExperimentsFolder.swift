import Files
import Foundation

/// The folder with a repository's manifests: `Experiments/`, with folders below it.
///
/// A table is named after its file. Files whose name begins with `_` are parts that others include, and no tables.
public struct ExperimentsFolder: Sendable {
  public static let name = "Experiments"
  public static let resultsName = "Results"

  public let path: String

  /// The folder at `path`.
  ///
  /// - Throws: `ManifestError` where there is none.
  public init(path: String) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
      throw ManifestError(path: path, message: "there is no folder of manifests here")
    }
    self.path = path
  }

  /// The folder at `explicit`, or else the folder `Experiments` in `directory` or in the nearest folder above it.
  ///
  /// - Throws: `ManifestError` where there is none up to the root.
  public static func find(from directory: String = ".", explicit: String? = nil) throws -> ExperimentsFolder {
    if let explicit { return try ExperimentsFolder(path: explicit) }
    var above = directory
    while true {
      // Relative paths stay relative: they are what messages show.
      let path = directory.hasPrefix("/") ? (above as NSString).standardizingPath : above
      let candidate =
        path == "." ? name : path.hasPrefix("./") ? "\(path.dropFirst(2))/\(name)" : "\(path)/\(name)"
      if let found = try? ExperimentsFolder(path: candidate) { return found }
      if URL(fileURLWithPath: path).standardizedFileURL.path == "/" { break }
      above += "/.."
    }
    throw ManifestError(
      path: directory, message: "there is no folder `\(name)` here or above",
      suggestion: "run this in a folder that has one or below it, or name one with --experiments")
  }

  /// The folder of what is measured of these tables: beside a folder `Experiments`, and inside one of any other name.
  public var results: String {
    guard Paths.name(of: Paths.absolute(path)) == Self.name else { return Self.results(in: path) }
    let isDots = [".", ".."].contains(Paths.name(of: path))
    return Self.results(in: isDots ? Paths.join(path, "..") : Paths.parent(of: path))
  }

  private static func results(in project: String) -> String {
    project == "." ? resultsName : Paths.join(project, resultsName)
  }

  /// The manifests by table.
  ///
  /// - Throws: `ManifestError` where two files name the same table, or the folder cannot be read.
  public func manifests() throws -> [String: String] {
    var files: [String] = []
    do {
      try Self.collect(path, prefix: "", inside: [], into: &files)
    } catch {
      throw ManifestError(path: path, message: "cannot list the folder: \(error)")
    }
    var found: [String: String] = [:]
    for file in files.sorted() {
      let url = URL(fileURLWithPath: file)
      guard ["yaml", "yml"].contains(url.pathExtension), !url.lastPathComponent.hasPrefix("_") else {
        continue
      }
      let table = url.deletingPathExtension().lastPathComponent
      let manifest = "\(path)/\(file)"
      if let other = found[table] {
        throw ManifestError(
          path: manifest, message: "the table `\(table)` is also in \(other)",
          suggestion: "rename one of them")
      }
      found[table] = manifest
    }
    return found
  }

  /// The files below a folder by relative path, those behind links too: a folder of manifests may lie elsewhere.
  ///
  /// - Parameter above: the folders that are being listed, by their own paths; a link back to one of them is not followed.
  private static func collect(
    _ folder: String, prefix: String, inside above: Set<String>, into files: inout [String]
  ) throws {
    let own = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path
    guard !above.contains(own) else { return }
    for name in try POSIXFileSystem().sortedNames(in: folder) {
      let path = Paths.join(folder, name)
      // Nothing is behind a link that leads nowhere.
      switch try POSIXFileSystem().statusIfPresent(of: path)?.kind {
      case .file: files.append(prefix + name)
      case .directory:
        try collect(path, prefix: "\(prefix)\(name)/", inside: above.union([own]), into: &files)
      default: break
      }
    }
  }

  /// The manifest of `table`.
  ///
  /// - Throws: `ManifestError` with the nearest name or the list of tables where there is no such table.
  public func path(for table: String) throws -> String {
    let manifests = try manifests()
    if let path = manifests[table] { return path }
    let tables = manifests.keys.sorted()
    let list = tables.isEmpty ? "the folder has none" : "there are: \(Suggestions.listed(tables))"
    let near = Suggestions.nearest(to: table, among: tables).map { "did you mean `\($0)`? " } ?? ""
    throw ManifestError(path: path, message: "there is no table `\(table)`", suggestion: near + list)
  }
}
