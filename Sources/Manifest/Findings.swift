import Files

/// Collects the problems of a manifest. The same problem at the same place is kept once, since a value is looked at
/// for every profile and for every row that inherits it.
final class Findings {
  private(set) var diagnostics: [Diagnostic] = []
  private var seen: Set<Diagnostic> = []

  /// More than anybody reads. What comes after is not worked out: one manifest can have as many as it has values.
  static let maximum = 200

  var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  func error(
    _ message: @autoclosure () -> String, at mark: Mark, _ suggestion: @autoclosure () -> String? = nil
  ) {
    add(.error, message, at: mark, suggestion)
  }

  func warning(
    _ message: @autoclosure () -> String, at mark: Mark, _ suggestion: @autoclosure () -> String? = nil
  ) {
    add(.warning, message, at: mark, suggestion)
  }

  private func add(
    _ severity: Diagnostic.Severity, _ message: () -> String, at mark: Mark, _ suggestion: () -> String?
  ) {
    // An error counts even where there is no more room for warnings before it.
    guard diagnostics.count < Self.maximum || (severity == .error && !hasErrors) else { return }
    let diagnostic = Diagnostic(
      severity, at: mark, message: message().visible, suggestion: suggestion()?.visible)
    if seen.insert(diagnostic).inserted { diagnostics.append(diagnostic) }
  }

  /// In the order of the text, the named file first.
  func sorted(first path: String) -> [Diagnostic] {
    diagnostics.enumerated().sorted { left, right in
      let (a, b) = (left.element, right.element)
      if a.file != b.file { return a.file == path || (b.file != path && a.file < b.file) }
      return (a.line, a.column, left.offset) < (b.line, b.column, right.offset)
    }.map(\.element)
  }
}
