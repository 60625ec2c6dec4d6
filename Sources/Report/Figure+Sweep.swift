import Foundation
import Manifest
import Results

extension Figure {
  /// A score against the number of pairs behind each point: one line a row, with the sd over repeats.
  ///
  /// Drawn for a section whose columns are one metric at several values of its parameter `pairs`; nil for others.
  static func sweep(of title: String, _ columns: [Column], in layout: TableLayout) -> Figure? {
    let points: [(column: Column, pairs: Int)] = columns.compactMap { column in
      column.metric.parameters["pairs"]?.int.map { (column, $0) }
    }.sorted { $0.pairs < $1.pairs }
    guard points.count == columns.count, points.count > 1, Set(points.map(\.pairs)).count == points.count,
      Set(columns.map(\.metric.kind)).count == 1, let unit = columns.first?.unit
    else { return nil }
    let experiment = layout.experiment
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
        layout.measurement(row, point.column).map { (point.pairs, $0.plain) }
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
          lines.append([row.id, row.label, "\(point.pairs)", "\(repetition)", NumberText.data(mean)])
        }
      }
    }
    let score = title.components(separatedBy: " against ")[0]
    let ticks = GnuplotScript.ticks(points.map { ("\($0.pairs)", Double($0.pairs)) })
    let low = Double(points[0].pairs) / 1.4
    let high = Double(points[points.count - 1].pairs) * 1.4
    let script =
      GnuplotScript.head(legend: rows.map(\.element.label)) + blocks + """
        set title \(text: "\(title) (\(profileNote(experiment)); bars: sd over repeats)")
        set xlabel "L: pairs of images averaged for one point (log scale)"
        set ylabel \(text: unit.isEmpty ? score : "\(score) (\(unit))")
        set logscale x 2
        set xtics (\(ticks))
        set xrange [\(low):\(high)]
        \(unit == "%" ? "set yrange [*<20:100<*<102]" : "")
        plot \(.joined(plots, by: ", \\\n  "))

        """
    return Figure(
      name: slug(title),
      caption: "\(title): mean and sd over \(NumberText.count(experiment.repeats, "repeat")), "
        + "\(experiment.profile) profile.",
      csv: csv(["row", "label", "pairs", "repeat", "value"], lines), script: script)
  }
}
