import Files

/// What a manifest may name: data sets, representations, classifiers and metrics.
///
/// The decoder, the JSON Schema for editors and `describe` all read the same declarations.
public struct Vocabulary: Sendable {
  public let datasets: [Kind]
  public let representations: [Kind]
  public let classifiers: [Kind]
  public let metrics: [Kind]
  /// Names that kinds once had, each with what to write instead, as a message says it.
  let renamed: [String: String]
  /// By data set. The decoder asks for every name of every profile, so that this is found out once.
  private let fitting: [String: [Role: [Kind]]]

  public init(
    datasets: [Kind], representations: [Kind], classifiers: [Kind] = [], metrics: [Kind],
    renamed: [String: String] = [:]
  ) {
    self.datasets = datasets
    self.representations = representations
    self.classifiers = classifiers
    self.metrics = metrics
    self.renamed = renamed
    fitting = Dictionary(
      datasets.map { dataset in
        // Images become features or codes, features become answers.
        var ports = Set(dataset.gives)
        var kinds: [Role: [Kind]] = [.dataset: datasets]
        for (role, all) in [
          (Role.representation, representations), (.classifier, classifiers), (.metric, metrics),
        ] {
          let fitting = all.filter { $0.goes(with: ports) }
          kinds[role] = fitting
          ports.formUnion(fitting.flatMap(\.gives))
        }
        return (dataset.name, kinds)
      }, uniquingKeysWith: { first, _ in first })
  }

  /// The kinds of one role: those that go with the data set, or all where the data set is not (yet) known.
  func kinds(_ role: Role, with dataset: String? = nil) -> [Kind] {
    dataset.flatMap { fitting[$0]?[role] } ?? kinds(role)
  }

  private func kinds(_ role: Role) -> [Kind] {
    switch role {
    case .dataset: datasets
    case .representation: representations
    case .classifier: classifiers
    case .metric: metrics
    }
  }
}

extension Kind {
  fileprivate func goes(with ports: Set<Port>) -> Bool { takes.map(ports.contains) ?? true }
}

/// Something a manifest can name, such as the metric `higgins`.
public struct Kind: Sendable {
  public let name: String
  /// One line for `describe`, the schema and messages.
  public let summary: String
  public let fields: [Field]
  /// For a metric that is a share of test items: the field that says how many there are. A tolerance finer than one
  /// item is an error.
  public let testItems: String?
  /// For a representation: what a search may vary; nil where there is nothing to search, because it is not trained
  /// update by update or has no validation data.
  public let search: Search?
  /// What the values of several fields have to satisfy together.
  public let rules: [Rule]
  /// What it is computed from; nil for data sets, and for what goes with everything.
  public let takes: Port?
  /// What it leaves.
  public let gives: [Port]
  /// For a data set: the splits that a table may answer for.
  public let splits: [SplitName]

  public init(
    _ name: String, _ summary: String, fields: [Field] = [], takes: Port? = nil, gives: [Port] = [],
    testItems: String? = nil, search: Search? = nil, rules: [Rule] = [], splits: [SplitName] = []
  ) {
    self.splits = splits
    self.name = name
    self.summary = summary
    self.fields = fields
    self.takes = takes
    self.gives = gives
    self.testItems = testItems
    self.search = search
    self.rules = rules
  }

  /// A split, as manifests name it.
  public struct SplitName: Sendable, Equatable {
    public let name: String
    /// The field that must be above 0 for the split to be there; nil where it always is.
    public let field: String?

    public init(_ name: String, field: String? = nil) {
      self.name = name
      self.field = field
    }
  }

  /// A condition that no field can state for itself.
  public struct Rule: Sendable {
    /// The field that a message points at.
    public let field: String
    /// Why these values cannot be, in words; nil where they can. Every field has a value of its type.
    public let problem: @Sendable (_ values: [String: JSON]) -> String?

    public init(_ field: String, _ problem: @escaping @Sendable (_ values: [String: JSON]) -> String?) {
      self.field = field
      self.problem = problem
    }

    /// One number is at most another.
    public static func atMost(_ field: String, _ limit: String) -> Rule {
      Rule(field) { values in
        guard let value = values[field]?.int, let most = values[limit]?.int, value > most else { return nil }
        return "`\(field)` must be at most `\(limit)`, which is \(most), but is \(value)"
      }
    }
  }

  /// What a search over a trained representation may do.
  public struct Search: Sendable, Equatable {
    /// The fields that only training reads: no other step has to know which trial has won.
    public let fields: [String]
    /// The field that holds the number of updates; 0 means that there is no training.
    public let length: String
    /// Fields that would train the network a second time, and so have to be 0.
    public let without: [String]
    /// What a manifest may say of the validation.
    public let validation: [Field]

    public init(fields: [String], length: String, without: [String] = [], validation: [Field]) {
      self.fields = fields
      self.length = length
      self.without = without
      self.validation = validation
    }
  }
}

/// A parameter of a kind. A field without a default must be given.
public struct Field: Sendable, Equatable {
  public let name: String
  public let type: FieldType
  public let defaultValue: JSON?
  /// Whether the field came after results had been made without it: its default is what they were made with, and is left
  /// out of configurations, so that steps keep their identities.
  public let isAdded: Bool
  public let summary: String

  public init(
    _ name: String, _ type: FieldType, default defaultValue: JSON? = nil, isAdded: Bool = false,
    _ summary: String
  ) {
    precondition(!isAdded || defaultValue != nil, "the added field `\(name)` needs a default")
    self.name = name
    self.type = type
    self.defaultValue = defaultValue
    self.isAdded = isAdded
    self.summary = summary
  }
}

public indirect enum FieldType: Sendable, Equatable {
  case integer(ClosedRange<Int>)
  case number(ClosedRange<Double>)
  case boolean
  case text
  case choice([String])
  case list(FieldType, count: ClosedRange<Int> = 1...Int.max)
  case object([Field])
}
