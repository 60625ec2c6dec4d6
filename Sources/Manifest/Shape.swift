/// The keys of one kind of mapping in a manifest. The decoder and the JSON Schema both read these, so that they cannot
/// know different keys.
struct Shape: Sendable {
  /// "a column", for messages.
  let noun: String
  let keys: [Key]

  struct Key: Sendable {
    let name: String
    let content: Content
    let isRequired: Bool
    let summary: String

    init(_ name: String, _ content: Content, required: Bool = false, _ summary: String) {
      self.name = name
      self.content = content
      self.isRequired = required
      self.summary = summary
    }
  }

  indirect enum Content: Sendable {
    /// May differ between profiles.
    case value(FieldType)
    /// A name of [a-z0-9-]+, the same in every profile.
    case name
    /// The name of a kind, or a mapping with `kind:` and its fields.
    case kind(Role)
    /// Texts that may be left out of a profile.
    case notes
    case mapping(Shape)
    case list(Shape)
    /// One file name or a list of them.
    case paths
    /// Claims by column.
    case claims
    /// Values by a dotted path into the row.
    case settings
    /// Lists of values by a dotted path into the row.
    case axes
    /// A search, or nothing.
    case search
    /// Distributions by a dotted path into the row.
    case distributions
    /// One stop of a search or a list of them.
    case stops
    /// The fields that the kind of the row's representation declares for validation.
    case validation
  }

  subscript(name: String) -> Key? { keys.first { $0.name == name } }
}

/// Where a kind is used.
enum Role: String, Sendable, CaseIterable {
  case dataset, representation, classifier, metric

  /// "data set" for messages.
  var noun: String { self == .dataset ? "data set" : rawValue }
}
