import Files

extension Store {
  /// Lets a network file system forget that an artifact was not there.
  ///
  /// An NFS client keeps "no such name" for up to a minute; opening the folder above makes it ask the server whether
  /// the folder has changed, and a change lets it forget.
  func lookAfresh(for identities: [String]) {
    for folder in Set(identities.map { Paths.parent(of: artifact($0)) }) {
      _ = try? POSIXFileSystem().sortedNames(in: folder)
    }
  }
}
