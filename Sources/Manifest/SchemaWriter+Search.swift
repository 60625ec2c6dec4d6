import Files

/// The parts of the JSON Schema that describe searches. What is found at several places is defined once.
extension SchemaWriter {
  /// A search, or nothing: a row may drop the one it inherits, and a profile may do without.
  var search: JSON {
    perProfile(["anyOf": [["$ref": "#/$defs/search"], ["type": "null"]]], complete: false)
  }

  var searchDefinitions: [String: JSON] {
    ["search": .object(shape(.search)), "distribution": distribution, "stop": stop]
  }

  var distributions: JSON {
    perProfile(
      [
        "type": "object", "propertyNames": ["pattern": "^(representation|classifier)(\\.[^.]+)+$"],
        "minProperties": 1,
        "additionalProperties": perProfile(["$ref": "#/$defs/distribution"], complete: true),
      ], complete: true)
  }

  private var distribution: JSON {
    let bounds = perProfile(
      [
        "type": "array", "items": perProfile(["type": "number"], complete: true), "minItems": 2,
        "maxItems": 2,
      ], complete: true)
    let values = perProfile(["type": "array", "minItems": 2], complete: true)
    var schema = object([
      "uniform": described(bounds, "Every number of the range is as likely."),
      "log-uniform": described(bounds, "Every order of magnitude of the range is as likely."),
      "one-of": described(values, "Each of these values is as likely."),
    ])
    schema["minProperties"] = 1
    schema["maxProperties"] = 1
    return .object(schema)
  }

  var stops: JSON {
    let stop: JSON = ["$ref": "#/$defs/stop"]
    return perProfile(
      ["anyOf": [stop, ["type": "array", "items": stop], ["type": "null"]]], complete: false)
  }

  private var stop: JSON {
    let share = perProfile(
      ["type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1], complete: true)
    var schema = object([
      "after": described(share, "Share of the training after which trials are compared."),
      "keep": described(share, "Share of the trials that go on."),
    ])
    schema["required"] = ["after", "keep"]
    return .object(schema)
  }

  /// The fields of every kind that can be searched; which of them a row may use, the decoder knows.
  var validation: JSON {
    var known: [Field] = []
    for field in vocabulary.kinds(.representation).flatMap({ $0.search?.validation ?? [] })
    where !known.contains(where: { $0.name == field.name }) { known.append(field) }
    var schema = fields(known)
    schema["required"] = nil
    return perProfile(["anyOf": [.object(schema), ["type": "null"]]], complete: false)
  }
}
