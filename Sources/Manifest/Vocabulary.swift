import Files

/// What a manifest may name: the kinds of data sets, representations and metrics, with their parameters.
///
/// The decoder, the JSON Schema for editors and `describe` all read the same declarations.
public struct Vocabulary: Sendable {
  public var datasets: [Kind]
  public var representations: [Kind]
  public var metrics: [Kind]

  public init(datasets: [Kind], representations: [Kind], metrics: [Kind]) {
    self.datasets = datasets
    self.representations = representations
    self.metrics = metrics
  }
}

/// Something a manifest can name, such as the metric `higgins`.
public struct Kind: Sendable, Equatable {
  public let name: String
  /// One line for `describe`, the schema and messages.
  public let summary: String
  public let fields: [Field]
  /// For a metric that is a share of test items: the field that says how many there are. A tolerance finer than one
  /// item is an error.
  public let testItems: String?

  public init(_ name: String, _ summary: String, fields: [Field] = [], testItems: String? = nil) {
    self.name = name
    self.summary = summary
    self.fields = fields
    self.testItems = testItems
  }
}

/// A parameter of a kind. A field without a default must be given.
public struct Field: Sendable, Equatable {
  public let name: String
  public let type: FieldType
  public let defaultValue: JSON?
  public let summary: String

  public init(_ name: String, _ type: FieldType, default defaultValue: JSON? = nil, _ summary: String) {
    self.name = name
    self.type = type
    self.defaultValue = defaultValue
    self.summary = summary
  }
}

public indirect enum FieldType: Sendable, Equatable {
  case integer(ClosedRange<Int>)
  case number(ClosedRange<Double>)
  case boolean
  case text
  case choice([String])
  case list(FieldType)
  case object([Field])
}
