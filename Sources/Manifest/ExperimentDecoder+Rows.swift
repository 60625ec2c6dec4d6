import Files

extension ExperimentDecoder {
  func row(_ plan: RowPlan) -> Row? {
    let label = plan.label.flatMap { reader.value($0, as: .text, named: "label")?.string }
    let group: RowGroup? = choice(plan.members, "group")
    let published = published(plan.members["published"])
    let representation = representation(plan)
    let classifier = plan.body.classifier.flatMap { configured($0, .classifier, key: "classifier") }
    let split = value(plan.body.split, as: .text, named: "split")?.string
    let draws = value(plan.body.draws, as: Shape.draws, named: "draws")?.int
    let repeats = value(plan.body.repeats, as: Shape.repeats, named: "repeats")?.int
    let search = search(plan, of: representation, classifier)
    let deviations = plan.body.deviations.flatMap { notes($0, named: "deviations") }
    let choices = plan.body.choices.flatMap { notes($0, named: "choices") }
    guard let label, let representation, plan.isComplete else { return nil }
    return Row(
      id: plan.id, label: label, group: group ?? (published.isEmpty ? .ablation : .published),
      published: published, representation: representation, classifier: classifier, split: split,
      draws: draws, repeats: repeats, deviations: deviations, choices: choices, extends: plan.extends,
      search: search)
  }

  /// A value that a row may do without, and so in some profiles too.
  private func value(_ node: Node?, as type: FieldType, named name: String) -> JSON? {
    guard let node, reader.choose(node) != nil else { return nil }
    return reader.value(node, as: type, named: name)
  }

  private func representation(_ plan: RowPlan) -> Configured? {
    if let node = plan.body.representation { return configured(node, .representation, key: "representation") }
    if plan.isComplete, plan.members["extends"] == nil, !plan.members.isMisspelt("representation") {
      findings.error("a row needs `representation` or `extends`", at: plan.members.node.mark)
    }
    return nil
  }

  private func published(_ node: Node?) -> [String: Claim] {
    guard let chosen = node.flatMap(reader.choose) else { return [:] }
    guard let entries = chosen.entries else {
      findings.error(
        "`published` must be a mapping from columns to cells, not \(chosen.described)", at: chosen.mark)
      return [:]
    }
    var claims: [String: Claim] = [:]
    for entry in entries {
      guard outline.columnIDs.contains(entry.key) else {
        findings.error(
          "there is no column `\(entry.key)`", at: entry.keyMark,
          Suggestions.instead(of: entry.key, among: outline.columnIDs, listing: "columns"))
        continue
      }
      claims[entry.key] = claim(entry)
      if let claim = claims[entry.key] { checkRange(claim, entry) }
    }
    return claims
  }

  /// A number, or a mapping with what else the paper says of it.
  private func claim(_ entry: Entry) -> Claim? {
    guard let node = reader.require(entry.value, named: entry.key) else { return nil }
    guard node.entries != nil else {
      let type = FieldType.number(-Double.infinity...Double.infinity)
      guard let value = reader.value(node, as: type, named: entry.key)?.double else { return nil }
      return Claim(value: value, decimals: node.scalar?.decimals ?? 0)
    }
    guard let members = Members(node, .claim, findings: findings) else { return nil }
    let value = number(members, "value")
    let spread = number(members, "spread")
    let spreadKind: SpreadKind? = choice(members, "spread-kind")
    let count = integer(members, "count")
    let split = text(members, "split")
    let doubts = members["doubts"].map { notes($0, named: "doubts") } ?? []
    if spread != nil, members["spread-kind"] == nil, let mark = members.entry("spread")?.keyMark {
      findings.warning(
        "a spread without `spread-kind`", at: mark,
        "say which: \(Suggestions.listed(SpreadKind.allCases.map(\.rawValue)))")
    }
    if members["spread"] == nil, !members.isMisspelt("spread") {
      for key in ["spread-kind", "count"] {
        guard let mark = members.entry(key)?.keyMark else { continue }
        findings.warning(
          "`\(key)` without `spread`, which it is about", at: mark,
          "give the printed plus-minus, or leave it out")
      }
    }
    guard let value else { return nil }
    let decimals = { (name: String) in members[name].flatMap { reader.choose($0)?.scalar?.decimals } }
    return Claim(
      value: value, decimals: decimals("value") ?? 0, spread: spread, spreadDecimals: decimals("spread"),
      spreadKind: spreadKind ?? .unstated, count: count, split: split, doubts: doubts)
  }

  /// Whether the splits that claims name are some of the data set's.
  func checkClaims(of row: Row, of dataset: Configured?, at plan: RowPlan) {
    guard let dataset, let splits = vocabulary.datasets.first(where: { $0.name == dataset.kind })?.splits
    else { return }
    let known = splits.isEmpty ? ["train", "validation", "test"] : ["train"] + splits.map(\.name)
    let claims = plan.members["published"].flatMap(reader.choose)
    for (column, claim) in row.published.sorted(by: { $0.key < $1.key }) {
      guard let name = claim.split, !known.contains(name) else { continue }
      findings.error(
        "`\(name)` is no split of the data set `\(dataset.kind)`",
        at: claims?[column]?["split"]?.mark ?? plan.members.node.mark,
        Suggestions.instead(of: name, among: known, listing: "there are"))
    }
  }

  private func checkRange(_ claim: Claim, _ entry: Entry) {
    let column = outline.columns.first { $0["id"]?.scalar?.text == entry.key }
    guard column?["unit"]?.scalar?.text == "%", !(0...100).contains(claim.value) else { return }
    findings.warning(
      "\(claim.value) % lies outside 0 to 100 %", at: entry.value["value"]?.mark ?? entry.value.mark)
  }
}

extension Scalar {
  /// Digits after the point of a number as written, an exponent taken into account: `0.40` has two, `1.5e1` none.
  var decimals: Int {
    let parts = text.lowercased().split(separator: "e", maxSplits: 1)
    let mantissa = parts.first ?? ""
    let digits = mantissa.firstIndex(of: ".").map { mantissa[mantissa.index(after: $0)...].count } ?? 0
    let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    return min(17, max(0, digits - max(-17, min(17, exponent))))
  }

  /// Digits after the point of the shortest way to write a number.
  static func decimals(of value: Double) -> Int {
    Scalar(plain: value == value.rounded() ? "" : "\(value)").decimals
  }
}
