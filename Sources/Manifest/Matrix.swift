/// The combinations of a `matrix`.
struct Matrix {
  struct Variant {
    /// What is joined to the row's id: "1-256".
    let suffix: String
    let settings: [Setting]

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
        if let setting = settings.first(where: { $0.path.joined(separator: ".") == name }) {
          result += setting.value.scalar?.text ?? ""
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

  private(set) var variants: [Variant] = [Variant(suffix: "", settings: [])]

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
        let values = Matrix.values(axis, findings: findings)
      else {
        isSound = false
        continue
      }
      guard variants.count * values.count <= RowExpansion.maximumCombinations else {
        findings.error(
          "a matrix of more than \(RowExpansion.maximumCombinations) rows", at: entry.keyMark)
        return nil
      }
      variants = variants.flatMap { variant in
        values.map { variant.adding(Setting(path: path, value: $0, mark: axis.keyMark)) }
      }
    }
    if !isSound { return nil }
  }

  private static func values(_ axis: Entry, findings: Findings) -> [Node]? {
    guard let values = axis.value.elements, !values.isEmpty else {
      findings.error(
        "an axis of a matrix must be a list of values, not \(axis.value.described)", at: axis.value.mark)
      return nil
    }
    for value in values where value.scalar == nil || value.isNull {
      findings.error(
        "a value of a matrix axis must be a number or a word, not \(value.described)", at: value.mark,
        "rows are named after these values")
      return nil
    }
    return values
  }
}

extension Matrix.Variant {
  fileprivate func adding(_ setting: Setting) -> Matrix.Variant {
    let word = Names.slug(setting.value.scalar?.text ?? "")
    return Matrix.Variant(
      suffix: suffix.isEmpty ? word : "\(suffix)-\(word)", settings: settings + [setting])
  }
}
