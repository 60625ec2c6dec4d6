import Manifest
import Results

extension Figure {
  /// A score against one number that a row and its variations differ in, such as the number of centroids.
  ///
  /// Drawn for every row that at least two variations extend with nothing changed but that number, for the first
  /// column that scores something.
  static func parameters(in layout: TableLayout) -> [Figure] {
    guard let column = layout.mainColumns.first(where: { $0.better != nil }) else { return [] }
    return layout.experiment.rows.flatMap { row in
      Variation.all(of: row, in: layout.experiment).compactMap { figure($0, column, in: layout) }
    }
  }

  private static func figure(_ variation: Variation, _ column: Column, in layout: TableLayout) -> Figure? {
    let points = variation.points.compactMap { point in
      layout.measurement(point.row, column).map { (point.value, point.row, $0) }
    }.sorted { $0.0 < $1.0 }
    guard points.count > 2, let first = points.first, let last = points.last else { return nil }
    let words = variation.parameter.split(separator: "-").joined(separator: " ")
    let title = "\(variation.base.label): \(column.label) against \(words)"
    let isLogarithmic = first.0 > 0 && last.0 / first.0 >= 8
    let ticks = GnuplotScript.ticks(points.map { (NumberText.shortest($0.0), $0.0) })
    let lines = points.map { value, _, measurement in
      [value, measurement.plain.mean, measurement.tested.standardError]
    }
    let script =
      GnuplotScript.head(width: 1400, height: 900) + GnuplotScript.block("points", lines) + """
        set title \(text: "\(title) (\(profileNote(layout.experiment)))")
        set xlabel \(text: words + (isLogarithmic ? " (log scale)" : ""))
        set ylabel \(text: column.title)
        \(isLogarithmic ? "set logscale x 2" : "")
        set xtics (\(ticks))
        set offsets graph 0.05, graph 0.05, graph 0.1, graph 0.1
        plot $points using 1:2:3 with yerrorlines \(GnuplotScript.line(1, isExtra: false)) notitle

        """
    return Figure(
      name: slug("\(variation.base.id) against \(variation.parameter)"),
      caption: "\(title); bars: one standard error over "
        + "\(first.2.unit == .items ? "test items" : first.2.unit.rawValue), \(layout.experiment.profile) profile.",
      csv: CSV.text(
        ["row", words, "value"],
        points.map { [$0.1.id, NumberText.shortest($0.0), NumberText.data($0.2.plain.mean)] }),
      script: script)
  }
}

/// A row and the rows that differ from it in one number.
private struct Variation {
  let base: Row
  let parameter: String
  let points: [(value: Double, row: Row)]

  static func all(of base: Row, in experiment: Experiment) -> [Variation] {
    var byParameter: [String: [(Double, Row)]] = [:]
    for row in experiment.rows
    where row.extends == base.id && row.representation.kind == base.representation.kind {
      let theirs = row.representation.parameters
      let changed = Set(theirs.keys).union(base.representation.parameters.keys)
        .filter { theirs[$0] != base.representation.parameters[$0] }
      guard changed.count == 1, let name = changed.first, let value = theirs[name]?.double else { continue }
      byParameter[name, default: []].append((value, row))
    }
    return byParameter.sorted { $0.key < $1.key }.compactMap { name, others in
      guard others.count > 1, let own = base.representation.parameters[name]?.double else { return nil }
      return Variation(base: base, parameter: name, points: others + [(own, base)])
    }
  }
}
