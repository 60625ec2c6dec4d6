/// Everything that is wrong with a manifest, or with where manifests are looked for.
public struct ManifestError: Error, Sendable {
  /// The manifest or folder that was read.
  public let path: String
  /// Errors and warnings in the order of the text; at least one is an error.
  public let diagnostics: [Diagnostic]

  public init(path: String, diagnostics: [Diagnostic]) {
    self.path = path
    self.diagnostics = diagnostics
  }

  /// A problem with a file or folder as a whole.
  init(path: String, message: String, suggestion: String? = nil) {
    self.init(
      path: path, diagnostics: [Diagnostic(file: path, message: message, suggestion: suggestion)])
  }
}

extension ManifestError: CustomStringConvertible {
  public var description: String { rendered(colour: false) }

  /// All problems, and how many there are where they are many or have places.
  public func rendered(colour: Bool) -> String {
    let texts = diagnostics.map { $0.rendered(colour: colour) }
    let isOneAsAWhole = diagnostics.count == 1 && diagnostics[0].line == 0
    return (texts + (isOneAsAWhole ? [] : [summary])).joined(separator: "\n")
  }

  /// "3 errors and 1 warning in Experiments/x.yaml".
  public var summary: String {
    let errors = diagnostics.count { $0.severity == .error }
    let warnings = diagnostics.count - errors
    let counts = [Self.count(errors, "error")] + (warnings > 0 ? [Self.count(warnings, "warning")] : [])
    return "\(counts.joined(separator: " and ")) in \(path)"
  }

  private static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }
}
