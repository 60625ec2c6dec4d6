/// Works out `extends`, `set` and `matrix`.
struct RowExpansion {
  static let maximumCombinations = 10_000

  let findings: Findings
  private var written: [WrittenRow] = []
  /// Where each row that can be extended comes from.
  private var owners: [String: Owner] = [:]
  private var bodies: [RowBody?] = []
  private var states: [State] = []

  private struct WrittenRow {
    let id: String
    let members: Members
    let matrix: Matrix?
  }
  private struct Owner {
    let row: Int
    let variant: Matrix.Variant?
    let line: Int
  }
  private enum State { case unknown, known, broken }

  init(findings: Findings) { self.findings = findings }

  /// The rows in the order of the text, a matrix in the order of its axes, the last one fastest.
  mutating func expand(_ rows: [Node]) -> [RowPlan] {
    for row in rows {
      guard let members = Members(row, .row, findings: findings) else { continue }
      let entry = members.entry("id")
      // One that is no name has been reported, and is what others call the row all the same.
      let id =
        Names.read(entry, findings: findings)
        ?? entry.flatMap { $0.value.isNull ? nil : $0.value.scalar?.text }
      written.append(
        WrittenRow(
          id: id ?? "", members: members,
          matrix: members.entry("matrix").flatMap { Matrix($0, findings: findings) }))
    }
    for index in written.indices { register(index) }
    bodies = Array(repeating: nil, count: written.count)
    states = Array(repeating: .unknown, count: written.count)
    for index in written.indices { resolve(index) }
    return written.indices.flatMap(plans)
  }

  // MARK: Names

  private mutating func register(_ index: Int) {
    let row = written[index]
    guard !row.id.isEmpty, let mark = row.members["id"]?.mark else { return }
    let variants = row.matrix?.variants.map(Optional.some) ?? [nil]
    var taken: (id: String, line: Int)?
    for variant in variants {
      let id = variant.map { "\(row.id)-\($0.suffix)" } ?? row.id
      if let other = owners[id] {
        taken = taken ?? (id: id, line: other.line)
      } else {
        owners[id] = Owner(row: index, variant: variant, line: mark.line)
      }
    }
    // One id stands for all rows of a matrix, and one error does.
    if let taken, Names.isName(row.id) {
      findings.error("the row `\(taken.id)` is there already, on line \(taken.line)", at: mark)
    }
  }

  // MARK: Inheritance

  /// Resolves a row after the rows that it is made from. Follows the chain with a loop: it may be long.
  private mutating func resolve(_ start: Int) {
    var chain: [Int] = []
    var next: Int? = start
    while let index = next, states[index] == .unknown {
      if let position = chain.firstIndex(of: index) {
        reportCycle(chain[position...])
        for index in chain { states[index] = .broken }
        return
      }
      chain.append(index)
      next = parent(of: index)?.row
    }
    for index in chain.reversed() { apply(index) }
  }

  private func parent(of index: Int) -> Owner? {
    written[index].members["extends"]?.scalar.flatMap { owners[$0.text] }
  }

  private func reportCycle(_ chain: ArraySlice<Int>) {
    let first = chain.min() ?? chain.startIndex
    let position = chain.firstIndex(of: first) ?? chain.startIndex
    let round = Array(chain[position...] + chain[..<position]) + [first]
    guard let mark = written[first].members["extends"]?.mark else { return }
    findings.error(
      "rows extend each other: \(round.map { written[$0].id }.joined(separator: " -> "))", at: mark)
  }

