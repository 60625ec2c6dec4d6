import Foundation
import Glibc

/// A lock that one process holds on a file, given back by the kernel when the process dies.
///
/// The file stays when the lock is released: removing it would let two processes lock two different files of one name.
/// While the lock is held the file says who holds it, for people to read; nothing is ever decided by that text. The lock
/// does not pass to child processes. A link in the place of the file is not followed: taking a lock empties the file.
/// On network file systems it is only as good as the server's lock service.
public final class FileLock: Sendable {
  /// Who holds a lock, as the holder wrote it down.
  public struct Holder: Codable, Hashable, Sendable, CustomStringConvertible {
    public let process: Int32
    public let host: String
    /// When the lock was taken, ISO 8601, UTC.
    public let since: String

    public var description: String { "process \(process) on \(host) since \(since)" }
  }

  public let path: String
  private let descriptor: Int32

  private init(path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
  }

  deinit {
    // The text goes first: once the lock is free, the next holder writes its own.
    ftruncate(descriptor, 0)
    close(descriptor)
  }

  /// Takes the lock, or returns nil where another holder has it.
  public static func tryLock(_ path: String) throws(FileError) -> FileLock? {
    while true {
      let descriptor = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else {
        if errno == EINTR { continue }
        throw OwnFile.error("open lock", path, code: errno)
      }
      do throws(FileError) {
        try OwnFile.require(OpenFile(descriptor: descriptor, path: path))
      } catch {
        close(descriptor)
        throw error
      }
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        let code = errno
        close(descriptor)
        if code == EINTR { continue }
        if code == EWOULDBLOCK { return nil }
        throw FileError("lock", path, code: code)
      }
      // Somebody may have removed the file between the two calls: such a lock keeps nobody out.
      guard isStillNamed(path, descriptor) else {
        close(descriptor)
        continue
      }
      let lock = FileLock(path: path, descriptor: descriptor)
      // The text decides nothing, and a full disk has no room for it: what makes room needs its lock all the same.
      try? lock.writeHolder()
      return lock
    }
  }

  /// Waits for the lock.
  ///
  /// - Parameters:
  ///   - isInterrupted: asked several times a second; waiting ends when it says true.
  ///   - onWait: called once, with the holder as far as it is known, when the lock is not free at once.
  /// - Throws: `FileError`, or `CancellationError` when interrupted.
  public static func lock(
    _ path: String, isInterrupted: () -> Bool = { false }, onWait: (Holder?) -> Void = { _ in }
  ) throws -> FileLock {
    var pause: UInt32 = 1000
    var hasTold = false
    while true {
      if isInterrupted() { throw CancellationError() }
      if let lock = try tryLock(path) { return lock }
      if !hasTold {
        onWait(holder(of: path))
        hasTold = true
      }
      usleep(pause)
      pause = min(pause * 2, 200_000)
    }
  }

  /// Whether some process holds the lock now. Asks the kernel, and changes nothing: not even the file is created.
  public static func isHeld(_ path: String) -> Bool {
    let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_SH | LOCK_NB) != 0
  }

  /// What the lock file says about its holder: nil where nobody holds it or the text cannot be read.
  public static func holder(of path: String) -> Holder? {
    let contents = try? POSIXFileSystem().contents(of: path, upTo: 4096)
    guard let contents, !contents.isEmpty else { return nil }
    return try? JSON(parsing: contents).decode(Holder.self)
  }

  private static func isStillNamed(_ path: String, _ descriptor: Int32) -> Bool {
    var named = stat()
    var held = stat()
    guard lstat(path, &named) == 0, fstat(descriptor, &held) == 0 else { return false }
    return named.st_ino == held.st_ino && named.st_dev == held.st_dev
  }

  private func writeHolder() throws(FileError) {
    let now = Date().formatted(.iso8601)
    let holder = Holder(process: getpid(), host: ProcessInfo.processInfo.hostName, since: now)
    let text: JSON = [
      "process": .int(Int(holder.process)), "host": .string(holder.host), "since": .string(now),
    ]
    guard ftruncate(descriptor, 0) == 0 else { throw FileError("write lock", path, code: errno) }
    let file = OpenFile(descriptor: descriptor, path: path)
    try POSIXFileSystem().writeAll(Array((text.canonical + "\n").utf8), to: file)
  }
}
