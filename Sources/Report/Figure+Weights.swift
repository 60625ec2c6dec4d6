import Manifest
import Results

extension Figure {
  /// Accuracy on held-out training labels against the classifier's weight C: how each row's C was chosen.
  ///
  /// One figure for each column whose cells hold such numbers.
  static func weights(in layout: TableLayout) -> [Figure] {
    layout.experiment.columns.compactMap { column in
      let rows = layout.experiment.rows.enumerated().compactMap { index, row in
        layout.results.cell(row.id, column.id).map { (index, row, points(of: $0)) }
      }.filter { $0.2.count > 1 }
      guard !rows.isEmpty else { return nil }
      let blocks = rows.map { index, _, points in
        GnuplotScript.block("row\(index)", points.map { [$0.weight, $0.accuracy] })
      }
      let plots = rows.map { index, row, _ -> GnuplotScript in
        let style = GnuplotScript.line(index, isExtra: row.group != .published)
        return "$row\(index) using 1:2 with linespoints \(style) title \(text: row.label)"
      }
      let script =
        GnuplotScript.head(legend: rows.map(\.1.label)) + GnuplotScript.joined(blocks, by: "") + """
          set title \(text: "\(column.label): accuracy on held-out training labels (\(layout.experiment.profile) profile)")
          set xlabel "C: weight of the summed squared hinge loss (log scale)"
          set ylabel "Accuracy on held-out training labels (%)"
          set logscale x 10
          set autoscale xfix
          set offsets graph 0.03, graph 0.03, 0, 0
          set xtics (\(GnuplotScript.powerTicks(rows.flatMap(\.2).map(\.weight))))
          plot \(.joined(plots, by: ", \\\n  "))

          """
      return Figure(
        name: slug("\(column.id) against C"),
        caption:
          "\(column.label): accuracy on held-out training labels against C; the best one fits the final "
          + "classifier, \(layout.experiment.profile) profile.",
        csv: csv(
          ["row", "label", "C", "validation_accuracy_percent"],
          rows.flatMap { _, row, points in
            points.map { [row.id, row.label, "\($0.weight)", NumberText.data($0.accuracy)] }
          }), script: script)
    }
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
