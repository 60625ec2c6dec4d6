import Manifest
import Results

extension Figure {
  /// The scores of models at milestones of their training: one chart, or one for each kind of score.
  static func milestones(in layout: TableLayout) -> [Figure] {
    let names = Set(layout.results.curves.flatMap { $0.milestones.first?.scores?.keys.sorted() ?? [] })
      .sorted()
    return names.isEmpty
      ? [milestones(nil, in: layout)].compactMap { $0 } : names.compactMap { milestones($0, in: layout) }
  }

  /// A score against training updates, with a band of one sd over repeats; nil where nothing was trained.
  ///
  /// - Parameter name: which of the scores; nil where there is one.
  private static func milestones(_ name: String?, in layout: TableLayout) -> Figure? {
    func score(_ milestone: TrainingCurve.Milestone) -> Double {
      name.map { milestone.scores?[$0] ?? .nan } ?? milestone.score
    }
    let rows = RowCurves.all(in: layout) { curve in
      curve.milestones.count > 1 && (name == nil || curve.milestones[0].scores != nil)
    }
    guard let first = rows.flatMap(\.curves).flatMap(\.milestones).map(\.update).filter({ $0 > 0 }).min()
    else {
      return nil
    }
    let words: (title: String, axis: String) =
      name.map { (name: String) -> (title: String, axis: String) in
        let direction = name.replacing("-", with: " ")
        return ("Class IoU, \(direction),", "Class IoU of a few test scenes, \(direction)")
      } ?? (title: "Score", axis: "Probe score")
    let range: GnuplotScript = name == nil ? "*<20:100<*<102" : "0:*"
    // The untrained state belongs into the picture, and a logarithmic axis has no zero: it stands left of the rest.
    let zero = Double(first) / 2
    var blocks: GnuplotScript = ""
    var bands: [GnuplotScript] = []
    var plots: [GnuplotScript] = []
    for rowCurves in rows {
      let name: GnuplotScript = "row\(rowCurves.index)"
      let summaries = rowCurves.summaries { $0.milestones.map { ($0.update, 100 * score($0)) } }
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
            NumberText.data(100 * score($0)),
          ]
        }
      }
    }
    let last = rows.flatMap(\.curves).flatMap(\.milestones).map(\.update).max() ?? first
    let script =
      GnuplotScript.head(legend: rows.map(\.row.label)) + blocks + """
        set title \(text: "\(words.title) during training (\(profileNote(layout.experiment)); bands: sd over repeats)")
        set xlabel "Training updates (log scale; the untrained model at 0)"
        set ylabel \(text: "\(words.axis) (%)")
        set logscale x 10
        set xtics (\(ticks(zero: zero, first: first, last: last)))
        set xrange [\(zero * 0.8):\(Double(last) * 1.25)]
        set yrange [\(range)]
        plot \(.joined(bands + plots, by: ", \\\n  "))

        """
    return Figure(
      name: name.map { "score-during-training-\(slug($0))" } ?? "score-during-training",
      caption: "\(words.axis) against training updates: mean and sd over "
        + "\(NumberText.count(layout.experiment.repeats, "repeat")), \(layout.experiment.profile) profile.",
      csv: CSV.text(["row", "label", "repeat", "update", "probe_score_percent"], lines), script: script)
  }

  /// 0, and round numbers between the first and the last milestone.
  private static func ticks(zero: Double, first: Int, last: Int) -> GnuplotScript {
    let ticks = GnuplotScript.decadeTicks(from: Double(first), through: Double(last)).map {
      Int($0.rounded())
    }
    return GnuplotScript.ticks([("0", zero)] + ticks.map { ("\($0)", Double($0)) })
  }
}
