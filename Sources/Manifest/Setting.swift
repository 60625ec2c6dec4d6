/// One entry of `set`, or one point of a matrix axis: a path into the row and the value to put there.
struct Setting {
  let path: [String]
  let value: Node
  /// The place of the path.
  let mark: Mark

  private static let roots = ["representation", "classifier", "search"] + notes
  /// Texts, which are set as a whole.
  static let notes = ["deviations", "choices"]

  init(path: [String], value: Node, mark: Mark) {
    self.path = path
    self.value = value
    self.mark = mark
  }

  init?(_ entry: Entry, findings: Findings) {
    guard let path = Setting.path(entry, findings: findings) else { return nil }
    self.init(path: path, value: entry.value, mark: entry.keyMark)
  }

  /// The parts of a dotted path; nil, and reported, where it cannot be set.
  static func path(_ entry: Entry, findings: Findings) -> [String]? {
    let path = entry.key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    let root = path[0]
    guard roots.contains(root) else {
      let direct = Shape.row[root] != nil ? "give the row its own `\(root)`" : nil
      findings.error(
        "`\(entry.key)` cannot be set: a path starts with `representation`, `classifier`, `search`, "
          + "`deviations` or `choices`", at: entry.keyMark,
        direct ?? Suggestions.nearest(to: root, among: roots).map { "did you mean `\($0)`?" })
      return nil
    }
    if path.contains("") || (notes.contains(root) && path.count > 1) {
      findings.error(
        "`\(entry.key)` is not a path", at: entry.keyMark,
        notes.contains(root)
          ? "set `\(root)` as a whole" : "write names joined by points: `representation.beta`")
      return nil
    }
    if path == ["search"] {
      findings.error(
        "`search` cannot be set as a whole", at: entry.keyMark, "give the row its own `search`")
      return nil
    }
    // The paths that a search is over are single keys with points in them.
    if path.starts(with: ["search", "over"]), path.count > 3 {
      return ["search", "over", path.dropFirst(2).joined(separator: ".")]
    }
    if ["representation", "classifier"].contains(root), path.count == 1 || path == [root, "kind"] {
      findings.error(
        "`\(entry.key)` cannot be set: another kind has other fields", at: entry.keyMark,
        "give the row its own `\(root)`")
      return nil
    }
    return path
  }
}
