import Manifest
import Results

extension Figure {
  /// The probe score against training updates, with a band of one sd over repeats; nil where nothing was trained.
  static func milestones(in layout: TableLayout) -> Figure? {
    let rows = RowCurves.all(in: layout) { $0.milestones.count > 1 }
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
      let summaries = rowCurves.summaries { $0.milestones.map { ($0.update, 100 * $0.score) } }
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
            NumberText.data(100 * $0.score),
          ]
        }
      }
    }
    let last = rows.flatMap(\.curves).flatMap(\.milestones).map(\.update).max() ?? first
    let script =
      GnuplotScript.head(legend: rows.map(\.row.label)) + blocks + """
        set title \(text: "Score during training (\(profileNote(layout.experiment)); bands: sd over repeats)")
        set xlabel "Training updates (log scale; the untrained model at 0)"
        set ylabel "Probe score (%)"
        set logscale x 10
        set xtics (\(ticks(zero: zero, first: first, last: last)))
        set xrange [\(zero * 0.8):\(Double(last) * 1.25)]
        set yrange [*<20:100<*<102]
        plot \(.joined(bands + plots, by: ", \\\n  "))

        """
    return Figure(
      name: "score-during-training",
      caption: "Probe score against training updates: mean and sd over "
        + "\(NumberText.count(layout.experiment.repeats, "repeat")), \(layout.experiment.profile) profile.",
      csv: csv(["row", "label", "repeat", "update", "probe_score_percent"], lines), script: script)
  }

  /// 0, and round numbers between the first and the last milestone.
  private static func ticks(zero: Double, first: Int, last: Int) -> GnuplotScript {
    let ticks = GnuplotScript.decadeTicks(from: Double(first), through: Double(last)).map {
      Int($0.rounded())
    }
    return GnuplotScript.ticks([("0", zero)] + ticks.map { ("\($0)", Double($0)) })
  }
}
