import Manifest
import Results

extension Verdict {
  /// The verdict on a published cell of a table; nil where the paper has no such cell.
  public init?(row: Row, column: Column, in results: TableResults) {
    guard let claim = row.published[column.id] else { return nil }
    self.init(
      claim: claim, measurement: Measurement(results.cell(row.id, column.id), column: column), column: column,
      reservations: Self.reservations(row: row, column: column, claim: claim, in: results))
  }

  /// Why the measured numbers of a row may not be held against its claim.
  static func reservations(row: Row, column: Column, claim: Claim, in results: TableResults) -> [String] {
    var reasons: [String] = []
    let profile = results.experiment.profile
    if profile != "paper" { reasons.append("profile \(profile), not paper") }
    let (published, measured) = (claim.split ?? Split.test, row.split(column))
    if published != measured {
      reasons.append("published for the \(published) split, measured on the \(measured) split")
    }
    return reasons + results.deviations + results.deviations(of: row)
  }
}

extension Verdict: CustomStringConvertible {
  /// As printed in a table: `reproduced`, `not comparable (differs)`, `inconclusive, needs n = 12`.
  public var description: String {
    isComparable || outcome == .notMeasured ? outcome.description : "not comparable (\(outcome.description))"
  }
}

extension Verdict.Outcome: CustomStringConvertible {
  public var description: String {
    switch self {
    case .reproduced: "reproduced"
    case .close: "close"
    case .differs: "differs"
    case .better: "better"
    case .inconclusive(let repeats?): "inconclusive, needs n = \(repeats)"
    case .inconclusive(nil): "inconclusive"
    case .notMeasured: "not measured"
    }
  }
}
