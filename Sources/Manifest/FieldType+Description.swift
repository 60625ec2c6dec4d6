import Files

extension FieldType {
  /// What a value must be, for messages: "a whole number from 1 to 4096".
  public var described: String { described(withLimits: false) }

  /// - Parameter withLimits: whether the ends of what 64 bits hold are named, for numbers beyond them.
  func described(withLimits: Bool) -> String {
    switch self {
    case .integer(let range):
      "a whole number"
        + Self.bounds(
          range.lowerBound == Int.min && !withLimits ? nil : String(range.lowerBound),
          range.upperBound == Int.max && !withLimits ? nil : String(range.upperBound))
    case .number(let range):
      "a number"
        + Self.bounds(
          range.lowerBound.isFinite ? Self.text(range.lowerBound) : nil,
          range.upperBound.isFinite ? Self.text(range.upperBound) : nil)
    case .boolean: "true or false"
    case .text: "text"
    case .choice(let choices): "one of " + Suggestions.listed(choices)
    case .list(let element, let count): "a list\(Self.entries(count)), each entry \(element.described)"
    case .object(let fields): "a mapping with " + Suggestions.listed(fields.map(\.name))
    }
  }

  private static func entries(_ count: ClosedRange<Int>) -> String {
    switch (count.lowerBound, count.upperBound) {
    case (...1, .max): ""
    case (let least, .max): " of at least \(least) entries"
    case (let least, let most): " of \(least == most ? "\(least)" : "\(least) to \(most)") entries"
    }
  }

  private static func bounds(_ lower: String?, _ upper: String?) -> String {
    switch (lower, upper) {
    case (nil, nil): ""
    case (let lower?, nil): " of at least \(lower)"
    case (nil, let upper?): " of at most \(upper)"
    case (let lower?, let upper?): " from \(lower) to \(upper)"
    }
  }

  private static func text(_ number: Double) -> String {
    Int(exactly: number).map(String.init) ?? "\(number)"
  }
}

extension Field {
  /// The default with its numbers settled; an object whose fields all have defaults has one too.
  var effectiveDefault: JSON? {
    if let defaultValue { return defaultValue.settled }
    guard case .object(let fields) = type else { return nil }
    var values: [String: JSON] = [:]
    for field in fields {
      guard let value = field.effectiveDefault else { return nil }
      values[field.name] = value
    }
    return .object(values)
  }
}

extension JSON {
  /// Whole numbers as `.int`: the form in which they come back from JSON text, so that a value equals itself after a
  /// round trip. `JSON.double` reads both.
  var settled: JSON {
    switch self {
    case .number(let number): Int(exactly: number).map(JSON.int) ?? self
    case .array(let values): .array(values.map(\.settled))
    case .object(let members): .object(members.mapValues(\.settled))
    default: self
    }
  }

  static func settled(_ number: Double, in range: ClosedRange<Double>) -> JSON? {
    number.isFinite && range.contains(number) ? JSON.number(number).settled : nil
  }
}
