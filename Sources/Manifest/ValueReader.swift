import Files

/// Reads values for one profile, by their declared types.
struct ValueReader {
  let profile: Profile
  let findings: Findings

  /// The value for this profile; nil where the value is given per profile and not for this one.
  func choose(_ node: Node) -> Node? {
    node.isPerProfile ? node[profile.rawValue] : node
  }

  /// As `choose`, and a missing profile is an error.
  func require(_ node: Node, named name: String) -> Node? {
    if let chosen = choose(node) { return chosen }
    let given = node.entries?.map(\.key) ?? []
    let missing = Profile.names.filter { !given.contains($0) }
    findings.error(
      "`\(name)` has no value for the profile\(missing.count == 1 ? "" : "s") "
        + missing.map { "`\($0)`" }.joined(separator: " and "),
      at: node.mark, "add " + missing.map { "`\($0): …`" }.joined(separator: " and "))
    return nil
  }

  /// The value as `type`; nil, and reported, where it is something else.
  func value(_ node: Node, as type: FieldType, named name: String) -> JSON? {
    if reportMisspeltProfile(node, type) { return nil }
    guard let node = require(node, named: name) else { return nil }
    return exactValue(node, as: type, named: name)
  }

  /// A value that stands for itself, not one per profile.
  private func exactValue(_ node: Node, as type: FieldType, named name: String) -> JSON? {
    switch type {
    case .list(let element, let count):
      guard let elements = node.elements, count.contains(elements.count) else {
        return mismatch(node, type, name)
      }
      let values = elements.compactMap { value($0, as: element, named: name) }
      return values.count == elements.count ? .array(values) : nil
    case .object(let fields):
      guard let entries = node.entries else { return mismatch(node, type, name) }
      return members(entries, of: fields, owner: "`\(name)`", at: node.mark).map(JSON.object)
    default:
      guard let scalar = node.scalar, let value = scalar.value(as: type) else {
        return mismatch(node, type, name)
      }
      return value
    }
  }

  /// The fields of a kind or an object, defaults filled in.
  func members(_ entries: [Entry], of fields: [Field], owner: String, at mark: Mark) -> [String: JSON]? {
    var complete = true
    let names = fields.map(\.name)
    for entry in entries where !names.contains(entry.key) {
      complete = false
      let none = names.isEmpty ? "\(owner) has no fields" : nil
      findings.error(
        "\(owner) has no field `\(entry.key)`", at: entry.keyMark,
        none ?? Suggestions.instead(of: entry.key, among: names, listing: "fields"))
    }
    var values: [String: JSON] = [:]
    for field in fields {
      let entry = entries.first { $0.key == field.name }
      if let entry, !isDefault(entry.value, field) {
        values[field.name] = value(entry.value, as: field.type, named: field.name)
        if values[field.name] == nil { complete = false }
      } else if let value = field.effectiveDefault {
        values[field.name] = value
      } else {
        complete = false
        let misspelt = entries.contains {
          !names.contains($0.key) && Suggestions.nearest(to: $0.key, among: names) == field.name
        }
        if !misspelt {
          findings.error("\(owner) needs `\(field.name)`: \(field.type.described)", at: mark, field.summary)
        }
      }
      if field.isAdded, values[field.name] == field.effectiveDefault { values[field.name] = nil }
    }
    return complete ? values : nil
  }

  /// Left out for this profile, or given as null where null is the default.
  private func isDefault(_ node: Node, _ field: Field) -> Bool {
    guard field.effectiveDefault != nil else { return false }
    guard let chosen = choose(node) else { return true }
    return chosen.isNull && field.defaultValue == .null
  }

  /// `{quick: 1, dsk: 2}`: some keys are profiles, so the others were meant to be.
  private func reportMisspeltProfile(_ node: Node, _ type: FieldType) -> Bool {
    guard let entries = node.entries, !node.isPerProfile else { return false }
    if case .object = type { return false }
    let others = entries.filter { !Profile.names.contains($0.key) }
    guard others.count < entries.count else { return false }
    for entry in others {
      findings.error(
        "there is no profile `\(entry.key)`", at: entry.keyMark,
        Suggestions.instead(of: entry.key, among: Profile.names, listing: "profiles"))
    }
    return true
  }

  private func mismatch(_ node: Node, _ type: FieldType, _ name: String) -> JSON? {
    var found = node.isNull ? "is empty" : "is \(node.described)"
    if case .list = type, let elements = node.elements {
      found = elements.isEmpty ? "is an empty list" : "has \(elements.count)"
    }
    var suggestion: String?
    if case .choice(let choices) = type, let scalar = node.scalar {
      suggestion = Suggestions.nearest(to: scalar.text, among: choices).map { "did you mean `\($0)`?" }
    } else if case .text = type, let scalar = node.scalar, scalar.value != .null {
      suggestion = "quote it: \"\(scalar.text)\""
    } else if case .list = type, node.scalar != nil, !node.isNull {
      suggestion = "write it as a list: [\(node.scalar?.text ?? "")]"
    }
    let expected = type.described(withLimits: node.scalar?.value == .oversized)
    findings.error("`\(name)` must be \(expected), but \(found)", at: node.mark, suggestion)
    return nil
  }
}

extension Scalar {
  /// The scalar as a value of `type`, nil where it is none or out of range.
  fileprivate func value(as type: FieldType) -> JSON? {
    switch (type, value) {
    case (.integer(let range), .int(let number)): return range.contains(number) ? .int(number) : nil
    case (.integer(let range), .number(let number)):
      guard let whole = Int(exactly: number) else { return nil }
      return range.contains(whole) ? .int(whole) : nil
    case (.number(let range), .int(let number)): return JSON.settled(Double(number), in: range)
    case (.number(let range), .number(let number)): return JSON.settled(number, in: range)
    case (.number(let range), .oversized): return Double(text).flatMap { JSON.settled($0, in: range) }
    case (.boolean, .bool(let flag)): return .bool(flag)
    case (.text, .text): return .string(text)
    // A choice may look like a number or a truth value; what counts is how it is written.
    case (.choice(let choices), _): return choices.contains(text) ? .string(text) : nil
    default: return nil
    }
  }
}
