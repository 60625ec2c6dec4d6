import Glibc

/// What may be written to by a name that stays the same, in a folder where others may have been before.
///
/// A link planted under such a name would have its target emptied or grown. So the last part of the path is never
/// followed, only regular files are taken, and in a folder that everybody may write to only one's own files, of which
/// this is the only name: a hard link to a file of ours would pass for one.
enum OwnFile {
  /// Throws where a file that was opened without following links is none that may be written to.
  static func require(_ file: OpenFile) throws(FileError) {
    let status = try status(of: file)
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw FileError(
        "open", file.path, reason: "it is no regular file",
        advice: "Remove it: something else stands where a file of lines or a lock belongs.")
    }
    var folder = stat()
    guard stat(Paths.parent(of: file.path), &folder) == 0, folder.st_mode & S_IWOTH != 0 else { return }
    guard status.st_uid == geteuid(), status.st_nlink <= 1 else {
      throw FileError(
        "open", file.path,
        reason: "everybody may write to its folder, and it is not a file that this user alone has named",
        advice: "Remove the file, or use a folder that others may not write to.")
    }
  }

  /// Throws for pipes and devices, which have no beginning and no end.
  static func requireReadable(_ file: OpenFile) throws(FileError) {
    let kind = try status(of: file).st_mode & S_IFMT
    // A folder is told by the first read, with a code of its own.
    guard kind == S_IFREG || kind == S_IFDIR else {
      throw .notRegular(file.path)
    }
  }

  /// The error of a failed `open`. A link in the place of a file is told as one; the system speaks of too many of them.
  static func error(_ verb: String, _ path: String, code: Int32) -> FileError {
    var status = stat()
    guard code == ELOOP, lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else {
      return FileError(verb, path, code: code)
    }
    return FileError(
      verb, path, reason: "it is a symbolic link, and what it leads to would be written to",
      advice: "Find out who made it, and remove it.")
  }

  private static func status(of file: OpenFile) throws(FileError) -> stat {
    var status = stat()
    guard fstat(file.descriptor, &status) == 0 else { throw FileError("look at", file.path, code: errno) }
    return status
  }
}
