import Files

/// The JSON Schema (draft 2020-12) with which editors complete and check manifests.
///
/// It is made from the declarations that the decoder reads, and accepts whatever the decoder accepts; what needs the
/// whole manifest, such as references between rows, only the decoder checks.
public enum JSONSchema {
  /// The schema as text, the same bytes for equal vocabularies.
  public static func text(for vocabulary: Vocabulary) -> String {
    var schema = SchemaWriter(vocabulary: vocabulary).shape(.manifest, requiring: false)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "Retable manifest"
    schema["description"] = "One table of one paper: its metrics, its methods and its published cells."
    // What an included file says need not be said again.
    let required = Shape.manifest.keys.filter(\.isRequired).map { JSON.string($0.name) }
    schema["anyOf"] = [["required": .array(required)], ["required": ["include"]]]
    var definitions: [String: JSON] = [:]
    for role in Role.allCases {
      definitions[role.rawValue] = SchemaWriter(vocabulary: vocabulary).kinds(role)
    }
    definitions.merge(SchemaWriter(vocabulary: vocabulary).searchDefinitions) { $1 }
    schema["$defs"] = .object(definitions)
    return JSON.object(schema).indented + "\n"
  }
}
