/// One problem of a manifest: what is wrong, where, and what to write instead.
public struct Diagnostic: Sendable, Hashable {
  public enum Severity: String, Sendable, Codable {
    case error, warning
  }

  public var severity: Severity
  /// The path as the caller gave it, or of the included file.
  public var file: String
  /// Counted from 1; 0 where the problem is the file as a whole.
  public var line: Int
  /// Counted from 1 in Unicode scalars; 0 where the problem is the file as a whole.
  public var column: Int
  public var message: String
  /// What to do: "did you mean `label`?".
  public var suggestion: String?
  /// The line of the file, without its end.
  public var sourceLine: String?
  /// How many columns are underlined, at least 1.
  public var length: Int

  public init(
    _ severity: Severity = .error, file: String, line: Int = 0, column: Int = 0, length: Int = 1,
    sourceLine: String? = nil, message: String, suggestion: String? = nil
  ) {
    self.severity = severity
    self.file = file
    self.line = line
    self.column = column
    self.message = message
    self.suggestion = suggestion
    self.sourceLine = sourceLine
    self.length = max(1, length)
  }

  init(_ severity: Severity, at mark: Mark, message: String, suggestion: String? = nil) {
    self.init(
      severity, file: mark.source.path, line: mark.line, column: mark.column, length: mark.length,
      sourceLine: mark.sourceLine, message: message, suggestion: suggestion)
  }
}
