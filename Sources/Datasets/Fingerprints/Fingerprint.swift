import Files

/// A few hexadecimal digits that stand for the content of files: when a byte of them changes, so do they.
///
/// Names and contents count, in the order given; times and places on the disk do not. All bytes are read once, and
/// again where the file system shows that a file is another one (see `DigestCache`).
public enum Fingerprint {
  /// The fingerprint of the bytes of a file, whatever it is called; or of all files of a folder and of those below it, known
  /// by their paths in it.
  ///
  /// Throws `DatasetError.notAFile` for what is neither file nor folder, and `FileError`.
  public static func ofContent(_ path: String, digests: DigestCache = DigestCache()) throws -> String {
    var digest = RunningDigest()
    guard try POSIXFileSystem().status(of: path, followingLinks: true).kind == .directory else {
      for content in try contents(of: [path], digests) { add("", content, to: &digest) }
      return short(digest)
    }
    let names = try FileTree.files(below: path)
    // Names of files in folders below count too.
    for name in names { add(text: name, to: &digest) }
    add(text: try ofFiles(names.map { Paths.join(path, $0) }, digests: digests), to: &digest)
    return short(digest)
  }

  /// The fingerprint of files in the order given, known by the last part of their paths.
  ///
  /// Throws `FileError` where one is missing, cannot be read, or is no regular file.
  public static func ofFiles(_ paths: [String], digests: DigestCache = DigestCache()) throws -> String {
    var digest = RunningDigest()
    for (path, content) in zip(paths, try contents(of: paths, digests)) {
      add(Paths.name(of: path), content, to: &digest)
    }
    return short(digest)
  }

  private static func contents(of paths: [String], _ digests: DigestCache) throws -> [FileDigest] {
    try zip(paths, digests.digests(of: paths, group: paths.first ?? "")).map { path, content in
      if let content { return content }
      // Opening it says why there is no digest.
      try POSIXFileSystem().close(POSIXFileSystem().open(path, for: .reading))
      throw FileError("read", path, reason: "it has changed meanwhile", advice: "Try again.")
    }
  }

  static func add(text: String, to digest: inout RunningDigest) {
    var text = text + "\n"
    text.withUTF8 { digest.update(UnsafeRawBufferPointer($0)) }
  }

  /// Adds a file by its name and its content; nil stands for what has no content to read.
  static func add(_ name: String, _ content: FileDigest?, to digest: inout RunningDigest) {
    // No name holds a zero byte, so the two cannot be mistaken for one another.
    var name = name + "\0"
    name.withUTF8 { digest.update(UnsafeRawBufferPointer($0)) }
    for word in 0..<4 {
      withUnsafeBytes(of: (content?.words[word] ?? 0).littleEndian) { digest.update($0) }
    }
  }

  static func short(_ digest: RunningDigest) -> String { String(digest.hex.prefix(16)) }
}
