import Manifest
import Results

extension Figure {
  /// What was measured of models at milestones of their training: a chart of the scores, or charts for each thing that a model
  /// does.
  static func milestones(in layout: TableLayout) -> [Figure] {
    func names(_ values: KeyPath<TrainingCurve.Milestone, [String: Double]?>) -> [String] {
      Set(layout.results.curves.flatMap { $0.milestones.first?[keyPath: values]?.keys.sorted() ?? [] })
        .sorted()
    }
    let scores = names(\.scores)
    let traces =
      scores.isEmpty ? [.score] : scores.map(Trace.classIoU) + names(\.collapseRatios).map(Trace.collapse)
    return traces.compactMap { milestones($0, in: layout) }
  }

  /// One number of every milestone.
  private struct Trace {
    /// The stem of the file names.
    var name = "score-during-training"
    var title = "Score"
    var axis = "Probe score"
    /// `%`, or nothing.
    var unit = "%"
    var range: GnuplotScript = "*<20:100<*<102"
    /// The heading of the numbers in the tidy table.
    var heading = "probe_score_percent"
    /// In the unit; nil where a milestone does not have it.
    var value: (TrainingCurve.Milestone) -> Double?

    static var score: Trace { Trace { 100 * $0.score } }

    static func classIoU(_ direction: String) -> Trace {
      var trace = Trace { $0.scores?[direction].map { 100 * $0 } }
      let words = direction.replacing("-", with: " ")
      trace.name += "-\(slug(direction))"
      trace.title = "Class IoU, \(words),"
      trace.axis = "Class IoU of a few test scenes, \(words)"
      trace.range = "0:*"
      return trace
    }

    static func collapse(_ direction: String) -> Trace {
      var trace = Trace { $0.collapseRatios?[direction] }
      let words = direction.replacing("-", with: " ")
      trace.name = "collapse-during-training-\(slug(direction))"
      trace.title = "Spread over inputs, \(words),"
      trace.axis = "Spread over a few test scenes, relative to the truth's, \(words)"
      trace.unit = ""
      trace.range = "0:*"
      trace.heading = "collapse_ratio"
      return trace
    }
  }

  /// A number against training updates, with a band of one sd over repeats; nil where nothing was trained.
  private static func milestones(_ trace: Trace, in layout: TableLayout) -> Figure? {
    let rows = RowCurves.all(in: layout) { curve in
      curve.milestones.count > 1 && trace.value(curve.milestones[0]) != nil
    }
    guard let first = rows.flatMap(\.curves).flatMap(\.milestones).map(\.update).filter({ $0 > 0 }).min()
    else {
      return nil
    }
    // The untrained state belongs into the picture, and a logarithmic axis has no zero: it stands left of the rest.
    let zero = Double(first) / 2
    var blocks: GnuplotScript = ""
    var bands: [GnuplotScript] = []
    var plots: [GnuplotScript] = []
    for rowCurves in rows {
      let name: GnuplotScript = "row\(rowCurves.index)"
      let summaries = rowCurves.summaries { $0.milestones.map { ($0.update, trace.value($0) ?? .nan) } }
      blocks += GnuplotScript.block(
        name,
        summaries.map { update, summary in
          [
            update == 0 ? zero : Double(update), summary.mean, summary.mean - summary.standardDeviation,
            summary.mean + summary.standardDeviation,
          ]
        })
      let colour = GnuplotScript.colour(rowCurves.index)
      bands.append("$\(name) using 1:3:4 with filledcurves linecolor rgb \(colour) notitle")
      let style = GnuplotScript.line(rowCurves.index, isExtra: rowCurves.row.group != .published)
      plots.append(
        "$\(name) using 1:2 with linespoints \(style) title \(text: rowCurves.row.label)")
    }
    let lines = rows.flatMap { rowCurves in
      rowCurves.curves.flatMap { curve in
        curve.milestones.map {
          [
            rowCurves.row.id, rowCurves.row.label, "\(curve.repetition)", "\($0.update)",
            NumberText.data(trace.value($0) ?? .nan),
          ]
        }
      }
    }
    let last = rows.flatMap(\.curves).flatMap(\.milestones).map(\.update).max() ?? first
    let script =
      GnuplotScript.head(legend: rows.map(\.row.label)) + blocks + """
        set title \(text: "\(trace.title) during training (\(profileNote(layout.experiment)); bands: sd over repeats)")
        set xlabel "Training updates (log scale; the untrained model at 0)"
        set ylabel \(text: trace.unit.isEmpty ? trace.axis : "\(trace.axis) (\(trace.unit))")
        set logscale x 10
        set xtics (\(ticks(zero: zero, first: first, last: last)))
        set xrange [\(zero * 0.8):\(Double(last) * 1.25)]
        set yrange [\(trace.range)]
        plot \(.joined(bands + plots, by: ", \\\n  "))

        """
    return Figure(
      name: trace.name,
      caption: "\(trace.axis) against training updates: mean and sd over "
        + "\(layout.repeatsText), \(layout.experiment.profile) profile.",
      csv: CSV.text(["row", "label", "repeat", "update", trace.heading], lines), script: script)
  }

  /// 0, and round numbers between the first and the last milestone, thousands as k: 50,000 and 100,000 would touch.
  private static func ticks(zero: Double, first: Int, last: Int) -> GnuplotScript {
    let ticks = GnuplotScript.decadeTicks(from: Double(first), through: Double(last)).map {
      Int($0.rounded())
    }
    return GnuplotScript.ticks(
      [("0", zero)] + ticks.map { ($0 % 1000 == 0 ? "\($0 / 1000)k" : "\($0)", Double($0)) })
  }
}
