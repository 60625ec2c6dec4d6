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
  /// What the paper leaves open for the whole table, and what is done here.
  public var choices: [String]

  public init(
    table: String, title: String, source: Source, profile: String, dataset: Configured, repeats: Int = 1,
    seed: UInt64 = 1, columns: [Column], rows: [Row], expectations: [Expectation] = [],
    deviations: [String] = [], choices: [String] = []
  ) {
    self.table = table
    self.title = title
    self.source = source
    self.profile = profile
    self.dataset = dataset
    self.repeats = repeats
    self.seed = seed
    self.columns = columns
    self.rows = rows
    self.expectations = expectations
    self.deviations = deviations
    self.choices = choices
  }
}

/// Where a claim was published.
public struct Source: Sendable, Codable, Equatable {
  public var paper: String
  /// "Fig. 6 left", "Table 1".
  public var place: String

  public init(paper: String, place: String) {
    self.paper = paper
    self.place = place
  }
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
  /// Mean and sd over draws of labels: the draws are the independent units, as in tables of few labels.
  case draws
}

/// One metric with its protocol.
public struct Column: Sendable, Codable, Equatable {
  public var id: String
  public var label: String
  public var unit: String
  /// Nil for columns that describe rather than score, such as a number of features.
  public var better: Direction?
  public var metric: Configured
  /// What answers for rows that leave features; nil where the metric needs no answers.
  public var classifier: Configured?
  /// Labels of each class that a classifier is trained on; nil means every label.
  public var labelsPerClass: Int?
  /// Independent draws of the labels, each of which gives a value; nil means one.
  public var draws: Int?
  /// The split that is answered for; nil means the test split.
  public var split: String?
  public var aggregate: Aggregate
  /// Digits after the point in a printed cell, in the column's unit.
  public var decimals: Int
  /// Columns of one section are printed as one table; the section "" is the paper's own table.
  public var section: String
  /// How far a re-run may move a number before `check` fails, in the column's unit; nil leaves it to `check`.
  public var tolerance: Double?
  /// Ids of the rows that are measured in this column; nil means all.
  public var rows: [String]?

  public init(
    id: String, label: String, unit: String = "", better: Direction? = nil, metric: Configured,
    classifier: Configured? = nil, labelsPerClass: Int? = nil, draws: Int? = nil, split: String? = nil,
    aggregate: Aggregate = .mean, decimals: Int = 1, section: String = "", tolerance: Double? = nil,
    rows: [String]? = nil
  ) {
    self.id = id
    self.label = label
    self.unit = unit
    self.better = better
    self.metric = metric
    self.classifier = classifier
    self.labelsPerClass = labelsPerClass
    self.draws = draws
    self.split = split
    self.aggregate = aggregate
    self.decimals = decimals
    self.section = section
    self.tolerance = tolerance
    self.rows = rows
  }
}

extension Column {
  /// Whether a row has a cell in this column, measured or still to be.
  public func includes(_ row: Row) -> Bool { rows?.contains(row.id) ?? true }

  /// What one is worth in the column's unit: metrics are fractions, a column in per cent holds per cent.
  public var scale: Double { unit == "%" ? 100 : 1 }
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
  /// What answers for the row's features in place of the columns' classifiers.
  public var classifier: Configured?
  /// The split that the row is measured on, in place of the columns'.
  public var split: String?
  /// Draws of labels, in place of the columns'.
  public var draws: Int?
  /// How often every seeded step of the row is repeated, in place of the table's number.
  public var repeats: Int?
  /// Differences from the published protocol that hold for this row in this profile; printed as footnotes.
  public var deviations: [String]
  /// What the paper leaves open for this row, and what is done here; printed as footnotes too. Not a reason to call two
  /// numbers incomparable: nobody could do better with what was published.
  public var choices: [String]
  /// The row this one was made from by `extends`, if any.
  public var extends: String?
  /// How free parameters of the representation are chosen on validation data; nil where they are as given.
  public var search: Search?

