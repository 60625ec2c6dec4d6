import Files

/// One difference between a step and the step of the same kind and label that ran before it.
public enum Change: Sendable, Hashable {
  case version(from: Int, to: Int)
  /// A parameter by its path; nil where it was not there or is no more.
  case parameter(path: String, from: JSON?, to: JSON?)
  case seed
  /// The artifact that is read under this role is another one.
  case input(role: String)
}

extension Change: CustomStringConvertible {
  public var description: String {
    switch self {
    case .version(let old, let new): "code version \(old) -> \(new)"
    case .parameter(let path, let old, let new):
      "\(path): \(old?.canonical ?? "none") -> \(new?.canonical ?? "none")"
    case .seed: "seed"
    case .input(let role): "input \(role)"
    }
  }
}

extension History {
  /// Why the store does not hold a step: what differs from the most similar one that has run under its name.
  ///
  /// Empty where none has run, or where its artifact is gone. Inputs and seeds are named only where nothing else
  /// differs: they follow from changes further up.
  public func changes(to step: Step, in store: Store) -> [Change] {
    let limit = 20
    let former = formerIdentities(of: step).prefix(limit).compactMap { try? store.record($0).step }
    return former.map { step.changes(since: $0) }.min { $0.count < $1.count } ?? []
  }
}

extension Step {
  func changes(since former: Step) -> [Change] {
    var changes: [Change] = []
    if version != former.version { changes.append(.version(from: former.version, to: version)) }
    let (old, new) = (former.parameters.leaves, parameters.leaves)
    for path in Set(old.keys).union(new.keys).sorted() where old[path] != new[path] {
      changes.append(.parameter(path: path, from: old[path], to: new[path]))
    }
    guard changes.isEmpty else { return changes }
    for role in Set(inputs.keys).union(former.inputs.keys).sorted() where inputs[role] != former.inputs[role]
    {
      changes.append(.input(role: role))
    }
    if changes.isEmpty, seed != former.seed { changes.append(.seed) }
    return changes
  }
}

extension JSON {
  /// Every value that is no object, by the names that lead to it, joined by points.
  var leaves: [String: JSON] {
    guard case .object(let members) = self else { return ["": self] }
    var leaves: [String: JSON] = [:]
    for (name, member) in members {
      for (path, value) in member.leaves { leaves[path.isEmpty ? name : "\(name).\(path)"] = value }
    }
    return leaves
  }
}
