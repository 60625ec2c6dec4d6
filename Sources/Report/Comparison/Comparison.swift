import Manifest
import Metrics
import Results

/// Two results of one table, cell by cell: what `check` decides by and `diff` prints. Stated in `docs/check.md`.
///
/// Where both were made by the same libraries on the same kind of processor, every number has to be the same, bit for
/// bit. Elsewhere training rounds otherwise and ends elsewhere, and a cell has to stay within its column's tolerance, or
/// pass a paired test.
public struct Comparison: Sendable {
  /// What a difference means.
  public enum Mode: Sendable, Hashable {
    /// The same machinery made both: any difference is one of code or data.
    case exact
    /// These facts differ, and with them the last bits of every sum.
    case tested(differing: [String])
  }

  public let before: TableResults
  public let after: TableResults
  public let mode: Mode
  public let cells: [CellComparison]
  public let orderings: [OrderingComparison]
  /// Provenance that differs, by name.
  public let provenance: [(name: String, before: String?, after: String?)]

  /// All tests of a comparison together are wrong this often, if nothing has changed (Holm's correction).
  public static let level = 0.05

  public init(before: TableResults, after: TableResults) {
    self.before = before
    self.after = after
    let names = Set(before.provenance.keys).union(after.provenance.keys).sorted()
    provenance = names.filter { before.provenance[$0] != after.provenance[$0] }.map {
      ($0, before.provenance[$0], after.provenance[$0])
    }
    let rounding = provenance.map(\.name).filter(Self.decidesRounding)
    mode = rounding.isEmpty ? .exact : .tested(differing: rounding)
    let compared = Self.pairs(before, after).map { row, column in
      CellComparison(
        row: row, column: column, before: before, after: after, mode: rounding.isEmpty ? .exact : .tested)
    }
    cells = Self.judged(compared)
    orderings = Self.orderings(before, after)
  }

  /// Facts about a machine, as against facts about code and data.
  private static func decidesRounding(_ name: String) -> Bool {
    ["libtorch", "openblas", "processor", "device"].contains(name)
  }

  /// Every cell of either table, in the order of the later one; what only the earlier one has comes last.
  private static func pairs(_ before: TableResults, _ after: TableResults) -> [(row: String, column: String)]
  {
    func planned(_ results: TableResults) -> [(row: String, column: String)] {
      results.experiment.rows.flatMap { row in results.experiment.columns.map { (row.id, $0.id) } }
    }
    let new = planned(after)
    let known = Set(new.map { "\($0.row)/\($0.column)" })
    return new + planned(before).filter { !known.contains("\($0.row)/\($0.column)") }
  }

  /// Holm's step-down correction over all cells that were tested.
  private static func judged(_ cells: [CellComparison]) -> [CellComparison] {
    let tested = cells.indices.filter { cells[$0].pValue != nil }
    var judged = cells
    for (index, isDifferent) in zip(
      tested, Holm.rejects(tested.compactMap { cells[$0].pValue }, level: level))
    {
      judged[index].settle(isDifferent: isDifferent)
    }
    return judged
  }

  private static func orderings(_ before: TableResults, _ after: TableResults) -> [OrderingComparison] {
    after.experiment.expectations.map { expectation in
      let known = before.experiment.expectations.contains(expectation)
      return OrderingComparison(
        expectation: expectation, before: known ? Ordering(expectation, in: before).outcome : nil,
        after: Ordering(expectation, in: after).outcome)
    }
  }
}

/// What has become of one claim about an ordering.
public struct OrderingComparison: Sendable {
  public let expectation: Expectation
  /// Nil where the claim is new.
  public let before: Ordering.Outcome?
  public let after: Ordering.Outcome

  /// Another outcome; another number of repeats that would settle it is none.
  public var isChanged: Bool {
    if case .some(.undecided) = before, case .undecided = after { return false }
    return before != after
  }

  /// It was shown before and is not any more.
  public var isLost: Bool { before == .holds && after != .holds }
}
