import Foundation
import HDF5
import Manifest

/// The layout of `results.h5`; see `docs/formats.md`.
enum ResultsFile {
  static let format = "retable results"
  /// Raised when a reader of the former layout would misread the file.
  static let layout = 3

  /// JSON with sorted keys. Not by way of `JSON`, whose integers end at 63 bits: a seed has 64.
  static func text(of experiment: Experiment) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(experiment), as: UTF8.self)
  }

  /// The groups of every row, measured or not.
  static let groups = ["columns", "outcomes", "search", "training"]

  static func outcomesPath(_ row: String, _ source: String) -> String { "rows/\(row)/outcomes/\(source)" }
  static func cellPath(_ row: String, _ column: String) -> String { "rows/\(row)/columns/\(column)" }
  static func searchPath(_ row: String, _ repetition: Int) -> String {
    "rows/\(row)/search/repeat-\(repetition)"
  }
  static func trainingPath(_ row: String, _ repetition: Int) -> String {
    "rows/\(row)/training/repeat-\(repetition)"
  }

  /// Beside the groups of rows, and in those of rows that have images of scenes.
  static let examples = "examples"

  static func examplesPath(_ subject: SceneExamples.Subject, _ direction: String) -> String {
    switch subject {
    case .row(let row): "rows/\(row)/\(examples)/\(direction)"
    case .input: "\(examples)/\(direction)/input"
    case .truth: "\(examples)/\(direction)/truth"
    }
  }
}

extension TableResults {
  /// Writes the results as an HDF5 file, durably; equal results give equal bytes.
  ///
  /// Throws `ResultsError` where repeats of one cell differ in shape or a name cannot be one of an HDF5 object,
  /// `HDF5Error` and `FileError`.
  public func save(to path: String) throws {
    let writer = ResultsWriter(path: path, results: self)
    try writer.check()
    try HDF5File.write(to: path) { try writer.write(to: $0) }
  }

  /// Reads a file that `save` has written.
  ///
  /// Throws `ResultsError` where the file holds something else, comes from a newer version or contradicts itself, and
  /// `HDF5Error` where it is missing, cut off or damaged.
  public init(file path: String) throws {
    let file = try HDF5File(reading: path)
    defer { try? file.close() }
    self = try ResultsReader(path: path, root: file.root).read()
  }
}
