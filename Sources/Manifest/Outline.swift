/// What all profiles share: the merged tree with its rows worked out.
struct Outline {
  let members: Members
  let rows: [RowPlan]
  let columns: [Members]
  let columnIDs: [String]
  /// The name of the data set as written.
  let dataset: String?
  /// The file that lists the rows.
  private let rowSource: String?

  /// Whether something was written for the rows of another table, which this one includes and has rows of its own
  /// instead: what it says of rows that are not here is left out.
  func isForeign(_ node: Node) -> Bool { Outline.isForeign(node, to: rowSource) }

  private static func isForeign(_ node: Node, to rowSource: String?) -> Bool {
    rowSource.map { node.mark.source.path != $0 } ?? false
  }

  init?(_ tree: Node, vocabulary: Vocabulary, findings: Findings) {
    guard let members = Members(tree, .manifest, findings: findings) else { return nil }
    self.members = members
    let dataset = Outline.kindName(members["dataset"])
    self.dataset = dataset
    var expansion = RowExpansion(findings: findings)
    rows = expansion.expand(Outline.items(members.entry("rows"), findings))
    rowSource = members["rows"]?.mark.source.path
    let ids = Set(rows.map(\.id))
    var columns: [Members] = []
    var lines: [String: Int] = [:]
    for item in Outline.items(members.entry("columns"), findings) {
      let kind = Outline.kindName(item["metric"])
      let fields =
        vocabulary.kinds(.metric, with: dataset).first { $0.name == kind }?.fields.map(\.name) ?? []
      let hint = { (key: String) in
        fields.contains(key) ? "it is a field of the metric: metric: {kind: \(kind ?? ""), \(key): …}" : nil
      }
      guard let column = Members(item, .column, findings: findings, hint: hint) else { continue }
      let about = column["rows"]?.elements?.compactMap { $0.scalar?.text } ?? []
      if Outline.isForeign(item, to: rowSource), !about.isEmpty, ids.isDisjoint(with: about) { continue }
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

  /// The name of a kind, given alone or under `kind`.
  private static func kindName(_ node: Node?) -> String? {
    node?.scalar?.text ?? node?["kind"]?.scalar?.text
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
