import Files

/// A Swift value whose properties a manifest can set: the one declaration of a kind's parameters.
///
/// A parameter's default is the initial value of its property. The manifest reader, the JSON Schema, `describe`, the identity
/// of steps and the code that runs a step all go by `parameters`, so that none of them can know another default.
public protocol Parameterised: Sendable {
  /// All parameters at their defaults; those that must be given have values that no manifest leaves in place.
  init()
  /// What a manifest calls the kind.
  static var name: String { get }
  /// One line for `describe`, the schema and messages.
  static var summary: String { get }
  static var parameters: [Parameter<Self>] { get }
  /// What the values of several parameters have to satisfy together.
  static var rules: [Kind.Rule] { get }
  /// Raised when the code behind the kind makes something else of the same parameters. 1 is left out of identities.
  static var revision: Int { get }
}

extension Parameterised {
  public static var parameters: [Parameter<Self>] { [] }
  public static var rules: [Kind.Rule] { [] }
  public static var revision: Int { 1 }

  /// The values of a manifest or a step, by name; a parameter that is not among them has its default.
  ///
  /// Throws `ParameterError` for what a manifest could not have said: steps read these values back from files.
  ///
  /// - Parameter use: the parameters that are read; all by default.
  public init(_ values: [String: JSON], only use: ParameterUse? = nil) throws(ParameterError) {
    self.init()
    for parameter in Self.parameters where use == nil || parameter.use == use {
      let field = parameter.field
      guard let value = values[field.name] else {
        guard !field.isRequired else { throw ParameterError(Self.name, field, found: nil) }
        continue
      }
      guard field.type.admits(value), parameter.assign(&self, value) else {
        throw ParameterError(Self.name, field, found: value)
      }
    }
    for rule in Self.rules {
      if let problem = rule.problem(values) { throw ParameterError(description: problem) }
    }
  }

  public init(_ values: JSON, only use: ParameterUse? = nil) throws(ParameterError) {
    try self.init(values.object ?? [:], only: use)
  }

  /// Names of the parameters that serve one purpose.
  public static func names(_ use: ParameterUse) -> Set<String> {
    Set(parameters.filter { $0.use == use }.map(\.field.name))
  }
}

extension Kind.Rule {
  /// A parameter that is read under a condition alone. Without it every value but the default is refused: it would be
  /// accepted, stand in the table as if it had been tried, and change no number.
  ///
  /// - Parameter condition: in words, with the code of a manifest: `classifier: adagrad`.
  public static func `where`<Root: Parameterised>(
    _ condition: String, isRead field: String, of kind: Root.Type,
    _ holds: @escaping @Sendable (_ values: [String: JSON]) -> Bool
  ) -> Kind.Rule {
    let unchanged = kind.parameters.first { $0.field.name == field }?.field.defaultValue
    precondition(unchanged != nil, "`\(field)` of `\(kind.name)` has no default")
    return Kind.Rule(field) { values in
      guard let value = values[field], value != unchanged, !holds(values),
        value.double == nil || value.double != unchanged?.double
      else { return nil }
      return "`\(field)` would change nothing: it is read with \(condition) alone. Leave it out"
    }
  }
}

/// What a parameter decides about the steps of a representation.
public enum ParameterUse: Sendable {
  /// What is learned: part of the training's identity.
  case learning
  /// What is made of images by what was learned: part of the encoding's identity alone.
  case encoding
  /// Which steps there are and what they read, such as the images that are learned from.
  case planning
}

/// One property that a manifest can set.
public struct Parameter<Root: Parameterised>: Sendable {
  public let field: Field
  public let use: ParameterUse
  /// Puts a value of the field's type into the property; false where it is none.
  let assign: @Sendable (inout Root, JSON) -> Bool

  private init<Value>(
    _ name: String, _ path: WritableKeyPath<Root, Value> & Sendable, _ type: FieldType, _ use: ParameterUse,
    isRequired: Bool, isAdded: Bool, _ summary: String,
    encode: (Value) -> JSON, decode: @escaping @Sendable (JSON) -> Value?
  ) {
    field = Field(
      name, type, default: isRequired ? nil : encode(Root()[keyPath: path]), isAdded: isAdded, summary)
    self.use = use
    assign = { root, json in
      guard let value = decode(json) else { return false }
      root[keyPath: path] = value
      return true
    }
  }

  public init(
    _ name: String, _ path: WritableKeyPath<Root, Int> & Sendable, in range: ClosedRange<Int>,
    use: ParameterUse = .learning, required: Bool = false, added: Bool = false, _ summary: String
  ) {
    self.init(
      name, path, .integer(range), use, isRequired: required, isAdded: added, summary, encode: JSON.int,
      decode: \.int)
  }

  public init(
    _ name: String, _ path: WritableKeyPath<Root, Double> & Sendable, in range: ClosedRange<Double>,
    use: ParameterUse = .learning, required: Bool = false, added: Bool = false, _ summary: String
  ) {
    self.init(
      name, path, .number(range), use, isRequired: required, isAdded: added, summary, encode: JSON.number,
      decode: \.double)
  }

