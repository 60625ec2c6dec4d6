import Manifest
import Results

extension Figure {
  /// A score against one number that rows differ in, such as the number of centroids.
  ///
  /// Drawn for every three rows or more that have all else in common, for the first column that scores something.
  static func parameters(in layout: TableLayout) -> [Figure] {
    guard let column = layout.mainColumns.first(where: { $0.better != nil }) else { return [] }
    return Variation.all(in: layout.experiment).compactMap { figure($0, column, in: layout) }
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
    // What is drawn is the mean of all values, also where the column prints their better half.
    let isHalf = column.aggregate == .topHalf
    let lines = points.map { value, _, measurement in
      [
        value, measurement.plain.mean,
        (isHalf ? measurement.plain : measurement.tested).standardError,
      ]
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

/// Rows that differ in one number and nothing else that is measured.
private struct Variation {
  let parameter: String
  /// In the order of the table.
  private(set) var points: [(value: Double, row: Row)]
  /// What all have in common.
  private let rest: Row

  /// The row that they are named by.
  var base: Row { points[0].row }

  /// Those of at least three values, in the order of the table.
  static func all(in experiment: Experiment) -> [Variation] {
    let names = Set(experiment.rows.flatMap(\.representation.parameters.keys)).sorted()
    let places = Dictionary(
      experiment.rows.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    return names.flatMap { all(of: $0, in: experiment) }.filter { $0.points.count > 2 }
      .sorted { (places[$0.base.id] ?? 0, $0.parameter) < (places[$1.base.id] ?? 0, $1.parameter) }
  }

  private static func all(of parameter: String, in experiment: Experiment) -> [Variation] {
    var found: [Variation] = []
    for row in experiment.rows {
      guard let value = row.representation.parameters[parameter]?.double else { continue }
      var rest = Row(
        id: "", label: "", representation: row.representation, classifier: row.classifier, split: row.split,
        draws: row.draws, repeats: experiment.repeats(of: row), search: row.search)
      rest.representation.parameters[parameter] = nil
      if let known = found.firstIndex(where: { $0.rest == rest }) {
        if !found[known].points.contains(where: { $0.value == value }) {
          found[known].points.append((value, row))
        }
      } else {
        found.append(Variation(parameter: parameter, points: [(value, row)], rest: rest))
      }
    }
    return found
  }
}
