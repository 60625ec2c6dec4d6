import Manifest

extension Comparison {
  /// What a comparison comes to, the worst first.
  public enum Verdict: String, Sendable, Hashable {
    /// A cell is worse, has moved, is missing or means something else, or an ordering is no longer shown.
    case regressed
    /// Nothing of that, but a cell is better than chance explains: good news that needs a look all the same.
    case improved
    /// Nothing of that, but a cell has nothing to be compared with.
    case noBaseline = "no baseline"
    case fine
  }

  public var verdict: Verdict {
    let outcomes = Set(cells.map(\.outcome))
    if !outcomes.isDisjoint(with: [.worse, .moved, .notMeasured, .redefined])
      || orderings.contains(where: \.isLost)
    {
      return .regressed
    }
    if outcomes.contains(.better) { return .improved }
    return outcomes.contains(.new) ? .noBaseline : .fine
  }

  /// Cells that are not simply fine.
  public var remarkable: [CellComparison] {
    cells.filter { ![.same, .withinTolerance, .notShown, .empty].contains($0.outcome) }
  }

  /// Cells whose numbers are not the same.
  public var differing: [CellComparison] { cells.filter { $0.outcome != .same && $0.outcome != .empty } }

  /// How many cells have each outcome, in the order of the outcomes; empty cells are no news.
  public var counts: [(outcome: CellComparison.Outcome, count: Int)] {
    CellComparison.Outcome.allCases.filter { $0 != .empty }.compactMap { outcome in
      let count = cells.count { $0.outcome == outcome }
      return count > 0 ? (outcome, count) : nil
    }
  }
}
