import Manifest
import Metrics
import Results

/// Where a row stands in one column: among the published numbers, and among the rows that were measured here, each of which
/// is compared with it as a pair: the same test items, the same draws, the same seeds.
public struct Standing: Sendable {
  /// A published number.
  public struct Published: Sendable, Equatable {
    public let row: String
    public let label: String
    public let claim: Claim
  }

  /// A row that was measured here.
  public struct Rival: Sendable {
    public let row: String
    public let label: String
    public let measurement: Measurement
    /// The observed order of the two, tested.
    public let ordering: Ordering
    /// What is tested, the row minus this one: of the items, draws and seeds that both have, as neither may have all of the
    /// other's. The difference of their values where nothing can be tested.
    public let difference: Double
    /// Two-sided, of this pair alone; nil where nothing can be tested.
    public let pValue: Double?
    /// The same among all rivals, by Holm's correction.
    public internal(set) var adjusted: Double?
    /// The split that it was measured on, where that is another one: the numbers are not of the same items.
    public let otherSplit: String?
    public var isDifferent: Bool { adjusted.map { $0 < Verdict.level } ?? false }
  }

  public let row: Row
  public let column: Column
  public let experiment: Experiment
  public let measurement: Measurement
  /// Values of all repeats.
  public let values: [[Double]]
  /// The best first.
  public let published: [Published]
  /// The best first.
  public let rivals: [Rival]

  /// Nil where the cell was not measured.
  public init?(of row: String, on column: String, in results: TableResults) {
    let experiment = results.experiment
    guard let own = experiment.row(row), let column = experiment.column(column),
      let cell = results.cell(row, column.id), let measurement = Measurement(cell, column: column)
    else { return nil }
    (self.row, self.column, self.experiment, self.measurement) = (own, column, experiment, measurement)
    values = cell.repeats.map(\.values)
    let isLower = column.better == .lower
    func isBetter(_ a: Double, _ b: Double) -> Bool { isLower ? a < b : a > b }
    published = experiment.rows.compactMap { row in
      row.published[column.id].map { Published(row: row.id, label: row.label, claim: $0) }
    }.sorted { isBetter($0.claim.value, $1.claim.value) }
    rivals = Self.judged(
      experiment.rows.compactMap { rival in
        guard rival.id != row, let other = Measurement(results.cell(rival.id, column.id), column: column)
        else {
          return nil
        }
        func ordering(_ relation: Expectation.Relation) -> Ordering {
          Ordering(
            Expectation(left: row, relation: relation, right: rival.id, column: column.id), in: results)
        }
        let greater = ordering(.greater)
        let seen = greater.meanDifference ?? measurement.printed.mean - other.printed.mean
        let tested = seen < 0 ? ordering(.less) : greater
        let split = rival.split(column)
        let isOther = split != own.split(column)
        return Rival(
          row: rival.id, label: rival.label, measurement: other, ordering: tested,
          difference: isOther || tested.decisive == nil
            ? measurement.printed.mean - other.printed.mean : seen,
          // The direction was taken from the numbers themselves.
          pValue: isOther ? nil : tested.decisive.map { min(1, 2 * $0) }, otherSplit: isOther ? split : nil)
      }
    ).sorted { isBetter($0.measurement.printed.mean, $1.measurement.printed.mean) }
  }

  private static func judged(_ rivals: [Rival]) -> [Rival] {
    let tested = rivals.indices.filter { rivals[$0].pValue != nil }
    var judged = rivals
    for (index, p) in zip(tested, Holm.adjusted(tested.compactMap { rivals[$0].pValue })) {
      judged[index].adjusted = p
    }
    return judged
  }

  /// The row's value: its column's aggregate.
  public var value: Double { measurement.printed.mean }

  /// The 95% interval of the value, over test items, draws or repeats, as the measurement has it; nil where one run says
  /// nothing of its spread.
  public var interval: Interval? { measurement.interval }

  /// The place among the published numbers, from 1.
  public var publishedPlace: Int { 1 + published.count { isBetter($0.claim.value) } }
  /// The place among the rows that were measured here, from 1.
  public var measuredPlace: Int { 1 + rivals.count { isBetter($0.measurement.printed.mean) } }

  private func isBetter(_ other: Double) -> Bool { column.better == .lower ? other < value : other > value }
}

extension Standing.Rival {
  /// What the order was tested by.
  public var test: String? {
    guard pValue != nil else { return nil }
    if ordering.discordant != nil { return CellComparison.Test.mcNemar.rawValue }
    if ordering.unit == .items { return CellComparison.Test.itemT.rawValue }
    let units = ordering.unit == .draws ? "draws of labels" : "repeats"
    return ordering.differences.count >= Ordering.signFlipCount
      ? "sign flip over \(units)" : "paired t over \(units)"
  }
}
