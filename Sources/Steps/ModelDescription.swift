import Files
import Manifest

/// What `model.json` in the artifact of a training says of its network.
///
/// Networks trust their configuration, which comes from a manifest that was checked. This file came from a disk: it is
/// held against the same ranges before a network is built from it.
enum ModelDescription {
  /// The parameters of the model in `folder`. Throws `FileError`, and `StepsError` where they are none.
  static func read(from folder: String) throws -> JSON {
    let path = "\(folder)/\(TrainStep.modelFile)"
    let bytes = try POSIXFileSystem().contents(of: path)
    guard let parameters = try? JSON(parsing: bytes), let values = parameters.object else {
      throw refusal(path, "it is no JSON object")
    }
    let name = values["kind"]?.string ?? ""
    let kinds = vocabulary.families.flatMap(\.representations).filter { $0.name == name }
    guard let kind = kinds.first else { throw refusal(path, "no model is called '\(name)'") }
    for field in kind.fields {
      guard let value = values[field.name], !field.type.admits(value) else { continue }
      throw refusal(path, "`\(field.name)` is \(value.canonical.prefix(80))")
    }
    let filled = kind.fields.reduce(into: values) { $0[$1.name] = $0[$1.name] ?? $1.defaultValue }
    for rule in kind.rules {
      if let problem = rule.problem(filled) { throw refusal(path, problem) }
    }
    return parameters
  }

  private static func refusal(_ path: String, _ reason: String) -> StepsError {
    StepsError(
      .failed,
      "cannot build the network that \(path) describes: \(reason), which no training could have left. Remove this "
        + "artifact's folder from the store and run again.")
  }
}

extension FieldType {
  /// Whether a value is one that a manifest could give to a field of this type.
  fileprivate func admits(_ value: JSON) -> Bool {
    switch self {
    case .integer(let range): value.int.map(range.contains) ?? false
    case .number(let range): value.double.map(range.contains) ?? false
    case .boolean: value.bool != nil
    case .text: value.string != nil
    case .choice(let choices): value.string.map(choices.contains) ?? false
    case .list(let element, let count):
      value.array.map { count.contains($0.count) && $0.allSatisfy(element.admits) } ?? false
    case .object(let fields):
      value.object.map { values in
        fields.allSatisfy { field in values[field.name].map(field.type.admits) ?? true }
      } ?? false
    }
  }
}