  public init(
    id: String, label: String, group: RowGroup = .published, published: [String: Claim] = [:],
    representation: Configured, classifier: Configured? = nil, split: String? = nil, draws: Int? = nil,
    repeats: Int? = nil, deviations: [String] = [], choices: [String] = [], extends: String? = nil,
    search: Search? = nil
  ) {
    self.id = id
    self.label = label
    self.group = group
    self.published = published
    self.representation = representation
    self.classifier = classifier
    self.split = split
    self.draws = draws
    self.repeats = repeats
    self.deviations = deviations
    self.choices = choices
    self.extends = extends
    self.search = search
  }
}

extension Row {
  /// The split that a cell of the row is measured on.
  public func split(_ column: Column) -> String { split ?? column.split ?? Split.test }

  /// Independent draws of the labels that the row answers after in a column.
  public func draws(_ column: Column) -> Int { draws ?? column.draws ?? 1 }

  /// What answers for the row's features in a column.
  public func classifier(_ column: Column) -> Configured? { classifier ?? column.classifier }
}

extension Experiment {
  public func row(_ id: String) -> Row? { rows.first { $0.id == id } }
  public func column(_ id: String) -> Column? { columns.first { $0.id == id } }

  /// How often every seeded step of a row is repeated.
  public func repeats(of row: Row) -> Int { row.repeats ?? repeats }
}

/// Names of splits that mean the same in every data set.
public enum Split {
  public static let train = "train"
  public static let test = "test"
  /// Training images that are held out for choices.
  public static let validation = "validation"
}

/// A published cell.
public struct Claim: Sendable, Codable, Equatable {
  public var value: Double
  /// Digits after the point as printed (84.9 has one, 0.40 two): the value is known to half a unit of the last one.
  public var decimals: Int
  /// The printed plus-minus, in the column's unit.
  public var spread: Double?
  /// Digits after the point of the spread as printed, where they are more than the shortest way to write it has; nil
  /// otherwise.
  public var spreadDecimals: Int?
  /// What the spread is said to be; `unstated` where the paper does not say.
  public var spreadKind: SpreadKind
  /// How many values stand behind the spread, where known.
  public var count: Int?
  /// The split the number was measured on; nil means the test split.
  public var split: String?
  /// Known doubts about the published number.
  public var doubts: [String]

  /// - Parameters:
  ///   - decimals: by default as many as the shortest way to write the value has.
  ///   - spreadDecimals: as printed; by default as many as the shortest way to write the spread has.
  public init(
    value: Double, decimals: Int? = nil, spread: Double? = nil, spreadDecimals: Int? = nil,
    spreadKind: SpreadKind = .unstated, count: Int? = nil, split: String? = nil, doubts: [String] = []
  ) {
    self.value = value
    self.decimals = decimals ?? Scalar.decimals(of: value)
    self.spread = spread
    let shortest = spread.map(Scalar.decimals(of:)) ?? Int.max
    self.spreadDecimals = spreadDecimals.flatMap { $0 > shortest ? $0 : nil }
    self.spreadKind = spreadKind
    self.count = count
    self.split = split
    self.doubts = doubts
  }
}

public enum SpreadKind: String, Sendable, Codable, CaseIterable {
  case sd
  case standardError = "standard-error"
  case interval95 = "interval-95"
  /// 1.96 standard deviations: where 95% of single values lie, if they are normal.
  case range95 = "range-95"
  case unstated
}

/// A claim about an ordering: `beta-vae > vae on score`.
public struct Expectation: Sendable, Codable, Equatable {
  public var left: String
  public var relation: Relation
  public var right: String
  public var column: String

  public init(left: String, relation: Relation, right: String, column: String) {
    self.left = left
    self.relation = relation
    self.right = right
    self.column = column
  }

  public enum Relation: String, Sendable, Codable, CaseIterable {
    case greater = ">"
    case less = "<"
    case equal = "~"
  }
}
