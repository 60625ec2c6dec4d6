import Datasets
import Files
import LinearAlgebra
import Manifest
import Pipeline

/// What an `encode` step leaves: `train.f32` and `test.f32`, row-major little-endian single precision, one row per
/// image in the order of its split, and `features.json`, which says how many.
struct FeatureDescription: Codable {
  static let file = "features.json"

  let columns: Int
  /// Rows by split.
  let rows: [String: Int]
  /// Feature maps of the widest layer: what the papers call feature units.
  let units: Int
  /// Whether a classifier scales every feature by its mean and deviation first.
  let standardise: Bool
  /// Whether the rows of the training images are followed by those of their mirror images.
  let isMirrored: Bool?
  /// Whether the training images have variances about their features, in a file like theirs that holds logarithms.
  let hasSpread: Bool?

  static func spreadFile(_ split: String) -> String { "\(split)-log-variances.f32" }

  init(
    columns: Int, rows: [String: Int], units: Int, standardise: Bool, hasSpread: Bool? = nil,
    isMirrored: Bool? = nil
  ) {
    self.isMirrored = isMirrored
    self.hasSpread = hasSpread
    self.columns = columns
    self.rows = rows
    self.units = units
    self.standardise = standardise
  }

  func save(in folder: String) throws { try JSON.write(self, to: "\(folder)/\(Self.file)") }

  init(folder: String) throws { self = try JSON.read(Self.self, at: "\(folder)/\(Self.file)") }

  /// - Throws: `StepsError` where the training images have mirror images, and they are not asked for.
  func features(of split: String, folder: String, withMirrorImages: Bool = false) throws -> MappedRows {
    guard withMirrorImages || isMirrored != true || split != Split.train else {
      throw StepsError(
        .failed,
        "features of mirror images are for classifiers that need no training of their own, such as l2-svm; leave out `mirrored`"
      )
    }
    return try MappedRows("\(folder)/\(split).f32", rows: rows[split] ?? 0, columns: columns)
  }

  /// Logarithms of the variances about the features; nil where the features have none.
  func logVariances(of split: String, folder: String) throws -> MappedRows? {
    guard hasSpread == true else { return nil }
    return try MappedRows(
      "\(folder)/\(Self.spreadFile(split))", rows: rows[split] ?? 0, columns: columns)
  }
}

/// A file of single-precision rows, mapped: pages come and go with use, whatever the size of the file.
struct MappedRows: RowSource {
  let rows: Int
  let columns: Int
  private let file: MappedFile

  init(_ path: String, rows: Int, columns: Int) throws {
    file = try MappedFile(path)
    guard file.count == rows * columns * MemoryLayout<Float>.stride else {
      throw StepsError(
        .corruptInput, "\(path) has \(file.count) bytes, not those of \(rows) rows of \(columns) numbers")
    }
    self.rows = rows
    self.columns = columns
  }

  func withRows<R>(_ range: Range<Int>, _ body: (UnsafeBufferPointer<Float>) throws -> R) throws -> R {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of a file with \(rows) rows")
    return try file.withUnsafeBytes {
      let numbers = $0.bindMemory(to: Float.self)
      return try body(
        UnsafeBufferPointer(rebasing: numbers[(range.lowerBound * columns)..<(range.upperBound * columns)]))
    }
  }
}

/// Writes a file of rows block by block, so that all of them never are in memory together.
final class RowFileWriter {
  private let files = POSIXFileSystem()
  private let file: OpenFile
  private var isOpen = true

  init(_ path: String) throws { file = try POSIXFileSystem().open(path, for: .creating) }

  /// Whoever is interrupted between two blocks closes nothing.
  deinit { if isOpen { try? files.close(file) } }

  func append(_ rows: UnsafeBufferPointer<Float>) throws {
    try files.writeAll(UnsafeRawBufferPointer(rows), to: file)
  }

  func close() throws {
    isOpen = false
    try files.close(file)
  }
}
