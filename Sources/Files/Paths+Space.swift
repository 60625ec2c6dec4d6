import Glibc

extension Paths {
  /// Fails early where `bytes` will not fit on the file system of `folder`.
  ///
  /// A margin of 1/64 and 16 MiB is asked for besides: a file system wants room for its own tables, and others write too.
  public static func requireSpace(
    for bytes: Int, in folder: String, using files: some FileSystem = POSIXFileSystem()
  ) throws(FileError) {
    let space = try retryingInterrupted { () throws(FileError) in try files.space(at: folder) }
    // Sizes come from servers and archives: a sum beyond all numbers is too large for any disk.
    let (needed, overflow) = bytes.addingReportingOverflow(bytes / 64 + (16 << 20))
    guard overflow || space.available < needed else { return }
    throw FileError(
      "reserve \(bytes / (1 << 20)) MiB (\(space.available / (1 << 20)) MiB are free) in", folder,
      code: ENOSPC)
  }
}
