import Manifest
import Metrics
import Results

/// What has become of one cell.
public struct CellComparison: Sendable {
  public enum Outcome: String, Sendable, Hashable, CaseIterable {
    /// Every value is the same, bit for bit.
    case same
    /// Within the tolerance of its column.
    case withinTolerance = "within tolerance"
    /// Differs, and the test does not show more than chance.
    case notShown = "no change shown"
    case worse, better
    /// Differs in a column without a better side.
    case moved
    /// Was measured before and is not any more.
    case notMeasured = "not measured"
    /// There is nothing to compare it with.
    case new
    /// Row or column mean something else than before.
    case redefined
    /// Measured neither before nor now.
    case empty
  }

  public enum Test: String, Sendable, Hashable {
    case pairedT = "paired t over repeats"
    case mcNemar = "McNemar over test items"
    case itemT = "paired t over test items"
  }

  public let row: String
  public let column: String
  public private(set) var outcome: Outcome
  /// The aggregates that are printed in the table.
  public let before: Measurement?
  public let after: Measurement?
  public let test: Test?
  /// Two-sided, before correction; nil where nothing was tested.
  public let pValue: Double?
  /// What the outcome is if the test decides for a difference.
  private let ifDifferent: Outcome

  /// After minus before, in the column's unit.
  public var difference: Double? {
    guard let before, let after else { return nil }
    return after.printed.mean - before.printed.mean
  }

  enum Mode { case exact, tested }

  init(row: String, column: String, before: TableResults, after: TableResults, mode: Mode) {
    self.row = row
    self.column = column
    let old = before.cell(row, column)
    let all = after.cell(row, column)
    // What was measured since in further repeats is no change of those that there were.
    let new = all.map { $0.only(old.map { Set($0.repeats.map(\.repetition)) }) }
    let isFurther = all != new
    let columns = (before.experiment.column(column), after.experiment.column(column))
    self.before = columns.0.flatMap { Measurement(old, column: $0) }
    self.after = columns.1.flatMap { Measurement(new, column: $0) }
    var tested: (test: Test, p: Double)?
    var direction = Outcome.moved
    if let a = self.before, let b = self.after, let better = columns.1?.better,
      b.printed.mean != a.printed.mean
    {
      direction = (b.printed.mean > a.printed.mean) == (better == .higher) ? .better : .worse
    }
    ifDifferent = direction
    switch (old, new) {
    case (nil, nil): outcome = .empty
    case (nil, .some): outcome = .new
    case (.some, nil): outcome = .notMeasured
    case (.some, .some) where self.after == nil && self.before != nil: outcome = .notMeasured
    case (.some(let old), .some(let new))
    where old.repeats.count > new.repeats.count && before.defines(row, column, as: after):
      outcome = .notMeasured
    case (.some(let old), .some(let new)):
      if !before.defines(row, column, as: after) {
        outcome = .redefined
      } else if old.hasSameNumbers(as: new) {
        outcome = isFurther ? .new : .same
      } else if mode == .exact {
        outcome = direction
      } else if let tolerance = columns.1?.tolerance, let a = self.before, let b = self.after {
        outcome = abs(b.printed.mean - a.printed.mean) <= tolerance ? .withinTolerance : direction
      } else {
        tested = PairedCells(old, new, scale: columns.1?.scale ?? 1).decisive
        // What differs and cannot be tested is told as a difference.
        outcome = tested == nil ? direction : .notShown
      }
    }
    test = tested?.test
    pValue = tested?.p
  }

  /// Takes the decision of the corrected test.
  mutating func settle(isDifferent: Bool) { outcome = isDifferent ? ifDifferent : .notShown }
}

extension TableResults {
  /// Whether a cell means the same in both tables: metric, representation and its search, images, seeds, repeats, draws.
  public func defines(_ row: String, _ column: String, as other: TableResults) -> Bool {
    let (a, b) = (experiment, other.experiment)
    guard a.dataset == b.dataset, a.seed == b.seed,
      let (rowA, rowB) = a.row(row).flatMap({ a in b.row(row).map { (a, $0) } }),
      let (columnA, columnB) = a.column(column).flatMap({ a in b.column(column).map { (a, $0) } })
    else { return false }
    return rowA.representation == rowB.representation && rowA.search == rowB.search
      && a.repeats(of: rowA) == b.repeats(of: rowB) && rowA.draws(columnA) == rowB.draws(columnB)
      && rowA.split(columnA) == rowB.split(columnB) && rowA.classifier(columnA) == rowB.classifier(columnB)
      && columnA.metric == columnB.metric && columnA.labelsPerClass == columnB.labelsPerClass
      && columnA.aggregate == columnB.aggregate && columnA.unit == columnB.unit
  }
}

extension Cell {
  /// Some of the repeats; nil for all.
  fileprivate func only(_ repetitions: Set<Int>?) -> Cell {
    guard let repetitions else { return self }
    var cell = self
    cell.repeats.removeAll { !repetitions.contains($0.repetition) }
    return cell
  }

  /// Equal values, details and answers; the steps that made them may have other names.
  func hasSameNumbers(as other: Cell) -> Bool {
    repeats.count == other.repeats.count
      && zip(repeats, other.repeats).allSatisfy { a, b in
        a.repetition == b.repetition && a.values.map(\.bitPattern) == b.values.map(\.bitPattern)
          && a.details.mapValues(\.bitPattern) == b.details.mapValues(\.bitPattern)
          && a.outcomes == b.outcomes
      }
  }
}
