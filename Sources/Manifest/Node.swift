/// A YAML value with its place: what all checks work on.
struct Node: Sendable {
  indirect enum Content: Sendable {
    case scalar(Scalar)
    case list([Node])
    case mapping([Entry])
  }

  var content: Content
  var mark: Mark
}

/// One `key: value` of a mapping.
struct Entry: Sendable {
  var key: String
  var keyMark: Mark
  var value: Node
}

/// A scalar by the rules of the YAML 1.2 core schema.
struct Scalar: Sendable, Equatable {
  enum Value: Sendable, Equatable {
    case null
    case bool(Bool)
    case int(Int)
    /// A whole number that fits no 64 bits.
    case oversized
    case number(Double)
    case text
  }

  /// The characters between the quotes, or as written.
  let text: String
  let value: Value
}

extension Node {
  var entries: [Entry]? { if case .mapping(let entries) = content { entries } else { nil } }
  var elements: [Node]? { if case .list(let nodes) = content { nodes } else { nil } }
  var scalar: Scalar? { if case .scalar(let scalar) = content { scalar } else { nil } }
  var isNull: Bool { scalar?.value == .null }

  func entry(_ key: String) -> Entry? { entries?.first { $0.key == key } }
  subscript(key: String) -> Node? { entry(key)?.value }

  /// The value in words for messages: "the text `many`".
  var described: String {
    switch content {
    case .list: return "a list"
    case .mapping: return "a mapping"
    case .scalar(let scalar):
      switch scalar.value {
      case .null: return "nothing"
      case .text: return "the text `\(scalar.text)`"
      case .bool, .int, .number, .oversized: return scalar.text
      }
    }
  }
}
