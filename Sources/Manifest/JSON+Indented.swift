import Files

extension JSON {
  /// Text for people, with sorted keys: the same bytes for equal values. What fits a line stays on one.
  var indented: String { indented(by: 0, after: 0) }

  private static let width = 100

  /// - Parameter used: how much of the line the key before this value takes.
  private func indented(by depth: Int, after used: Int) -> String {
    let short = onOneLine
    if 2 * depth + used + short.count <= Self.width { return short }
    let outer = String(repeating: "  ", count: depth)
    let inner = outer + "  "
    switch self {
    case .array(let values):
      let lines = values.map { inner + $0.indented(by: depth + 1, after: 1) }
      return "[\n" + lines.joined(separator: ",\n") + "\n\(outer)]"
    case .object(let members):
      let lines = members.sorted { $0.key < $1.key }.map { key, value in
        let name = JSON.string(key).canonical + ": "
        return inner + name + value.indented(by: depth + 1, after: name.count + 1)
      }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(outer)}"
    default: return short
    }
  }

  private var onOneLine: String {
    switch self {
    case .array(let values): "[" + values.map(\.onOneLine).joined(separator: ", ") + "]"
    case .object(let members):
      "{"
        + members.sorted { $0.key < $1.key }.map { "\(JSON.string($0).canonical): \($1.onOneLine)" }
        .joined(separator: ", ") + "}"
    default: canonical
    }
  }
}
