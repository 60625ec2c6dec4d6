import Files

/// How a copy of a set differs from the published one, in the words of whoever keeps the data folder:
/// `.retable/<set>.deviation` there. Numbers that are made from the copy carry it.
extension CatalogueEntry {
  private func deviationPath(_ dataFolder: String) -> String {
    Paths.join(dataFolder, ".retable", "\(id).deviation")
  }

  /// Nil where the set is taken for what its makers published. Throws `FileError`.
  public func declaredDeviation(in dataFolder: String) throws(FileError) -> String? {
    let path = deviationPath(dataFolder)
    guard try POSIXFileSystem().statusIfPresent(of: path) != nil else { return nil }
    let words = try POSIXFileSystem().text(of: path).split(whereSeparator: \.isWhitespace)
    return words.isEmpty ? nil : words.joined(separator: " ")
  }

  /// Says how the copy differs; nil takes that back. Throws `FileError`.
  public func declare(deviation: String?, in dataFolder: String) throws {
    let path = deviationPath(dataFolder)
    guard let deviation else {
      if try POSIXFileSystem().statusIfPresent(of: path) != nil { try POSIXFileSystem().removeFile(path) }
      return
    }
    try POSIXFileSystem().makeDirectories(Paths.parent(of: path))
    try DurableFile.write(deviation + "\n", to: path)
  }
}
