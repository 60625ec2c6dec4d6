import Files

/// Reads what a search draws the values of one field from: `{log-uniform: [1.0e-4, 1.0e-2]}`.
struct DistributionReader {
  let reader: ValueReader
  let field: Field

  static let names = ["uniform", "log-uniform", "one-of"]

  private var findings: Findings { reader.findings }

  /// Nil, and reported, where it is none or does not suit the field.
  func distribution(_ node: Node) -> Search.Distribution? {
    guard let entries = node.entries, entries.count == 1, let entry = entries.first else {
      let found = node.entries.map { "a mapping of \($0.count) keys" } ?? node.described
      findings.error(
        "a distribution must be a mapping with one of \(Suggestions.listed(Self.names)), not \(found)",
        at: node.mark, "for example {uniform: [0, 1]}")
      return nil
    }
    switch entry.key {
    case "one-of": return choices(entry)
    case "uniform", "log-uniform": return range(entry)
    default:
      findings.error(
        "there is no distribution `\(entry.key)`", at: entry.keyMark,
        Suggestions.instead(of: entry.key, among: Self.names, listing: "distributions"))
      return nil
    }
  }

  private func choices(_ entry: Entry) -> Search.Distribution? {
    guard let chosen = reader.require(entry.value, named: entry.key) else { return nil }
    guard let elements = chosen.elements, elements.count > 1 else {
      findings.error(
        "`one-of` must be a list of at least two values, not "
          + (chosen.elements.map { $0.isEmpty ? "an empty one" : "a list of one" } ?? chosen.described),
        at: chosen.mark)
      return nil
    }
    let values = elements.compactMap { reader.value($0, as: field.type, named: field.name) }
    return values.count == elements.count ? .oneOf(values) : nil
  }

  private func range(_ entry: Entry) -> Search.Distribution? {
    switch field.type {
    case .integer, .number: break
    default:
      findings.error(
        "`\(entry.key)` draws numbers, and `\(field.name)` is \(field.type.described)", at: entry.keyMark,
        "use one-of")
      return nil
    }
    guard let chosen = reader.require(entry.value, named: entry.key) else { return nil }
    guard let elements = chosen.elements, elements.count == 2 else {
      findings.error(
        "`\(entry.key)` must be a list of two bounds, not "
          + (chosen.elements.map { "one of \($0.count)" } ?? chosen.described), at: chosen.mark)
      return nil
    }
    let bounds = elements.compactMap { reader.value($0, as: field.type, named: field.name) }
    guard bounds.count == 2, let lower = bounds[0].double, let upper = bounds[1].double else { return nil }
    guard lower < upper else {
      findings.error(
        "the range of `\(field.name)` is empty: \(bounds[0].canonical) is not below \(bounds[1].canonical)",
        at: chosen.mark)
      return nil
    }
    let isLogarithmic = entry.key == "log-uniform"
    guard !isLogarithmic || lower > 0 else {
      findings.error(
        "`log-uniform` needs a lower bound above 0, but it is \(bounds[0].canonical)", at: elements[0].mark)
      return nil
    }
    if case .integer = field.type, let first = bounds[0].int, let last = bounds[1].int {
      return isLogarithmic ? .logUniformInteger(first, last) : .uniformInteger(first, last)
    }
    return isLogarithmic ? .logUniform(lower, upper) : .uniform(lower, upper)
  }
}