  private mutating func apply(_ index: Int) {
    let members = written[index].members
    var body = RowBody()
    if let extends = members["extends"] {
      let owner = parent(of: index)
      if owner == nil { reportDangling(extends) }
      guard let owner, states[owner.row] == .known, var inherited = bodies[owner.row] else {
        // What the row has of its own is still looked at.
        bodies[index] = RowBody(representation: members["representation"])
        states[index] = .broken
        return
      }
      for setting in owner.variant?.settings ?? [] { change(&inherited, setting, by: written[owner.row]) }
      body = inherited
    }
    if let representation = members["representation"] {
      body.representation = representation
      // An inherited search names fields of the representation that is no more.
      body.search = nil
    }
    if let classifier = members["classifier"] {
      body.classifier = classifier
      // So does one that was over the classifier that is no more.
      if body.search?.isOverClassifier == true { body.search = nil }
    }
    if let split = members["split"] { body.split = split }
    if let draws = members["draws"] { body.draws = draws }
    if let repeats = members["repeats"] { body.repeats = repeats }
    if let search = members.entry("search") {
      body.search = WrittenSearch(node: search.value, stream: written[index].id, mark: search.keyMark)
    }
    if let deviations = members["deviations"] { body.deviations.append(deviations) }
    if let choices = members["choices"] { body.choices.append(choices) }
    if let set = members["set"] {
      guard let entries = set.entries else {
        findings.error("`set` must be a mapping from paths to values, not \(set.described)", at: set.mark)
        return
      }
      for entry in entries {
        guard let setting = Setting(entry, findings: findings) else { continue }
        if written[index].matrix?.paths.contains(setting.path) == true {
          findings.error(
            "`\(entry.key)` is set here and is an axis of the matrix", at: entry.keyMark,
            "leave out one of the two")
        }
        change(&body, setting, by: written[index])
      }
    }
    bodies[index] = body
    states[index] = .known
  }

  private func reportDangling(_ extends: Node) {
    guard let name = extends.scalar?.text else {
      findings.error("`extends` must be the id of a row, not \(extends.described)", at: extends.mark)
      return
    }
    if let row = written.first(where: { $0.id == name }), let first = row.matrix?.variants.first {
      findings.error(
        "`\(name)` is a matrix of rows", at: extends.mark,
        "extend one of them, such as `\(name)-\(first.suffix)`")
    } else {
      findings.error(
        "there is no row `\(name)` to extend", at: extends.mark,
        Suggestions.instead(of: name, among: owners.keys.sorted(), listing: "rows"))
    }
  }

  private func change(_ body: inout RowBody, _ setting: Setting, by row: WrittenRow) {
    if Setting.notes.contains(setting.path[0]) {
      let notes = setting.path[0] == "choices" ? \RowBody.choices : \RowBody.deviations
      // What is replaced is what the row inherits; what it says itself stays.
      let own = row.members[setting.path[0]].map { [$0] } ?? []
      body[keyPath: notes] = [setting.value] + own
      return
    }
    if setting.path[0] == "search" {
      changeSearch(of: &body, setting)
      return
    }
    let kind = setting.path[0] == "classifier" ? \RowBody.classifier : \RowBody.representation
    let base = body[keyPath: kind] ?? Node(content: .mapping([]), mark: setting.mark)
    guard
      let changed = base.withKindAsMapping.replacing(
        setting.path.dropFirst(), with: setting.value, keyMark: setting.mark)
    else {
      findings.error(
        "`\(setting.path.joined(separator: "."))` leads through a value that has no parts", at: setting.mark)
      return
    }
    body[keyPath: kind] = changed
  }

  private func changeSearch(of body: inout RowBody, _ setting: Setting) {
    guard let search = body.search, !search.node.isNull else {
      findings.error(
        "`\(setting.path.joined(separator: "."))` cannot be set: the row has no search", at: setting.mark)
      return
    }
    guard
      let changed = search.node.replacing(
        setting.path.dropFirst(), with: setting.value, keyMark: setting.mark)
    else {
      findings.error(
        "`\(setting.path.joined(separator: "."))` leads through a value that has no parts", at: setting.mark)
      return
    }
    body.search?.node = changed
  }

  // MARK: Results

  private func plans(_ index: Int) -> [RowPlan] {
    let row = written[index]
    let complete = states[index] == .known && row.members["id"] != nil
    let plan = RowPlan(
      id: row.id, extends: row.members["extends"]?.scalar?.text, label: row.members["label"],
      body: bodies[index] ?? RowBody(), members: row.members, isComplete: complete)
    guard let matrix = row.matrix else { return [plan] }
    if let published = row.members.entry("published"), published.value.entries?.isEmpty == false {
      findings.error(
        "a matrix of rows cannot have published cells: all its rows would claim them", at: published.keyMark)
    }
    return matrix.variants.map { variant in
      var plan = plan
      plan.id += "-" + variant.suffix
      plan.label = row.members["label"].map { variant.filling($0, findings: findings) }
      if complete { for setting in variant.settings { change(&plan.body, setting, by: row) } }
      return plan
    }
  }
}
