/// A mapping read by its shape. Reports keys that are unknown and required ones that are missing.
struct Members {
  let node: Node
  let shape: Shape
  private let entries: [String: Entry]

  /// Nil, and reported, where `node` is no mapping.
  init?(_ node: Node, _ shape: Shape, findings: Findings, hint: (String) -> String? = { _ in nil }) {
    guard let entries = node.entries else {
      findings.error(
        "\(shape.noun) must be a mapping, not \(node.described)", at: node.mark,
        "keys: \(Suggestions.listed(shape.keys.map(\.name)))")
      return nil
    }
    let names = shape.keys.map(\.name)
    for entry in entries where shape[entry.key] == nil {
      findings.error(
        "\(shape.noun) has no key `\(entry.key)`", at: entry.keyMark,
        hint(entry.key) ?? Suggestions.instead(of: entry.key, among: names, listing: "keys"))
    }
    self.node = node
    self.shape = shape
    self.entries = Dictionary(entries.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    for key in shape.keys where key.isRequired && self.entries[key.name] == nil {
      if !isMisspelt(key.name) { findings.error("\(shape.noun) needs `\(key.name)`", at: node.mark) }
    }
  }

  /// Whether an unknown key, which has been reported, was probably meant to be this one.
  func isMisspelt(_ name: String) -> Bool {
    (node.entries ?? []).contains {
      shape[$0.key] == nil && Suggestions.nearest(to: $0.key, among: shape.keys.map(\.name)) == name
    }
  }

  func entry(_ name: String) -> Entry? {
    precondition(shape[name] != nil, "`\(name)` is not declared as a key of \(shape.noun)")
    return entries[name]
  }

  subscript(name: String) -> Node? { entry(name)?.value }
}
