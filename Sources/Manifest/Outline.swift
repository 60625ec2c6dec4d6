/// What all profiles share: the merged tree with its rows worked out.
struct Outline {
  let members: Members
  let rows: [RowPlan]
  let columns: [Members]
  let columnIDs: [String]

  init?(_ tree: Node, vocabulary: Vocabulary, findings: Findings) {
    guard let members = Members(tree, .manifest, findings: findings) else { return nil }
    self.members = members
    var expansion = RowExpansion(findings: findings)
    rows = expansion.expand(Outline.items(members.entry("rows"), findings))
    var columns: [Members] = []
    var lines: [String: Int] = [:]
    for item in Outline.items(members.entry("columns"), findings) {
      let kind = item["metric"]?.scalar?.text ?? item["metric"]?["kind"]?.scalar?.text
      let fields = vocabulary.metrics.first { $0.name == kind }?.fields.map(\.name) ?? []
      let hint = { (key: String) in
        fields.contains(key) ? "it is a field of the metric: metric: {kind: \(kind ?? ""), \(key): …}" : nil
      }
      guard let column = Members(item, .column, findings: findings, hint: hint) else { continue }
      columns.append(column)
      guard let id = Names.read(column.entry("id"), findings: findings), let mark = column["id"]?.mark else {
        continue
      }
      if let line = lines[id] {
        findings.error("the column `\(id)` is there already, on line \(line)", at: mark)
      } else {
        lines[id] = mark.line
      }
    }
    self.columns = columns
    columnIDs = columns.compactMap { $0["id"]?.scalar?.text }
  }

  private static func items(_ entry: Entry?, _ findings: Findings) -> [Node] {
    guard let entry else { return [] }
    guard let items = entry.value.elements, !items.isEmpty else {
      let found = entry.value.elements == nil ? "not \(entry.value.described)" : "not an empty one"
      findings.error("`\(entry.key)` must be a list, \(found)", at: entry.value.mark)
      return []
    }
    return items
  }
}
