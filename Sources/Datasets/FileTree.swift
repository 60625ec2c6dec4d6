import Files
import Glibc

/// The files of a folder as they are read: links to files and to folders count as what they lead to.
enum FileTree {
  /// Paths below the folder, sorted by their bytes.
  ///
  /// Throws `DatasetError.notAFile` where something is neither file nor folder, or a link leads nowhere or back to a
  /// folder that it lies in; `FileError`.
  static func files(below folder: String) throws -> [String] {
    let (files, odd) = try walk(folder)
    if let first = odd.first { throw DatasetError.notAFile(path: first.path, reason: first.reason) }
    return files
  }

  /// The files, and what is none, with why.
  static func walk(_ folder: String) throws(FileError) -> (
    files: [String], odd: [(path: String, reason: String)]
  ) {
    var walk = Walk()
    try walk.enter(folder, prefix: "", within: [])
    walk.files.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    return (walk.files, walk.odd)
  }

  private struct Walk {
    var files: [String] = []
    var odd: [(path: String, reason: String)] = []

    struct Folder: Hashable {
      let device: UInt64
      let inode: UInt64
    }

    mutating func enter(_ folder: String, prefix: String, within above: Set<Folder>) throws(FileError) {
      var status = stat()
      guard stat(folder, &status) == 0 else { throw FileError("look at", folder, code: errno) }
      let here = Folder(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
      guard !above.contains(here) else {
        odd.append((folder, "it is a link to a folder that it lies in"))
        return
      }
      let system = POSIXFileSystem()
      for name in try system.names(in: folder) {
        let path = Paths.join(folder, name)
        guard stat(path, &status) == 0 else {
          guard [ENOENT, ENOTDIR, ELOOP].contains(errno) else {
            throw FileError("look at", path, code: errno)
          }
          // A file that has gone meanwhile is none; a link that is there and leads nowhere is to be told.
          if try system.exists(path) { odd.append((path, "it is a link to nothing")) }
          continue
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG: files.append(prefix + name)
        case S_IFDIR: try enter(path, prefix: prefix + name + "/", within: above.union([here]))
        default: odd.append((path, "it is neither a file nor a folder"))
        }
      }
    }
  }
}
