import Files

/// Writes the parts of the JSON Schema.
struct SchemaWriter {
  let vocabulary: Vocabulary

  // MARK: Shapes

  func shape(_ shape: Shape, requiring: Bool = true) -> [String: JSON] {
    var properties: [String: JSON] = [:]
    for key in shape.keys { properties[key.name] = described(content(key), key.summary) }
    var schema = object(properties)
    let required = shape.keys.filter(\.isRequired).map { JSON.string($0.name) }
    if requiring { schema["required"] = .array(required) }
    return schema
  }

  private func content(_ key: Shape.Key) -> JSON {
    switch key.content {
    case .value(let type): perProfile(type, complete: key.isRequired)
    case .name: ["type": ["string", "integer", "boolean"], "pattern": .string("^\(Names.rule)$")]
    case .kind(let role): perProfile(["$ref": .string("#/$defs/\(role.rawValue)")], complete: true)
    case .notes: notes
    // A file that is included may say the rest.
    case .mapping(let inner): .object(shape(inner, requiring: false))
    case .list(let inner): ["type": "array", "minItems": 1, "items": .object(item(inner))]
    case .paths: ["anyOf": [["type": "string"], ["type": "array", "items": ["type": "string"]]]]
    case .claims: perProfile(["type": "object", "additionalProperties": claim], complete: false)
    case .settings: ["type": "object", "propertyNames": ["pattern": .string(settable)]]
    case .axes: axes
    case .search: search
    case .distributions: distributions
    case .stops: stops
    case .validation: validation
    }
  }

  private func item(_ inner: Shape) -> [String: JSON] {
    var schema = shape(inner)
    if inner["extends"] != nil {
      schema["anyOf"] = [["required": ["representation"]], ["required": ["extends"]]]
    }
    return schema
  }

  private var notes: JSON {
    let text = perProfile(["type": ["string", "null"]], complete: false)
    return perProfile(["anyOf": [text, ["type": "array", "items": text]]], complete: false)
  }

  private var claim: JSON {
    perProfile(["anyOf": [["type": "number"], .object(shape(.claim))]], complete: true)
  }

  private var axes: JSON {
    let value: JSON = ["type": ["string", "number", "boolean"]]
    return [
      "type": "object", "propertyNames": ["pattern": .string(settable)], "minProperties": 1,
      "additionalProperties": [
        "anyOf": [
          ["type": "array", "minItems": 1, "items": value],
          [
            "type": "object", "minProperties": 1,
            "propertyNames": ["pattern": .string("^\(Names.rule)$")],
          ],
        ]
      ],
    ]
  }

  private var settable: String { "^(deviations|choices|(representation|classifier|search)(\\.[^.]+)+)$" }

  // MARK: Kinds

  /// Either the name of a kind or a mapping with its fields.
  func kinds(_ role: Role) -> JSON {
    let kinds = vocabulary.kinds(role)
    // Where there are none, nothing can be named; a choice among none is no schema.
    guard !kinds.isEmpty else { return ["not": [:]] }
    let names = kinds.filter {
      role == .representation || role == .classifier || !$0.fields.contains(where: \.isRequired)
    }
    .map { described(["const": .string($0.name)], $0.summary) }
    return ["anyOf": .array(names + kinds.map { kind($0, role) })]
  }

  private func kind(_ kind: Kind, _ role: Role) -> JSON {
    var schema = fields(kind.fields)
    var properties = schema["properties"]?.object ?? [:]
    properties["kind"] = ["const": .string(kind.name)]
    schema["properties"] = .object(properties)
    let required = schema["required"]?.array ?? []
    switch role {
    case .metric: schema["required"] = .array(["kind"] + required)
    // `set` and `matrix` may give the rest of a representation, an included file the rest of a data set.
    case .representation, .classifier: schema["required"] = ["kind"]
    case .dataset: schema["required"] = nil
    }
    return described(.object(schema), kind.summary)
  }

  func fields(_ fields: [Field]) -> [String: JSON] {
    var properties: [String: JSON] = [:]
    for field in fields {
      var schema = perProfile(
        type(field.type), complete: field.isRequired, nullable: field.defaultValue == .null)
      if let value = field.effectiveDefault, value != .null { schema = schema.adding("default", value) }
      properties[field.name] = described(schema, field.summary)
    }
    var schema = object(properties)
    let required = fields.filter(\.isRequired).map { JSON.string($0.name) }
    if !required.isEmpty { schema["required"] = .array(required) }
    return schema
  }

  // MARK: Values

  func type(_ type: FieldType) -> JSON {
    switch type {
    case .integer(let range):
      var schema: [String: JSON] = ["type": "integer"]
      if range.lowerBound != Int.min { schema["minimum"] = .int(range.lowerBound) }
      if range.upperBound != Int.max { schema["maximum"] = .int(range.upperBound) }
      return .object(schema)
    case .number(let range):
      var schema: [String: JSON] = ["type": "number"]
      if range.lowerBound.isFinite { schema["minimum"] = JSON.number(range.lowerBound).settled }
      if range.upperBound.isFinite { schema["maximum"] = JSON.number(range.upperBound).settled }
      return .object(schema)
    case .boolean: return ["type": "boolean"]
    case .text: return ["type": "string"]
    case .choice(let choices): return ["enum": .array(choices.flatMap(spellings))]
    case .list(let element, let count):
      var schema: [String: JSON] = ["type": "array", "items": perProfile(element, complete: true)]
      if count.lowerBound > 0 { schema["minItems"] = .int(count.lowerBound) }
      if count.upperBound != Int.max { schema["maxItems"] = .int(count.upperBound) }
      return .object(schema)
    case .object(let members): return .object(fields(members))
    }
  }

  /// A choice that looks like a number may be written without quotes.
  private func spellings(_ choice: String) -> [JSON] {
    switch Scalar(plain: choice).value {
    case .int(let number): [.string(choice), .int(number)]
    case .number(let number) where number.isFinite: [.string(choice), .number(number)]
    case .bool(let flag): [.string(choice), .bool(flag)]
    default: [.string(choice)]
    }
  }

  private func perProfile(_ type: FieldType, complete: Bool) -> JSON {
    perProfile(self.type(type), complete: complete)
  }

  /// The value itself, or one for each profile.
  ///
  /// - Parameter complete: whether every profile must be given, since there is no default.
  func perProfile(_ value: JSON, complete: Bool, nullable: Bool = false) -> JSON {
    let profiles = Profile.names.map { ($0, JSON.bool(true)) }
    let value: JSON = nullable ? ["anyOf": [value, ["type": "null"]]] : value
    var alternative = object(Dictionary(uniqueKeysWithValues: profiles))
    // Named in `properties` for completion, checked by the pattern.
    alternative["patternProperties"] = .object(["^(\(Profile.names.joined(separator: "|")))$": value])
    if complete {
      alternative["required"] = .array(Profile.names.map(JSON.string))
    } else {
      alternative["minProperties"] = 1
    }
    return ["anyOf": [value, .object(alternative)]]
  }

  func object(_ properties: [String: JSON]) -> [String: JSON] {
    ["type": "object", "properties": .object(properties), "additionalProperties": false]
  }

  func described(_ schema: JSON, _ summary: String) -> JSON {
    schema.adding("description", .string(summary))
  }
}

extension Field {
  /// Whether a kind cannot do without it.
  var isRequired: Bool { effectiveDefault == nil }
}

extension JSON {
  fileprivate func adding(_ key: String, _ value: JSON) -> JSON {
    .object((object ?? [:]).merging([key: value]) { $1 })
  }
}
