import Manifest
import Results

extension Figure {
  /// Reconstruction error and KL divergence against training updates; nil where no row has either.
  static func training(in layout: TableLayout) -> Figure? {
    let rows = RowCurves.all(in: layout) { curve in
      Panel.all.contains { curve.series[$0.series] != nil }
    }
    let panels = Panel.all.filter { panel in rows.contains { $0.has(panel.series) } }
    guard !panels.isEmpty else { return nil }
    let last = rows.flatMap(\.curves).flatMap(\.updates).max() ?? 1
    let note = profileNote(layout.experiment)
    var script = GnuplotScript.head(width: 1980, height: 1000)
    script += "set multiplot title \(text: "Training (\(note); means over repeats)")\n"
    script += "set xlabel \"Training updates\"\nset tmargin 3.5\n"
    script += "set xtics \(GnuplotScript.step(to: Double(last), count: 5))\n"
    for (place, panel) in panels.enumerated() {
      script += panel.script(
        rows.filter { $0.has(panel.series) }, place: place, isLast: place == panels.count - 1)
    }
    script += "unset multiplot\n"
    return Figure(
      name: "training",
      caption: "Reconstruction error and KL divergence against training updates: mean over "
        + "\(layout.repeatsText), \(layout.experiment.profile) profile.",
      csv: CSV.text(["row", "label", "repeat", "update", "series", "value"], rows.flatMap(\.tidyLines)),
      script: script)
  }
}

/// One of the two pictures side by side.
private struct Panel {
  let series: String
  /// The label of the axis.
  let label: String
  let isLogarithmic: Bool

  static let all = [
    Panel(
      series: "reconstruction", label: "Reconstruction error (nats per image, log scale)", isLogarithmic: true
    ),
    Panel(series: "kl", label: "KL divergence (nats per image)", isLogarithmic: false),
  ]

  func script(_ rows: [RowCurves], place: Int, isLast: Bool) -> GnuplotScript {
    var script: GnuplotScript = ""
    var plots: [GnuplotScript] = []
    var highest = 0.0
    var lowest = Double.infinity
    for row in rows {
      let means = row.summaries { curve in
        zip(curve.updates, curve.series[series] ?? []).map { ($0, $1) }
      }.map { [Double($0.update), $0.1.mean] }
      highest = max(highest, means.map { $0[1] }.max() ?? 0)
      lowest = min(lowest, means.map { $0[1] }.min() ?? .infinity)
      script += GnuplotScript.block("panel\(place)row\(row.index)", means)
      let style = GnuplotScript.line(row.index, isExtra: row.row.group != .published, points: false)
      plots.append(
        "$panel\(place)row\(row.index) using 1:2 with lines \(style) title \(text: row.row.label)")
    }
    script += axis(from: lowest, to: highest)
    let left = place == 0 ? 0.085 : 0.475
    script += "set lmargin at screen \(left)\nset rmargin at screen \(left + 0.305)\n"
    script += "set ylabel \(text: label)\n"
    // One legend serves both panels.
    script +=
      isLast
      ? "set key at screen 0.80, screen 0.5 left center Left reverse samplen 2.5 spacing 1.35\n"
      : "unset key\n"
    return script + "plot \(.joined(plots, by: ", \\\n  "))\n"
  }

  /// Whole decades would leave half of a logarithmic panel empty: the range is that of the data.
  private func axis(from low: Double, to high: Double) -> GnuplotScript {
    guard isLogarithmic, low > 0 else { return "unset logscale y\nset yrange [0:*]\nset ytics autofreq\n" }
    let (bottom, top) = (low / 1.15, high * 1.15)
    let ticks = GnuplotScript.decadeTicks(from: bottom, through: top)
    return "set logscale y 10\nset yrange [\(bottom):\(top)]\n"
      + "set ytics (\(.ticks(ticks.map { (NumberText.shortest($0), $0) })))\n"
  }
}
