import Files
import Glibc

/// What the file system says of a file without reading it. While it stays the same, so have the bytes, as far as whoever
/// wrote them went through the file system.
///
/// The time of the last change (ctime) is set by the kernel alone: it moves where a file is replaced by one of the same
/// length and its time of modification is put back, as `cp -p`, `rsync` and `touch` do.
struct FileStamp: Hashable, Sendable {
  let device: UInt64
  let inode: UInt64
  /// Bytes.
  let size: Int64
  /// Nanoseconds since 1970.
  let modified: Int64
  let changed: Int64

  /// Clocks of file systems tick in up to two seconds (FAT): a file that was touched so recently may be written again
  /// without another stamp.
  static let granularity: Int64 = 2_000_000_000

  /// Whether bytes that are written after `now`, in nanoseconds since 1970, will show in the stamp.
  func isSettled(at now: Int64) -> Bool { changed < now && now - changed > Self.granularity }
}

extension FileStamp {
  /// Of the regular file at `path`, links followed; nil where nothing or something else is there, or it may not be
  /// looked at.
  init?(ofFileAt path: String) {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    self.init(status)
  }

  init?(of file: OpenFile) {
    var status = stat()
    guard fstat(file.descriptor, &status) == 0 else { return nil }
    self.init(status)
  }

  private init(_ status: stat) {
    func nanoseconds(_ time: timespec) -> Int64 { Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec) }
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    size = Int64(status.st_size)
    modified = nanoseconds(status.st_mtim)
    changed = nanoseconds(status.st_ctim)
  }

  /// Now, by the clock that stamps the files of this machine.
  static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
  }
}
