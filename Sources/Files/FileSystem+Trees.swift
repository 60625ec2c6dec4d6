extension FileSystem {
  /// The names in a folder, sorted by their bytes, without those of unfinished things.
  public func sortedNames(in directory: String) throws(FileError) -> [String] {
    try allNames(in: directory).filter { !TemporaryName.matches($0) }
  }

  /// Creates a folder and those above it that are missing. One that exists already is fine.
  public func makeDirectories(_ path: String) throws(FileError) {
    let isNew: Bool
    do throws(FileError) {
      isNew = try makeOneDirectory(path)
    } catch {
      let parent = Paths.parent(of: path)
      guard error.isMissing, parent != path else { throw error }
      guard try statusIfPresent(of: parent) != nil else {
        try makeDirectories(parent)
        try makeDirectories(path)
        return
      }
      // Another process has made the parent meanwhile; or (proc) it is there and refuses, now as before.
      isNew = try makeOneDirectory(path)
    }
    // A new folder lasts only when the entry in its parent does.
    if isNew { try synchronize(path: Paths.parent(of: path), as: .directory) }
  }

  /// A folder in one that is there; false where there is such a folder already.
  private func makeOneDirectory(_ path: String) throws(FileError) -> Bool {
    do throws(FileError) {
      try retryingInterrupted { () throws(FileError) in try makeDirectory(path) }
      return true
    } catch {
      // Another process may have made it meanwhile; only a thing that is no folder is in the way.
      guard error.isAlreadyThere, try statusIfPresent(of: path)?.kind == .directory else { throw error }
      return false
    }
  }

  /// Removes a file, or a folder with all it holds; symbolic links are removed, not followed. Nothing there is fine.
  public func removeTree(_ path: String) throws(FileError) {
    guard let status = try statusIfPresent(of: path, followingLinks: false) else { return }
    if status.kind == .directory {
      for name in try allNames(in: path) { try removeTree(Paths.join(path, name)) }
    }
    do throws(FileError) {
      try retryingInterrupted { () throws(FileError) in
        if status.kind == .directory { try removeDirectory(path) } else { try removeFile(path) }
      }
    } catch {
      guard error.isMissing else { throw error }
    }
  }

  /// Removes from a folder what processes of this machine that were killed have left unfinished in it.
  public func removeAbandoned(in directory: String) throws(FileError) {
    for name in try allNames(in: directory) where TemporaryName.isAbandoned(name) {
      try removeTree(Paths.join(directory, name))
    }
  }

  /// The regular files below a folder as paths relative to it, sorted by their bytes.
  public func files(below directory: String) throws(FileError) -> [String] {
    var found: [String] = []
    try collectFiles(below: directory, prefix: "", into: &found)
    return found.sorted(by: bytewise)
  }

  private func collectFiles(
    below directory: String, prefix: String, into found: inout [String]
  ) throws(FileError) {
    for name in try allNames(in: directory) {
      let path = Paths.join(directory, name)
      switch try retryingInterrupted({ () throws(FileError) in try status(of: path, followingLinks: false) })
        .kind
      {
      case .file: found.append(prefix + name)
      case .directory: try collectFiles(below: path, prefix: prefix + name + "/", into: &found)
      case .symbolicLink, .other: break
      }
    }
  }

  func allNames(in directory: String) throws(FileError) -> [String] {
    try retryingInterrupted { () throws(FileError) in try names(in: directory) }.sorted(by: bytewise)
  }
}

/// The order of the bytes, the same on every machine and in every locale.
private func bytewise(_ left: String, _ right: String) -> Bool {
  left.utf8.lexicographicallyPrecedes(right.utf8)
}
