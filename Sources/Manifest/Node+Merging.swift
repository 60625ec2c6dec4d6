extension Node {
  /// Mappings are merged key by key, everything else is replaced; what `self` says wins.
  func merged(over base: Node) -> Node {
    guard let own = entries, let inherited = base.entries else { return self }
    var result = inherited
    let places = Dictionary(
      inherited.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
    for entry in own {
      if let index = places[entry.key] {
        result[index] = Entry(
          key: entry.key, keyMark: entry.keyMark, value: entry.value.merged(over: result[index].value))
      } else {
        result.append(entry)
      }
    }
    return Node(content: .mapping(result), mark: mark)
  }

  /// A mapping whose keys are all names of profiles, so a value per profile.
  var isPerProfile: Bool {
    guard let entries, !entries.isEmpty else { return false }
    return entries.allSatisfy { Profile.names.contains($0.key) }
  }

  /// A kind that is given by its name alone, as a mapping whose fields can be set: `pca` becomes `{kind: pca}`.
  var withKindAsMapping: Node {
    switch content {
    case .list: return self
    case .scalar(let scalar):
      guard scalar.value == .text else { return self }
      return Node(content: .mapping([Entry(key: "kind", keyMark: mark, value: self)]), mark: mark)
    case .mapping(let entries):
      guard isPerProfile else { return self }
      let opened = entries.map { Entry(key: $0.key, keyMark: $0.keyMark, value: $0.value.withKindAsMapping) }
      return Node(content: .mapping(opened), mark: mark)
    }
  }

  /// This value with the part at `path` replaced; nil where the path leads through something that has no parts.
  func replacing(_ path: ArraySlice<String>, with value: Node, keyMark: Mark) -> Node? {
    guard let key = path.first else { return value }
    switch content {
    case .list, .scalar: return nil
    case .mapping(var entries):
      if isPerProfile, !Profile.names.contains(key) {
        for index in entries.indices {
          guard let changed = entries[index].value.replacing(path, with: value, keyMark: keyMark) else {
            return nil
          }
          entries[index].value = changed
        }
      } else if let index = entries.firstIndex(where: { $0.key == key }) {
        guard let changed = entries[index].value.replacing(path.dropFirst(), with: value, keyMark: keyMark)
        else { return nil }
        entries[index] = Entry(key: key, keyMark: keyMark, value: changed)
      } else {
        let empty = Node(content: .mapping([]), mark: keyMark)
        guard let changed = empty.replacing(path.dropFirst(), with: value, keyMark: keyMark) else {
          return nil
        }
        entries.append(Entry(key: key, keyMark: keyMark, value: changed))
      }
      return Node(content: .mapping(entries), mark: mark)
    }
  }
}
