import Files

/// Making what a data folder holds, which processes of several machines may want to make at once.
enum Placing {
  /// Runs `body`, which makes `target` under temporary names beside it, while nobody else does.
  ///
  /// What killed processes have left of it is removed first: it may be why there is no room. The lock says that nobody
  /// writes to it any more; the number in its name says nothing about a process of another machine.
  ///
  /// Throws `FileError`, also where another process is at it, and what `body` throws.
  static func alone(_ target: String, _ body: () throws -> Void) throws {
    guard let lock = try FileLock.tryLock(target + ".lock") else {
      throw FileError(
        "make", target, reason: "another process is making it",
        advice: "Wait for that process, or stop it.")
    }
    defer { withExtendedLifetime(lock) { try? POSIXFileSystem().removeTree(target + ".lock") } }
    try removeUnfinished(target)
    try body()
  }

  private static func removeUnfinished(_ target: String) throws(FileError) {
    let (files, folder) = (POSIXFileSystem(), Paths.parent(of: target))
    let start = ".\(Paths.name(of: target))."
    for name in try files.names(in: folder) where TemporaryName.matches(name) && name.hasPrefix(start) {
      // The process and the ending. More than that, and it is another target, whose name begins with this one's.
      guard name.dropFirst(start.count).split(separator: ".").count == 2 else { continue }
      // What belongs to somebody else may have to stay.
      try? files.removeTree(Paths.join(folder, name))
    }
  }
}
