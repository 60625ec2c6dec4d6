import Files

/// A way to write observations down. Numbers have the fewest digits that read back to the same number.
public enum ExportFormat: String, Sendable, CaseIterable {
  /// A heading, then a line for each observation; what there is none of is empty.
  case csv
  /// An object a line, with every column in each; what there is none of is null.
  case json

  /// What comes before the observations of the first table.
  public var heading: String { self == .csv ? CSV.line(Observations.columns) : "" }

  public func text(of observations: Observations) -> String {
    observations.lines.map { self == .csv ? CSV.line($0.map(Self.field)) : Self.object($0) }.joined()
  }

  private static func field(_ value: JSON) -> String {
    switch value {
    case .null: ""
    case .string(let text): text
    // As pandas, R and most others read them.
    case .number(let number) where number.isNaN: "NaN"
    case .number(let number) where number.isInfinite: number > 0 ? "Inf" : "-Inf"
    default: value.canonical
    }
  }

  /// The columns stand in their own order, not in that of the alphabet: readers make a table's columns of it.
  private static func object(_ values: [JSON]) -> String {
    let members = zip(Observations.columns, values).map { JSON.string($0).canonical + ":" + $1.canonical }
    return "{" + members.joined(separator: ",") + "}\n"
  }
}
