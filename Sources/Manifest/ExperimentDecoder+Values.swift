import Files

extension ExperimentDecoder {
  /// The value of a declared key; nil where it is not given, or is wrong and reported.
  func value(_ members: Members, _ key: String) -> JSON? {
    guard let node = members[key], let declared = members.shape[key] else { return nil }
    guard case .value(let type) = declared.content else {
      preconditionFailure("`\(key)` of \(members.shape.noun) is not declared as a value")
    }
    // What need not be given at all need not be given for every profile.
    if !declared.isRequired, reader.choose(node) == nil { return nil }
    return reader.value(node, as: type, named: key)
  }

  func text(_ members: Members, _ key: String) -> String? { value(members, key)?.string }
  func integer(_ members: Members, _ key: String) -> Int? { value(members, key)?.int }
  func number(_ members: Members, _ key: String) -> Double? { value(members, key)?.double }

  func choice<T: RawRepresentable>(_ members: Members, _ key: String) -> T? where T.RawValue == String {
    value(members, key)?.string.flatMap(T.init(rawValue:))
  }

  /// Texts; a text per profile is left out of the profiles that it does not name.
  func notes(_ node: Node, named name: String) -> [String] {
    guard let chosen = reader.choose(node) else { return [] }
    return (chosen.elements ?? [chosen]).compactMap { element in
      guard let element = reader.choose(element), !element.isNull else { return nil }
      return reader.value(element, as: .text, named: name)?.string
    }
  }

  /// A kind by its name, or with fields; defaults are filled in.
  func configured(_ node: Node, _ role: Role, key: String) -> Configured? {
    guard let node = reader.require(node, named: key) else { return nil }
    let kinds = kinds(role)
    let names = kinds.map(\.name)
    guard let name = kindName(node, role, key: key) else { return nil }
    guard let kind = kinds.first(where: { $0.name == name.text }) else {
      let isElsewhere = vocabulary.kinds(role).contains { $0.name == name.text }
      findings.error(
        isElsewhere
          ? "the \(role.noun) `\(name.text)` does not go with the data set `\(dataset ?? "")`"
          : "there is no \(role.noun) `\(name.text)`", at: name.mark,
        vocabulary.renamed[name.text]
          ?? Suggestions.instead(of: name.text, among: names, listing: "there are"))
      return nil
    }
    let fields = (node.entries ?? []).filter { $0.key != "kind" }
    guard let values = reader.members(fields, of: kind.fields, owner: "`\(kind.name)`", at: name.mark) else {
      return nil
    }
    for rule in kind.rules {
      guard let problem = rule.problem(values) else { continue }
      let place = fields.first { $0.key == rule.field }?.value.mark ?? name.mark
      findings.error(problem, at: place)
      return nil
    }
    return Configured(kind: kind.name, parameters: values)
  }

  /// The kinds that may be named here, given the manifest's data set.
  private func kinds(_ role: Role) -> [Kind] { vocabulary.kinds(role, with: dataset) }

  /// The name of the manifest's data set, right or wrong.
  var dataset: String? { outline.dataset }

  private func kindName(_ node: Node, _ role: Role, key: String) -> (text: String, mark: Mark)? {
    let kinds = Suggestions.listed(kinds(role).map(\.name))
    if node.entries != nil {
      guard let kind = node["kind"] else {
        findings.error("`\(key)` needs `kind`", at: node.mark, "kinds: \(kinds)")
        return nil
      }
      return reader.value(kind, as: .text, named: "kind")?.string.map { ($0, kind.mark) }
    }
    guard let scalar = node.scalar, scalar.value != .null else {
      let found = node.isNull ? "is empty" : "is \(node.described)"
      findings.error(
        "`\(key)` must be a name or a mapping with `kind`, but \(found)", at: node.mark, "kinds: \(kinds)")
      return nil
    }
    return (scalar.text, node.mark)
  }
}
