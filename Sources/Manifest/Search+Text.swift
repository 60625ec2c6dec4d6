import Files

extension Search {
  /// What is searched and when trials end, a line each, for `describe`.
  public var lines: [String] {
    let drawn = axes.map { "\($0.path) \($0.distribution.text)" }
    let ends = zip(stops, counts.dropFirst()).map { stop, count in
      "after \(Self.percent(stop.after)) of the training the better \(count) go on"
    }
    let validated = validation.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.canonical)" }
    return ["\(trials) trials of a random search over"] + drawn.map { "  \($0)" }
      + (ends.isEmpty ? ["every trial is trained to its end"] : ends)
      + (validated.isEmpty ? [] : ["validated with " + validated.joined(separator: ", ")])
  }

  /// `25 %`, `12.5 %`.
  public static func percent(_ share: Double) -> String {
    JSON.number((share * 1e6).rounded() / 1e4).canonical + " %"
  }
}

extension Search.Distribution {
  /// `log-uniform from 0.0001 to 0.01`.
  var text: String {
    func range(_ name: String, _ lower: JSON, _ upper: JSON) -> String {
      "\(name) from \(lower.canonical) to \(upper.canonical)"
    }
    return switch self {
    case .uniform(let lower, let upper): range("uniform", .number(lower), .number(upper))
    case .logUniform(let lower, let upper): range("log-uniform", .number(lower), .number(upper))
    case .uniformInteger(let lower, let upper): range("uniform", .int(lower), .int(upper))
    case .logUniformInteger(let lower, let upper): range("log-uniform", .int(lower), .int(upper))
    case .oneOf(let values): "one of " + values.map(\.canonical).joined(separator: ", ")
    }
  }
}
