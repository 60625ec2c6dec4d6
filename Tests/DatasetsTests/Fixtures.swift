import Datasets
import Files
import Foundation

/// Files beside the tests and folders that vanish after a test.
enum Fixtures {
  /// A file of `reference/`, written there by the scripts in that folder.
  static func path(_ name: String, file: String = #filePath) -> String {
    URL(fileURLWithPath: file).deletingLastPathComponent().appendingPathComponent("reference/\(name)").path
  }

  static func bytes(_ name: String) throws -> [UInt8] {
    try POSIXFileSystem().contents(of: path(name))
  }

  /// Runs `body` with an empty folder.
  @discardableResult
  static func withFolder<R>(_ body: (String) throws -> R) throws -> R {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "datasets-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder.path)
  }

  /// Writes `bytes` to a file of that name in a new folder and runs `body` with its path.
  @discardableResult
  static func withFile<R>(_ name: String, _ bytes: [UInt8], _ body: (String) throws -> R) throws -> R {
    try withFolder { folder in
      let path = Paths.join(folder, name)
      try DurableFile.write(bytes, to: path)
      return try body(path)
    }
  }

  /// The grid of `tiny.npz`.
  static let tinyGrid = FactorGrid(names: FactorGrid.dSprites.names, sizes: [2, 1, 2, 2, 3])

  /// The images of `tiny.npz`, by the rule that `archives.py` states.
  static func tinyWords(_ image: Int) -> [UInt64] {
    (0..<64).map { row in
      (0..<64).reduce(0) { word, column in
        word | ((7 * image + 3 * row + column * column) % 5 == 0 ? 1 : 0) << UInt64(column)
      }
    }
  }

  static func tiny() -> DSprites {
    DSprites(packed: (0..<24).flatMap(tinyWords), grid: tinyGrid, provenance: .other("test"))
  }
}

extension ImageCollection {
  /// How many images each class has, in the order of `classes`.
  var classCounts: [Int] {
    labels.reduce(into: [Int](repeating: 0, count: classes.count)) { $0[$1] += 1 }
  }
}

/// The data folder that the environment names, or nil.
let dataFolder = ProcessInfo.processInfo.environment["RETABLE_DATA"].flatMap { $0.isEmpty ? nil : $0 }

extension Array where Element == UInt8 {
  /// The bytes with every occurrence of `old` replaced by `new`, which must have as many bytes.
  func replacing(_ old: String, with new: String) -> [UInt8] {
    precondition(old.utf8.count == new.utf8.count, "\"\(old)\" and \"\(new)\" differ in length")
    var result = self
    var position = 0
    while position + old.utf8.count <= count {
      if result[position...].starts(with: old.utf8) {
        result.replaceSubrange(position..<(position + old.utf8.count), with: new.utf8)
      }
      position += 1
    }
    return result
  }
}

extension ByteImages {
  /// Images, channels, rows, columns.
  var shape: [Int] { [count, channels, height, width] }
}
