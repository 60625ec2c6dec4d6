import Glibc

/// A failed call on the file system: what was attempted, on what, why, and what to do about it.
public struct FileError: Error, Hashable, Sendable {
  /// What was attempted, as a verb that reads well after "cannot": `write`, `rename`, `open`.
  public let operation: String
  public let path: String
  /// The `errno` of the failed call, or 0 when the content of the file was at fault and not the call.
  public let code: Int32
  /// Why it failed, in words.
  public let reason: String
  /// What a user can do about it.
  public let advice: String

  /// The error of a failed system call, explained from its `errno`.
  public init(_ operation: String, _ path: String, code: Int32) {
    self.operation = operation
    self.path = path
    self.code = code
    reason = String(cString: strerror(code)) + " (\(Self.name(of: code)))"
    advice = Self.advice(for: code)
  }

  /// An error in what a file holds, or in how a file was asked for.
  public init(_ operation: String, _ path: String, reason: String, advice: String) {
    self.operation = operation
    self.path = path
    self.code = 0
    self.reason = reason
    self.advice = advice
  }

  /// What is at `path` is neither a regular file nor a folder.
  static func notRegular(_ path: String) -> FileError {
    FileError("open", path, reason: notRegularReason, advice: "Check the path.")
  }

  /// What is at `path` is a pipe or a device, and a file was to be put in its place.
  static func wouldReplace(_ path: String) -> FileError {
    FileError(
      "write", path, reason: "it is a pipe or a device, which a file would take the place of",
      advice: "Name a file; standard output can be redirected.")
  }

  private static let notRegularReason = "it is not a regular file"
  private var isNotRegular: Bool { code == 0 && reason == Self.notRegularReason }

  private init(_ error: FileError, path: String) {
    operation = error.operation
    self.path = path
    code = error.code
    reason = error.reason
    advice = error.advice
  }

  /// The same failure, told about the file the caller knows rather than about a temporary one.
  func about(_ path: String) -> FileError { FileError(self, path: path) }
}

extension FileError {
  /// No room: the disk is full, a quota is used up, or the process may not write larger files.
  public var isDiskFull: Bool { code == ENOSPC || code == EDQUOT || code == EFBIG }
  /// Nothing under this path.
  public var isMissing: Bool { code == ENOENT || code == ENOTDIR }
  /// What is under this path is no file that has bytes to read: a folder, a FIFO, a device, links in a circle.
  public var isNoFile: Bool { code == EISDIR || code == ELOOP || code == ENXIO || isNotRegular }
  /// Something is there, and the process or the machine cannot read it now: no permission, too many open files, a fault of the
  /// device or of the network.
  public var isDenied: Bool { [EACCES, EPERM, EMFILE, ENFILE, ENOMEM, EIO, ESTALE].contains(code) }
  /// Something is under this path already.
  public var isAlreadyThere: Bool { code == EEXIST || code == ENOTEMPTY }
  /// The call was interrupted by a signal before it did anything, and may be repeated.
  public var isInterrupted: Bool { code == EINTR }
  /// The file system has no such operation.
  var isUnsupported: Bool { code == EINVAL || code == ENOTSUP }
}

extension FileError: CustomStringConvertible {
  public var description: String { "cannot \(operation) \(path): \(reason). \(advice)" }
}

extension FileError {
  private static func name(of code: Int32) -> String {
    let names: [Int32: String] = [
      EACCES: "EACCES", EBADF: "EBADF", EBUSY: "EBUSY", EDQUOT: "EDQUOT", EEXIST: "EEXIST", EFBIG: "EFBIG",
      EINTR: "EINTR", EINVAL: "EINVAL", EIO: "EIO", EISDIR: "EISDIR", ELOOP: "ELOOP", EMFILE: "EMFILE",
      ENAMETOOLONG: "ENAMETOOLONG", ENFILE: "ENFILE", ENOENT: "ENOENT", ENOSPC: "ENOSPC",
      ENOTDIR: "ENOTDIR", ENOTEMPTY: "ENOTEMPTY", EPERM: "EPERM", EPIPE: "EPIPE", EROFS: "EROFS",
      ESTALE: "ESTALE", EWOULDBLOCK: "EWOULDBLOCK", EXDEV: "EXDEV",
    ]
    return names[code] ?? "errno \(code)"
  }

  private static func advice(for code: Int32) -> String {
    switch code {
    case ENOSPC: "Free space on this file system, or choose another folder."
    case EDQUOT: "The quota on this file system is used up: free space, or choose another folder."
    case EFBIG: "The process may not write files this large: raise the limit (ulimit -f)."
    case EACCES, EPERM: "Check the owner and the permissions of the file and of its folder."
    case EROFS: "The file system is mounted read-only: choose another folder."
    case ENOENT: "Check that the path is right and that its folder exists."
    case ENOTDIR: "A part of the path is a file where a folder is needed: check the path."
    case EISDIR: "A folder is in the place of the file: check the path."
    case EEXIST, ENOTEMPTY: "Something has this name already: remove it, or choose another name."
    case EMFILE, ENFILE: "Too many files are open: raise the limit (ulimit -n)."
    case EXDEV: "Source and target lie on different file systems: choose a folder on the same one."
    case EPIPE: "Whoever read it has left: keep the reader running, or name a file."
    case EIO: "The device reported a fault: check the disk and the kernel log before trying again."
    case ESTALE: "The file vanished from a network file system: check the mount, then try again."
    case EWOULDBLOCK: "Another process holds it: wait for that process, or stop it."
    default: "Check the path and the state of the file system, then try again."
    }
  }
}
