import Files
import Foundation

/// A fresh folder that is gone when the value is.
public final class TemporaryDirectory: Sendable {
  public let path: String

  public init() throws {
    let base = FileManager.default.temporaryDirectory.path
    path = Paths.join(base, "retable-test-\(UUID().uuidString)")
    try POSIXFileSystem().makeDirectories(path)
  }

  deinit { try? POSIXFileSystem().removeTree(path) }

  /// A path inside the folder.
  public func path(_ name: String) -> String { Paths.join(path, name) }

  /// Creates a file, and the folders above it, without any ceremony for durability.
  @discardableResult
  public func file(_ name: String, _ bytes: some Collection<UInt8>) throws -> String {
    let path = path(name)
    try POSIXFileSystem().makeDirectories(Paths.parent(of: path))
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }

  /// The names of all regular files below the folder, unfinished ones included, sorted.
  public func files() throws -> [String] { try POSIXFileSystem().files(below: path) }
}
