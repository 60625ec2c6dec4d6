import Files

/// One table of one paper at one profile, every value resolved: what `plan` and `run` work from.
///
/// An experiment is pure data. Two manifests that resolve to equal experiments give equal plans.
public struct Experiment: Sendable, Codable, Equatable {
  public var table: String
  public var title: String
  public var source: Source
  public var profile: String
  public var dataset: Configured
  /// How many times every seeded step is repeated; repeat `r` of a row has a seed derived from `seed` and the
  /// step's path, so a new row shifts no other row's numbers.
  public var repeats: Int
  public var seed: UInt64
  public var columns: [Column]
  public var rows: [Row]
  public var expectations: [Expectation]
  /// Differences from the published protocol that hold for the whole table in this profile.
  public var deviations: [String]
}

/// Where a claim was published.
public struct Source: Sendable, Codable, Equatable {
  public var paper: String
  /// "Fig. 6 left", "Table 1".
  public var place: String
}

/// The name of a kind with all its parameters, defaults filled in: `{kind: vae, beta: 4, …}`.
public struct Configured: Sendable, Codable, Hashable {
  public var kind: String
  /// Every field of the kind, by name.
  public var parameters: [String: JSON]

  public init(kind: String, parameters: [String: JSON] = [:]) {
    self.kind = kind
    self.parameters = parameters
  }

  /// Parameters as one object, `kind` included: what identities are computed from.
  public var json: JSON { .object(parameters.merging(["kind": .string(kind)]) { $1 }) }
}

public enum Direction: String, Sendable, Codable, CaseIterable {
  case higher, lower
}

/// How the values of several repeats become one number.
public enum Aggregate: String, Sendable, Codable, CaseIterable {
  case mean
  /// Mean and sd over the better half of all values (Higgins et al. 2017, appendix).
  case topHalf = "top-half"
}

/// One metric with its protocol.
public struct Column: Sendable, Codable, Equatable {
  public var id: String
  public var label: String
  public var unit: String
  /// Nil for columns that describe rather than score, such as a number of features.
  public var better: Direction?
  public var metric: Configured
  public var aggregate: Aggregate
  /// Digits after the point in a printed cell, in the column's unit.
  public var decimals: Int
  /// Columns of one section are printed as one table; the first section is the paper's own table.
  public var section: String
}

public enum RowGroup: String, Sendable, Codable, CaseIterable {
  /// A row of the paper's table.
  case published
  /// A trivial or sanity baseline, printed under the table.
  case control
  /// A variation of a row that the paper does not report.
  case ablation
}

/// One method of the table.
public struct Row: Sendable, Codable, Equatable {
  public var id: String
  public var label: String
  public var group: RowGroup
  /// Published cells by column id.
  public var published: [String: Claim]
  public var representation: Configured
  /// Differences from the published protocol that hold for this row in this profile; printed as footnotes.
  public var deviations: [String]
  /// The row this one was made from by `extends`, if any.
  public var extends: String?
}

/// A published cell.
public struct Claim: Sendable, Codable, Equatable {
  public var value: Double
  /// The printed plus-minus, in the column's unit.
  public var spread: Double?
  /// What the spread is said to be; `unstated` where the paper does not say.
  public var spreadKind: SpreadKind
  /// How many values stand behind the spread, where known.
  public var count: Int?
  /// The split the number was measured on, where it is not the test split.
  public var split: String?
  /// Known doubts about the published number.
  public var doubts: [String]
}

public enum SpreadKind: String, Sendable, Codable, CaseIterable {
  case sd, standardError = "standard-error", interval95 = "interval-95", unstated
}

/// A claim about an ordering: `beta-vae > vae on score`.
public struct Expectation: Sendable, Codable, Equatable {
  public var left: String
  public var relation: Relation
  public var right: String
  public var column: String

  public enum Relation: String, Sendable, Codable, CaseIterable {
    case greater = ">"
    case less = "<"
    case equal = "~"
  }
}
