/// Collects the problems of a manifest. The same problem at the same place is kept once, since a value is looked at
/// for every profile and for every row that inherits it.
final class Findings {
  private(set) var diagnostics: [Diagnostic] = []
  private var seen: Set<Diagnostic> = []

  var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  func error(_ message: String, at mark: Mark, _ suggestion: String? = nil) {
    add(Diagnostic(.error, at: mark, message: message, suggestion: suggestion))
  }

  func warning(_ message: String, at mark: Mark, _ suggestion: String? = nil) {
    add(Diagnostic(.warning, at: mark, message: message, suggestion: suggestion))
  }

  func add(_ diagnostic: Diagnostic) {
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
