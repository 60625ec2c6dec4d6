/// The combinations of a `matrix`.
struct Matrix {
  struct Variant {
    /// What is joined to the row's id: "1-256".
    let suffix: String
    let settings: [Setting]
    /// What a label says of each setting: the value as written, or its name.
    let words: [String]

    /// The label with `{path}` replaced by this variant's values as they were written.
    func filling(_ label: Node, findings: Findings) -> Node {
      switch label.content {
      case .mapping(let entries):
        let filled = entries.map {
          Entry(key: $0.key, keyMark: $0.keyMark, value: filling($0.value, findings: findings))
        }
        return Node(content: .mapping(filled), mark: label.mark)
      case .list: return label
      case .scalar(let scalar):
        guard scalar.value == .text else { return label }
        return Node(
          content: .scalar(Scalar(quoted: text(scalar.text, at: label.mark, findings))), mark: label.mark)
      }
    }

    private func text(_ template: String, at mark: Mark, _ findings: Findings) -> String {
      var result = ""
      var rest = template[...]
      while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
        let name = String(rest[rest.index(after: open)..<close])
        result += rest[..<open]
        if let index = settings.firstIndex(where: { $0.path.joined(separator: ".") == name }) {
          result += words[index]
        } else {
          let axes = settings.map { $0.path.joined(separator: ".") }
          findings.error(
            "the matrix has no axis `\(name)`", at: mark,
            Suggestions.instead(of: name, among: axes, listing: "axes"))
        }
        rest = rest[rest.index(after: close)...]
      }
      return result + rest
    }
  }

  private(set) var variants: [Variant] = [Variant(suffix: "", settings: [], words: [])]

  /// Nil, and reported, where a part is wrong.
  init?(_ entry: Entry, findings: Findings) {
    guard let axes = entry.value.entries, !axes.isEmpty else {
      findings.error(
        "`matrix` must be a mapping from paths to lists, not \(entry.value.described)", at: entry.value.mark)
      return nil
    }
    var isSound = true
    for axis in axes {
      guard let path = Setting.path(axis, findings: findings),
        let points = Matrix.points(axis, findings: findings)
      else {
        isSound = false
        continue
      }
      guard variants.count * points.count <= RowExpansion.maximumCombinations else {
        findings.error(
          "a matrix of more than \(RowExpansion.maximumCombinations) rows", at: entry.keyMark)
        return nil
      }
      variants = variants.flatMap { variant in
        points.map { variant.adding(Setting(path: path, value: $0.value, mark: axis.keyMark), $0.word) }
      }
    }
    if !isSound { return nil }
  }

  /// The paths of the axes.
  var paths: [[String]] { variants.first?.settings.map(\.path) ?? [] }

  /// The values of an axis with the words that rows are named after: a list of numbers and words, which name
  /// themselves, or a mapping from names to any values.
  private static func points(_ axis: Entry, findings: Findings) -> [(word: String, value: Node)]? {
    if axis.value.isPerProfile {
      findings.error(
        "an axis of a matrix is the same in every profile: each row is in all of them", at: axis.value.mark)
      return nil
    }
    if let entries = axis.value.entries, !entries.isEmpty { return named(entries, findings: findings) }
    guard let values = axis.value.elements, !values.isEmpty else {
      findings.error(
        "an axis of a matrix must be a list of values, not \(axis.value.described)", at: axis.value.mark)
      return nil
    }
    for value in values where value.scalar == nil || value.isNull {
      findings.error(
        "a value of a matrix axis must be a number or a word, not \(value.described)", at: value.mark,
        "rows are named after these values; give others names: {small: …, large: …}")
      return nil
    }
    return values.map { ($0.scalar?.text ?? "", $0) }
  }

  private static func named(_ entries: [Entry], findings: Findings) -> [(word: String, value: Node)]? {
    for entry in entries where !Names.isName(entry.key) {
      findings.error("`\(entry.key)` is not a name of the form \(Names.rule)", at: entry.keyMark)
      return nil
    }
    return entries.map { ($0.key, $0.value) }
  }
}

extension Matrix.Variant {
  fileprivate func adding(_ setting: Setting, _ word: String) -> Matrix.Variant {
    let slug = Names.slug(word)
    return Matrix.Variant(
      suffix: suffix.isEmpty ? slug : "\(suffix)-\(slug)", settings: settings + [setting],
      words: words + [word])
  }
}
