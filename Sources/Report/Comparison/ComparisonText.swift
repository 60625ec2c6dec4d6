import Manifest
import Metrics
import Results

extension Comparison {
  /// A summary for a job's page: the verdict, what moved and by which test, what was compared.
  ///
  /// - Parameter all: whether cells that differ without consequence are listed too.
  public func markdown(all: Bool = false) -> String {
    let experiment = after.experiment
    let parts: [Markdown] = [
      "## \(headline): \(experiment.table), \(profiles)\n", countsText,
      cellTable(all ? differing : remarkable),
      orderingTable, provenanceTable,
    ]
    return Markdown.joined(parts.filter { $0 != .nothing }, by: "\n").source
  }

  private var profiles: String {
    let names = [before, after].map(\.experiment.profile)
    return names[0] == names[1] ? "\(names[1]) profile" : "\(names[0]) profile against \(names[1])"
  }

  private var headline: String {
    switch verdict {
    case .regressed
    where remarkable.allSatisfy({ $0.outcome == .redefined }) && !orderings.contains(where: \.isLost):
      "Measured in another way"
    case .regressed: "Regressed"
    case .improved: "Improved, and to be looked at"
    case .noBaseline: "Without a baseline"
    case .fine: "Fine"
    }
  }

  private var countsText: Markdown {
    let counted = counts.map { "\($0.count) \($0.outcome.rawValue)" }.joined(separator: ", ")
    let rule: String =
      switch mode {
      case .exact: "The same libraries and processor made both, so every number has to be equal."
      case .tested(let facts):
        "Other \(facts.joined(separator: ", ")) than the baseline's: numbers may differ by rounding, and training with "
          + "them. Tolerances and paired tests decide, at \(NumberText.shortest(100 * Self.level))% for all cells together."
      }
    return "\(NumberText.count(cells.count { $0.outcome != .empty }, "cell")): \(counted). \(rule)\n"
  }

  private func cellTable(_ cells: [CellComparison]) -> Markdown {
    guard !cells.isEmpty else { return .nothing }
    let lines = cells.map { cell in
      let decimals =
        (after.experiment.column(cell.column) ?? before.experiment.column(cell.column))?.decimals ?? 2
      func text(_ measurement: Measurement?) -> String {
        measurement.map { NumberText.summary($0.printed, decimals) } ?? ""
      }
      // A difference too small for the table's digits is shown with its own.
      let difference = cell.difference.map { value in
        let text = NumberText.signed(value, decimals)
        return value != 0 && !text.contains(where: { ("1"..."9").contains($0) })
          ? NumberText.short(value) : text
      }
      return [
        cell.row, cell.column, text(cell.before), text(cell.after), difference ?? "", cell.outcome.rawValue,
        cell.test.map(\.rawValue) ?? "", cell.pValue.map { NumberText.p($0) } ?? "",
      ]
    }
    return Markdown.table(
      ["row", "column", "before", "after", "difference", "outcome", "test", "p"],
      [.left, .left, .right, .right, .right, .left, .left, .left], lines)
  }

  private var orderingTable: Markdown {
    let changed = orderings.filter(\.isChanged)
    guard !changed.isEmpty else { return .nothing }
    let table = Markdown.table(
      ["ordering", "before", "after"], [.left, .left, .left],
      changed.map {
        [
          "\($0.expectation.left) \($0.expectation.relation.rawValue) \($0.expectation.right) on \($0.expectation.column)",
          $0.before?.description ?? "not stated", $0.after.description,
        ]
      })
    return "### Orderings\n\n\(table)"
  }

  private var provenanceTable: Markdown {
    guard !provenance.isEmpty else { return .nothing }
    let table = Markdown.table(
      ["", "before", "after"], [.left, .left, .left],
      provenance.map { [$0.name, $0.before ?? "not recorded", $0.after ?? "not recorded"] })
    return "### Provenance that differs\n\n\(table)"
  }

  /// Tests on test items for every cell that differs, whatever decided: of how many items the cell's statistic is true before
  /// or after alone, and by how much its share moved.
  public var itemReport: String {
    let lines = differing.compactMap { cell -> [String]? in
      guard let old = before.cell(cell.row, cell.column), let new = after.cell(cell.row, cell.column) else {
        return nil
      }
      let pairs = PairedCells(old, new)
      guard !pairs.items.isEmpty, let bootstrap = pairs.itemBootstrap() else { return nil }
      let mcNemar = pairs.mcNemar
      func percent(_ value: Double) -> String { NumberText.signed(100 * value, 2) }
      return [
        cell.row, cell.column, "\(pairs.items.count)", new.outcomeStatistic?.adjective ?? "",
        mcNemar.map { "\($0.firstOnly)" } ?? "",
        mcNemar.map { "\($0.secondOnly)" } ?? "", mcNemar.map { NumberText.p($0.pValue) } ?? "",
        percent(bootstrap.estimate),
        "\(percent(bootstrap.interval.lower)) to \(percent(bootstrap.interval.upper))",
      ]
    }
    guard !lines.isEmpty else { return "" }
    let table = Markdown.table(
      [
        "row", "column", "items", "counted", "before only", "after only", "McNemar", "points",
        "95% bootstrap",
      ], [.left, .left, .right, .left, .right, .right, .left, .right, .left], lines)
    let report: Markdown = "### Answers on the same test items\n\n\(table)"
    return report.source
  }
}
