/// Why a results file could not be written or read: what was attempted, on which file, why, and what to do.
public struct ResultsError: Error, Hashable, Sendable {
  /// What was attempted, as a verb that reads well after "cannot": `read`, `save`.
  public let operation: String
  public let path: String
  public let reason: String
  public let advice: String

  public init(_ operation: String, _ path: String, reason: String, advice: String) {
    self.operation = operation
    self.path = path
    self.reason = reason
    self.advice = advice
  }
}

extension ResultsError: CustomStringConvertible {
  public var description: String { "cannot \(operation) \(path): \(reason). \(advice)" }
}

extension ResultsError {
  static func foreign(_ path: String) -> ResultsError {
    ResultsError(
      "read", path, reason: "it is an HDF5 file, but not one with the results of a table",
      advice: "Name a results.h5 that `retable run` has written.")
  }

  static func newer(_ path: String, layout: Int) -> ResultsError {
    ResultsError(
      "read", path,
      reason: "it has layout \(layout), and this program knows layouts up to \(ResultsFile.layout)",
      advice: "Read it with a newer version of retable.")
  }

  static func damaged(_ path: String, _ reason: String) -> ResultsError {
    ResultsError(
      "read", path, reason: reason,
      advice: "The file is damaged or was changed by hand: make it again with `retable run`.")
  }

  static func uneven(_ path: String, _ object: String, _ reason: String) -> ResultsError {
    ResultsError(
      "save", path, reason: "\(object): \(reason)",
      advice: "Repeats of one cell are measured by one protocol: check the step that scores it.")
  }
}
