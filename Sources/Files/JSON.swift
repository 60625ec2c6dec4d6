import Foundation

/// A JSON value with one canonical text: the currency of manifests, identities and records.
///
/// Canonical text has sorted keys, no spaces, integers without a point, and numbers in the shortest form that reads
/// back to the same `Double`; equal values have equal text and so equal digests.
public enum JSON: Hashable, Sendable {
  case null
  case bool(Bool)
  case int(Int)
  case number(Double)
  case string(String)
  case array([JSON])
  case object([String: JSON])
}

extension JSON {
  /// The canonical text.
  public var canonical: String {
    var text = ""
    write(to: &text)
    return text
  }

  /// SHA-256 of the canonical text, 64 lower-case hexadecimal digits.
  public var digest: String { Digest.hex(of: Array(canonical.utf8)) }

  private func write(to text: inout String) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .int(let value): text += String(value)
    case .number(let value): text += JSON.canonical(value)
    case .string(let value): JSON.quote(value, into: &text)
    case .array(let values):
      text += "["
      for (position, value) in values.enumerated() {
        if position > 0 { text += "," }
        value.write(to: &text)
      }
      text += "]"
    case .object(let members):
      text += "{"
      for (position, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
        if position > 0 { text += "," }
        JSON.quote(member.key, into: &text)
        text += ":"
        member.value.write(to: &text)
      }
      text += "}"
    }
  }

  /// JSON has no infinities: they and NaN are written as strings, so that a record never fails to be written.
  private static func canonical(_ value: Double) -> String {
    if value.isNaN { return "\"nan\"" }
    if value.isInfinite { return value > 0 ? "\"inf\"" : "\"-inf\"" }
    if value == value.rounded(), abs(value) < 1e15 { return String(Int(value)) }
    return "\(value)"
  }

  private static func quote(_ string: String, into text: inout String) {
    text += "\""
    defer { text += "\"" }
    // Names and bytes in base 64, most of what is written, have nothing to escape.
    let isPlain = string.utf8.allSatisfy {
      (0x20..<0x7f).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
    }
    if isPlain {
      text += string
      return
    }
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      // So that nothing acts on a terminal that shows it.
      case let control where control.isHidden:
        text += "\\u" + String(repeating: "0", count: 4 - String(control.value, radix: 16).count)
        text += String(control.value, radix: 16)
      default: text.unicodeScalars.append(scalar)
      }
    }
  }
}

extension JSON {
  public subscript(key: String) -> JSON? {
    if case .object(let members) = self { members[key] } else { nil }
  }
  public var string: String? { if case .string(let value) = self { value } else { nil } }
  public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
  public var array: [JSON]? { if case .array(let value) = self { value } else { nil } }
  public var object: [String: JSON]? { if case .object(let value) = self { value } else { nil } }
  /// An integer, also from a number without a fraction.
  public var int: Int? {
    switch self {
    case .int(let value): value
    case .number(let value): Int(exactly: value)
    default: nil
    }
  }
  /// A number, also from an integer.
  public var double: Double? {
    switch self {
    case .int(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }
}

extension JSON: Codable {
  public init(from decoder: Decoder) throws {
    let container = try decoder.singleValueContainer()
    // A guess that fails throws, which costs more than reading the value: what long arrays hold comes first.
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Double.self) {
      // Doubles have every integer below 2^53; a larger one has to be read as what it is.
      if abs(value) < 0x1p53 {
        self = Int(exactly: value).map(JSON.int) ?? .number(value)
      } else {
        self = (try? container.decode(Int.self)).map(JSON.int) ?? .number(value)
      }
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode([JSON].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSON].self))
    }
  }

  public func encode(to encoder: Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .int(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .array(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }

  /// Parses JSON text.
  public init(parsing bytes: [UInt8]) throws {
    self = try JSONDecoder().decode(JSON.self, from: Data(bytes))
  }

  /// The JSON form of any `Encodable` value.
  public init<T: Encodable>(encoding value: T) throws {
    self = try JSONDecoder().decode(JSON.self, from: try JSONEncoder().encode(value))
  }

  /// Decodes this value as `type`.
  public func decode<T: Decodable>(_ type: T.Type) throws -> T {
    try JSONDecoder().decode(type, from: Data(canonical.utf8))
  }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  public init(stringLiteral value: String) { self = .string(value) }
  public init(integerLiteral value: Int) { self = .int(value) }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(arrayLiteral elements: JSON...) { self = .array(elements) }
  public init(dictionaryLiteral elements: (String, JSON)...) {
    self = .object(Dictionary(elements, uniquingKeysWith: { $1 }))
  }
}
