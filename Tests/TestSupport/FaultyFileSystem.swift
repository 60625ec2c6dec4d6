import Files
import Glibc
import Synchronization

/// A file system that does what it should until a chosen call, which fails in a chosen way.
public final class FaultyFileSystem: FileSystem {
  public enum Fault: Hashable, Sendable {
    /// The call fails and does nothing.
    case error(Int32)
    /// The call does its work and then reports a failure, as a network file system may.
    case errorAfterwards(Int32)
    /// This call and all later ones fail, as on a disk that has filled up for good.
    case errorFromNowOn(Int32)
    /// A write or a read moves one byte only. Other calls are not affected.
    case short
    /// The process is killed: a write puts half of its bytes down, and nothing happens any more, not even cleaning up.
    case halt
  }

  private struct State {
    var calls = 0
    var hasStruck = false
    var isHalted = false
    var open: Set<Int32> = []
    var strayCloses = 0
    var log: [String] = []
  }

  private let base = POSIXFileSystem()
  private let state = Mutex(State())
  private let position: Int
  private let fault: Fault

  /// A file system whose call number `position`, counted from 0, meets the fault.
  public init(failingAt position: Int, with fault: Fault) {
    self.position = position
    self.fault = fault
  }

  /// A file system without faults, which keeps the log of its calls all the same.
  public convenience init() { self.init(failingAt: .max, with: .halt) }

  /// Whether the fault has had its effect. While it has not, `position` lay beyond the last call.
  public var hasStruck: Bool { state.withLock { $0.hasStruck } }

  /// Files that were opened and never closed.
  public var openFiles: Int { state.withLock { $0.open.count } }

  /// Descriptors that were closed again: by then the number may belong to another file.
  public var strayCloses: Int { state.withLock { $0.strayCloses } }

  /// The calls so far: the name of the operation and the last part of its path.
  public var log: [String] { state.withLock { $0.log } }

  private enum Effect {
    case none
    case before(Int32)
    case after(Int32)
    case short, halt
  }

  private func effect(on operation: String, _ path: String, mayBeShort: Bool = false) -> Effect {
    state.withLock { state in
      defer { state.calls += 1 }
      state.log.append("\(operation) \(Paths.name(of: path))")
      if state.isHalted { return .before(EIO) }
      guard state.calls >= position else { return .none }
      if case .errorFromNowOn(let code) = fault {
        state.hasStruck = true
        return .before(code)
      }
      guard state.calls == position else { return .none }
      if fault == .short {
        state.hasStruck = mayBeShort
        return mayBeShort ? .short : .none
      }
      state.hasStruck = true
      switch fault {
      case .error(let code), .errorFromNowOn(let code): return .before(code)
      case .errorAfterwards(let code): return .after(code)
      case .short: return .short
      case .halt:
        state.isHalted = true
        return .halt
      }
    }
  }

  private func perform<Value>(
    _ operation: String, _ path: String, _ body: () throws(FileError) -> Value
  ) throws(FileError) -> Value {
    switch effect(on: operation, path) {
    case .none, .short: return try body()
    case .before(let code): throw FileError(operation, path, code: code)
    case .halt: throw FileError(operation, path, code: EIO)
    case .after(let code):
      _ = try body()
      throw FileError(operation, path, code: code)
    }
  }
}

extension FaultyFileSystem {
  public func open(_ path: String, for access: FileAccess) throws(FileError) -> OpenFile {
    let result: Result<OpenFile, FileError>
    switch effect(on: "open", path) {
    case .none, .short: result = .success(try base.open(path, for: access))
    case .before(let code): throw FileError("open", path, code: code)
    case .halt: throw FileError("open", path, code: EIO)
    case .after(let code):
      // The file has been created, but the caller never sees a descriptor.
      try base.close(base.open(path, for: access))
      result = .failure(FileError("open", path, code: code))
    }
    let file = try result.get()
    state.withLock { _ = $0.open.insert(file.descriptor) }
    return file
  }

  public func close(_ file: OpenFile) throws(FileError) {
    // A descriptor is gone after close, whatever close reports, and after the end of its process.
    let wasOpen = state.withLock { state in
      let wasOpen = state.open.remove(file.descriptor) != nil
      if !wasOpen { state.strayCloses += 1 }
      return wasOpen
    }
    guard wasOpen else { throw FileError("close", file.path, code: EBADF) }
    let outcome = effect(on: "close", file.path)
    try base.close(file)
    switch outcome {
    case .none, .short: break
    case .before(let code), .after(let code): throw FileError("close", file.path, code: code)
    case .halt: throw FileError("close", file.path, code: EIO)
    }
  }

  public func read(
    _ file: OpenFile, into buffer: UnsafeMutableRawBufferPointer, at offset: Int
  ) throws(FileError) -> Int {
    switch effect(on: "read", file.path, mayBeShort: buffer.count > 1) {
    case .none: return try base.read(file, into: buffer, at: offset)
    case .short:
      return try base.read(file, into: UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(1)), at: offset)
    case .before(let code), .after(let code): throw FileError("read", file.path, code: code)
    case .halt: throw FileError("read", file.path, code: EIO)
    }
  }

  public func write(_ file: OpenFile, _ bytes: UnsafeRawBufferPointer) throws(FileError) -> Int {
    switch effect(on: "write", file.path, mayBeShort: bytes.count > 1) {
    case .none: return try base.write(file, bytes)
    case .short: return try base.write(file, UnsafeRawBufferPointer(rebasing: bytes.prefix(1)))
    case .before(let code): throw FileError("write", file.path, code: code)
    case .after(let code):
      _ = try base.write(file, bytes)
      throw FileError("write", file.path, code: code)
    case .halt:
      _ = try base.write(file, UnsafeRawBufferPointer(rebasing: bytes.prefix(bytes.count / 2)))
      throw FileError("write", file.path, code: EIO)
    }
  }

  public func synchronize(_ file: OpenFile) throws(FileError) {
    try perform("synchronize", file.path) { () throws(FileError) in try base.synchronize(file) }
  }
  public func setPermissions(_ file: OpenFile, _ permissions: UInt32) throws(FileError) {
    try perform("set permissions", file.path) { () throws(FileError) in
      try base.setPermissions(file, permissions)
    }
  }
  public func rename(_ source: String, to target: String) throws(FileError) {
    try perform("rename", target) { () throws(FileError) in try base.rename(source, to: target) }
  }
  public func makeDirectory(_ path: String) throws(FileError) {
    try perform("make directory", path) { () throws(FileError) in try base.makeDirectory(path) }
  }
  public func removeFile(_ path: String) throws(FileError) {
    try perform("remove", path) { () throws(FileError) in try base.removeFile(path) }
  }
  public func removeDirectory(_ path: String) throws(FileError) {
    try perform("remove directory", path) { () throws(FileError) in try base.removeDirectory(path) }
  }
  public func status(of path: String, followingLinks: Bool) throws(FileError) -> FileStatus {
    try perform("status", path) { () throws(FileError) in
      try base.status(of: path, followingLinks: followingLinks)
    }
  }
  public func names(in directory: String) throws(FileError) -> [String] {
    try perform("names", directory) { () throws(FileError) in try base.names(in: directory) }
  }
  public func space(at path: String) throws(FileError) -> FileSystemSpace {
    try perform("space", path) { () throws(FileError) in try base.space(at: path) }
  }
}
