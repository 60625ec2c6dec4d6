import Foundation
import Glibc

/// Paths as strings, and the folders of this user.
public enum Paths {
  /// Joins the parts with single slashes; empty parts are left out, and an absolute part starts afresh.
  public static func join(_ first: String, _ rest: String...) -> String {
    rest.reduce(first) { path, part in
      if part.isEmpty { return path }
      if path.isEmpty || part.hasPrefix("/") { return part }
      return path.hasSuffix("/") ? path + part : path + "/" + part
    }
  }

  /// A path from the root; a relative one leads from `folder`, and that from the current folder.
  public static func absolute(_ path: String, from folder: String = ".") -> String {
    let joined = join(FileManager.default.currentDirectoryPath, folder, path)
    return URL(fileURLWithPath: joined).standardizedFileURL.path
  }

  /// The last part of a path: `c` of `/a/b/c` and of `/a/b/c/`.
  public static func name(of path: String) -> String { split(path).name }

  /// The folder of a path: `/a/b` of `/a/b/c`, `.` of `c`, `/` of `/`.
  public static func parent(of path: String) -> String { split(path).parent }

  private static func split(_ path: String) -> (parent: String, name: String) {
    var bytes = path.utf8[...]
    while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return (".", String(Substring(bytes))) }
    let name = String(Substring(bytes[bytes.index(after: slash)...]))
    var parent = bytes[..<slash]
    while parent.count > 1, parent.last == UInt8(ascii: "/") { parent.removeLast() }
    return (parent.isEmpty ? "/" : String(Substring(parent)), name.isEmpty ? "/" : name)
  }

  /// The folder for things that can be made again: `$XDG_CACHE_HOME/retable`, else `$HOME/.cache/retable`.
  ///
  /// A relative `XDG_CACHE_HOME` is ignored, as the XDG Base Directory specification asks.
  public static func cacheFolder(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(FileError) -> String {
    if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") { return join(cache, "retable") }
    if let home = environment["HOME"], home.hasPrefix("/") { return join(home, ".cache", "retable") }
    throw FileError(
      "find", "the cache folder", reason: "neither XDG_CACHE_HOME nor HOME names an absolute path",
      advice: "Set one of them, or name the folders with RETABLE_STORE and RETABLE_DATA.")
  }

  /// The folder of official data sets: `RETABLE_DATA`, else `data` in the cache folder.
  public static func dataFolder(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(FileError) -> String {
    if let named = UserEnvironment(environment).dataFolder { return named }
    return join(try cacheFolder(environment: environment), "data")
  }

  /// The file that a command's name stands for: the first executable file of that name on the `PATH` of `environment`, or nil.
  /// A name with a slash is a path already.
  public static func program(
    _ name: String, environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> String? {
    let candidates =
      name.contains("/")
      ? [name] : (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":").map { join(String($0), name) }
    return candidates.first { path in
      // A folder may be entered, which counts as executable too.
      var status = stat()
      return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
    }
  }
}
