import Files
import Pipeline

extension StepContext {
  /// A whole number that a plan gives to a step.
  func number(_ parameter: String) throws -> Int {
    guard let number = step.parameters[parameter]?.int else {
      throw StepsError(.failed, "the step '\(step.label)' does not say `\(parameter)`")
    }
    return number
  }
}

extension JSON {
  /// Decodes parameters, whose names are written with hyphens in manifests and in camel case in Swift.
  func parameters<T: Decodable>(as type: T.Type = T.self) throws -> T { try camelCased.decode(type) }

  private var camelCased: JSON {
    switch self {
    case .object(let members):
      .object(
        Dictionary(uniqueKeysWithValues: members.map { (JSON.camelCase($0.key), $0.value.camelCased) }))
    case .array(let values): .array(values.map(\.camelCased))
    default: self
    }
  }

  private static func camelCase(_ name: String) -> String {
    let words = name.split(separator: "-")
    return words.dropFirst().reduce(String(words.first ?? "")) {
      $0 + $1.prefix(1).uppercased() + $1.dropFirst()
    }
  }
}
