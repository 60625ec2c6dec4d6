import Glibc

/// The limit on open files (`ulimit -n`), which starting a process comes up against first.
public enum OpenFiles {
  /// Throws `FileError` where so few files can still be opened that a process could not be started: Foundation makes
  /// pipes without descriptors there, and names another reason later, or none.
  public static func requireRoomForProcess() throws(FileError) {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    let open = try POSIXFileSystem().names(in: "/proc/self/fd").count
    guard limit.rlim_cur < rlim_t(open + needed) else { return }
    throw FileError("start", "another process", code: EMFILE)
  }

  /// Files that starting a process takes at the most, with room.
  private static let needed = 24
}