  public init(
    _ name: String, _ path: WritableKeyPath<Root, Bool> & Sendable, use: ParameterUse = .learning,
    added: Bool = false, _ summary: String
  ) {
    self.init(
      name, path, .boolean, use, isRequired: false, isAdded: added, summary, encode: JSON.bool, decode: \.bool
    )
  }

  /// One of a few words.
  public init<Choice: RawRepresentable & CaseIterable & Sendable>(
    _ name: String, _ path: WritableKeyPath<Root, Choice> & Sendable, use: ParameterUse = .learning,
    required: Bool = false, added: Bool = false, _ summary: String
  ) where Choice.RawValue == String {
    self.init(
      name, path, .choice(Choice.allCases.map(\.rawValue)), use, isRequired: required, isAdded: added,
      summary,
      encode: { .string($0.rawValue) }, decode: { $0.string.flatMap(Choice.init(rawValue:)) })
  }

  /// Any text.
  public init(
    _ name: String, _ path: WritableKeyPath<Root, String> & Sendable, use: ParameterUse = .learning,
    required: Bool = false, added: Bool = false, _ summary: String
  ) {
    self.init(
      name, path, .text, use, isRequired: required, isAdded: added, summary, encode: JSON.string,
      decode: \.string)
  }

  /// One of a few names that are known elsewhere.
  public init(
    _ name: String, _ path: WritableKeyPath<Root, String> & Sendable, among choices: [String],
    use: ParameterUse = .learning, required: Bool = false, added: Bool = false, _ summary: String
  ) {
    self.init(
      name, path, .choice(choices), use, isRequired: required, isAdded: added, summary, encode: JSON.string,
      decode: \.string)
  }

  public init(
    _ name: String, _ path: WritableKeyPath<Root, [Int]> & Sendable, each range: ClosedRange<Int>,
    count: ClosedRange<Int> = 1...Int.max, use: ParameterUse = .learning, required: Bool = false,
    added: Bool = false, _ summary: String
  ) {
    self.init(
      name, path, .list(.integer(range), count: count), use, isRequired: required, isAdded: added, summary,
      encode: { .array($0.map(JSON.int)) }, decode: { $0.elements(\.int) })
  }

  public init(
    _ name: String, _ path: WritableKeyPath<Root, [Double]> & Sendable, each range: ClosedRange<Double>,
    count: ClosedRange<Int> = 1...Int.max, use: ParameterUse = .learning, required: Bool = false,
    added: Bool = false, _ summary: String
  ) {
    self.init(
      name, path, .list(.number(range), count: count), use, isRequired: required, isAdded: added, summary,
      encode: { .array($0.map(JSON.number)) }, decode: { $0.elements(\.double) })
  }

  /// Some of a few words.
  public init<Choice: RawRepresentable & CaseIterable & Sendable>(
    _ name: String, _ path: WritableKeyPath<Root, [Choice]> & Sendable, count: ClosedRange<Int> = 1...Int.max,
    use: ParameterUse = .learning, required: Bool = false, added: Bool = false, _ summary: String
  ) where Choice.RawValue == String {
    self.init(
      name, path, .list(.choice(Choice.allCases.map(\.rawValue)), count: count), use, isRequired: required,
      isAdded: added, summary, encode: { .array($0.map { .string($0.rawValue) }) },
      decode: { $0.elements { $0.string.flatMap(Choice.init(rawValue:)) } })
  }
}

/// Parameters that no manifest could have given.
public struct ParameterError: Error, CustomStringConvertible, Equatable {
  public let description: String

  init(description: String) {
    self.description = description
  }

  init(_ owner: String, _ field: Field, found: JSON?) {
    description =
      "`\(field.name)` of `\(owner)` must be \(field.type.described), but "
      + (found.map { "is \($0.canonical.prefix(80))" } ?? "is not there")
  }
}

extension JSON {
  /// The entries of a list as one type; nil where one is none.
  fileprivate func elements<Element>(_ decode: (JSON) -> Element?) -> [Element]? {
    guard let array else { return nil }
    let elements = array.compactMap(decode)
    return elements.count == array.count ? elements : nil
  }
}

extension FieldType {
  /// Whether a value is of the type and in its range.
  public func admits(_ value: JSON) -> Bool {
    switch self {
    case .integer(let range): value.int.map(range.contains) ?? false
    case .number(let range): value.double.map { $0.isFinite && range.contains($0) } ?? false
    case .boolean: value.bool != nil
    case .text: value.string != nil
    case .choice(let choices): value.string.map(choices.contains) ?? false
    case .list(let element, let count):
      value.array.map { count.contains($0.count) && $0.allSatisfy(element.admits) } ?? false
    case .object(let fields):
      value.object.map { members in
        fields.allSatisfy { field in members[field.name].map(field.type.admits) ?? !field.isRequired }
      } ?? false
    }
  }
}
