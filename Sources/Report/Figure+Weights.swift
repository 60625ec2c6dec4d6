import Manifest
import Results

extension Figure {
  /// What candidates were worth on data that were held out, such as accuracy against the classifier's weight C: how each
  /// row's was chosen.
  ///
  /// One figure for each of the paper's columns and each parameter of which cells hold such numbers.
  static func weights(in layout: TableLayout) -> [Figure] {
    layout.mainColumns.flatMap { column in
      let cells = layout.experiment.rows.enumerated().compactMap { index, row in
        layout.results.cell(row.id, column.id).map { (index: index, row: row, cell: $0) }
      }
      let parameters = cells.compactMap { $0.cell.repeats.first?.selection?.parameter }
      return Set(parameters).sorted().compactMap { parameter in
        weights(
          parameter, column, cells.filter { $0.cell.repeats.first?.selection?.parameter == parameter }, layout
        )
      }
    }
  }

  private static func weights(
    _ parameter: String, _ column: Column, _ cells: [(index: Int, row: Row, cell: Cell)],
    _ layout: TableLayout
  ) -> Figure? {
    let rows = cells.map { ($0.index, $0.row, points(of: $0.cell)) }.filter { $0.2.count > 1 }
    guard !rows.isEmpty else { return nil }
    // The same for all rows, but for how many items there are.
    let criterion =
      cells.compactMap { $0.cell.repeats.first?.selection?.criterion }.first ?? Selection.heldOutLabels
    let words = parameter == "C" ? "C: weight of the summed squared hinge loss" : parameter
    let blocks = rows.map { index, _, points in
      GnuplotScript.block("row\(index)", points.map { [$0.weight, $0.accuracy] })
    }
    let plots = rows.map { index, row, _ -> GnuplotScript in
      let style = GnuplotScript.line(index, isExtra: row.group != .published)
      return "$row\(index) using 1:2 with linespoints \(style) title \(text: row.label)"
    }
    let weights = rows.flatMap(\.2).map(\.weight)
    let ticks =
      parameter == "C"
      ? GnuplotScript.powerTicks(weights)
      : GnuplotScript.ticks(Set(weights).sorted().map { (NumberText.shortest($0), $0) })
    let script =
      GnuplotScript.head(legend: rows.map(\.1.label)) + GnuplotScript.joined(blocks, by: "") + """
        set title \(text: "\(column.label): \(criterion) (\(layout.experiment.profile) profile)")
        set xlabel \(text: "\(words) (log scale)")
        set ylabel \(text: "\(criterion.prefix(1).uppercased())\(criterion.dropFirst()) (%)")
        set logscale x 10
        set autoscale xfix
        set offsets graph 0.03, graph 0.03, 0, 0
        set xtics (\(ticks))
        plot \(.joined(plots, by: ", \\\n  "))

        """
    return Figure(
      name: slug("\(column.id) against \(parameter)"),
      caption:
        "\(column.label): \(criterion) against \(parameter); the best one fits the final "
        + "classifier, \(layout.experiment.profile) profile.",
      csv: CSV.text(
        ["row", "label", parameter, "validation_accuracy_percent"],
        rows.flatMap { _, row, points in
          points.map { [row.id, row.label, "\($0.weight)", NumberText.data($0.accuracy)] }
        }), script: script)
  }

  /// The validation curve of a cell, in per cent: means over repeats.
  private static func points(of cell: Cell) -> [(weight: Double, accuracy: Double)] {
    let curves = cell.repeats.compactMap { $0.selection?.curve }
    guard let first = curves.first else { return [] }
    return first.compactMap { candidate, _ in
      let scores = curves.compactMap { curve in curve.first { $0.candidate == candidate }?.score }
      return scores.count == curves.count ? (candidate, 100 * Measurement.mean(scores)) : nil
    }
  }
}
