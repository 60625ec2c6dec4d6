import Files
import Glibc

/// A file mapped read-only for as long as this object lives.
public final class MappedFile: @unchecked Sendable {  // the mapping never changes after `init`
  public let path: String
  private let bytes: UnsafeRawBufferPointer

  /// Throws `FileError`.
  public init(_ path: String) throws {
    let files = POSIXFileSystem()
    let file = try files.open(path, for: .reading)
    defer { try? files.close(file) }
    self.path = path
    var status = stat()
    guard fstat(file.descriptor, &status) == 0 else { throw FileError("map", path, code: errno) }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw FileError("read", path, reason: "it is a folder", advice: "Name a file.")
    }
    let count = Int(status.st_size)
    guard count > 0 else {  // mmap refuses an empty range
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let start = mmap(nil, count, PROT_READ, MAP_SHARED, file.descriptor, 0), start != MAP_FAILED else {
      throw FileError("map", path, code: errno)
    }
    bytes = UnsafeRawBufferPointer(start: start, count: count)
  }

  deinit {
    if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
  }

  public var count: Int { bytes.count }

  public func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try withExtendedLifetime(self) { try body(bytes) }
  }
}
