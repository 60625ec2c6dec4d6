import Foundation
import Manifest
import Results

extension Figure {
  /// What the columns of a section differ in, and how a chart says it.
  private struct Axis {
    let name: String
    let label: String
    let value: @Sendable (Column) -> Int?
  }

  private static let axes = [
    Axis(name: "pairs", label: "L: pairs of images averaged for one point (log scale)") {
      $0.metric.parameters["pairs"]?.int
    },
    Axis(name: "labels-per-class", label: "labels of each class (log scale)", value: \.labelsPerClass),
  ]

  /// A score against the number of pairs behind each point, or of labels: one line a row, with the sd over repeats or draws.
  ///
  /// Drawn for a section whose columns are one metric at several such numbers; nil for others.
  static func sweep(of title: String, _ columns: [Column], in layout: TableLayout) -> Figure? {
    for axis in axes {
      let points = columns.compactMap { column in axis.value(column).map { (column, $0) } }
        .sorted { $0.1 < $1.1 }
      if points.count == columns.count, points.count > 1, Set(points.map(\.1)).count == points.count,
        Set(columns.map(\.metric.kind)).count == 1
      {
        return sweep(of: title, points, along: axis, in: layout)
      }
    }
    return nil
  }

  private static func sweep(
    of title: String, _ points: [(column: Column, value: Int)], along axis: Axis, in layout: TableLayout
  ) -> Figure? {
    let experiment = layout.experiment
    let (unit, isOfDraws) = (points[0].column.unit, points[0].column.aggregate == .draws)
    var blocks: GnuplotScript = ""
    var plots: [GnuplotScript] = []
    var lines: [[String]] = []
    let rows = experiment.rows.enumerated().filter { row in
      points.contains { layout.measurement(row.element, $0.column) != nil }
    }
    guard !rows.isEmpty else { return nil }
    for (place, (index, row)) in rows.enumerated() {
      // Error bars of many rows at one x hide each other: they stand side by side.
      let shift = pow(2, (Double(place) - Double(rows.count - 1) / 2) * 0.03)
      let measured = points.compactMap { point in
        layout.measurement(row, point.column).map { (point.value, isOfDraws ? $0.printed : $0.plain) }
      }
      blocks += GnuplotScript.block(
        "row\(index)", measured.map { [Double($0.0) * shift, $0.1.mean, $0.1.standardDeviation] })
      let style = GnuplotScript.line(index, isExtra: row.group != .published)
      plots.append(
        "$row\(index) using 1:2:3 with yerrorlines \(style) title \(text: row.label)")
      for point in points {
        for (repetition, mean) in layout.results.meansByRepeat(row.id, point.column.id).sorted(by: {
          $0.key < $1.key
        }) {
          lines.append([row.id, row.label, "\(point.value)", "\(repetition)", NumberText.data(mean)])
        }
      }
    }
    let score = title.components(separatedBy: " against ")[0]
    let ticks = GnuplotScript.ticks(points.map { ("\($0.value)", Double($0.value)) })
    let low = Double(points[0].value) / 1.4
    let high = Double(points[points.count - 1].value) * 1.4
    // A score in per cent is looked at up to its best value.
    let isScore = unit == "%" && points[0].column.better != .lower
    let spread = isOfDraws ? "draws of labels" : "repeats"
    let script =
      GnuplotScript.head(legend: rows.map(\.element.label)) + blocks + """
        set title \(text: "\(title) (\(profileNote(experiment)); bars: sd over \(spread))")
        set xlabel \(text: axis.label)
        set ylabel \(text: unit.isEmpty ? score : "\(score) (\(unit))")
        set logscale x 2
        set xtics (\(ticks))
        set xrange [\(low):\(high)]
        \(isScore ? "set yrange [*<20:100<*<102]" : "")
        plot \(.joined(plots, by: ", \\\n  "))

        """
    let counted = isOfDraws ? spread : layout.repeatsText
    return Figure(
      name: slug(title),
      caption: "\(title): mean and sd over \(counted), \(experiment.profile) profile.",
      csv: CSV.text(["row", "label", axis.name, "repeat", "value"], lines), script: script)
  }
}
