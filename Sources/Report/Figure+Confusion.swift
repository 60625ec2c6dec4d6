import Manifest
import Results

extension Figure {
  /// What the published rows answer for each class, as shares of its test items, in the first column with test items.
  ///
  /// Nil where there are fewer than three classes or more than twenty: nothing to see, or nothing that could be read.
  static func confusion(in layout: TableLayout) -> Figure? {
    for column in layout.mainColumns where isClassified(column, in: layout) {
      let answered = layout.experiment.rows.filter { $0.group == .published || !$0.published.isEmpty }
        .compactMap { row in
          layout.results.cell(row.id, column.id).flatMap(AnswerCounts.init).map { (row, $0) }
        }
      guard let classes = answered.first?.1.classes, (3...20).contains(classes.count) else { continue }
      return figure(answered.filter { $0.1.classes == classes }, classes, column, layout)
    }
    return nil
  }

  /// Whether classifiers have answered for the column's items, which are of classes that the data set names.
  private static func isClassified(_ column: Column, in layout: TableLayout) -> Bool {
    layout.experiment.rows.contains { $0.classifier(column) != nil }
      && layout.results.cells.contains { $0.column == column.id && $0.statistic != nil }
  }

  private static func figure(
    _ panels: [(row: Row, counts: AnswerCounts)], _ classes: [String], _ column: Column,
    _ layout: TableLayout
  ) -> Figure {
    let across = min(3, panels.count)
    let down = (panels.count + across - 1) / across
    let grid = ConfusionGrid(across: across, down: down, longest: classes.map(\.count).max() ?? 0)
    var script = GnuplotScript.head(width: grid.width * across, height: grid.height * down)
    let ticks = GnuplotScript.ticks(classes.enumerated().map { ($0.element, Double($0.offset)) })
    script += """
      set multiplot
      unset grid
      set palette defined (0 "#ffffff", 0.3 "#9ecae1", 1 "#08306b")
      set cbrange [0:100]
      unset colorbox
      set xrange [-0.5:\(Double(classes.count) - 0.5)]
      set yrange [\(Double(classes.count) - 0.5):-0.5]
      set xtics (\(ticks)) rotate by 60 right font ",13"
      set ytics (\(ticks)) font ",13"

      """
    for (index, panel) in panels.enumerated() {
      script += GnuplotScript.block("panel\(index)", panel.counts.percentages)
      script += grid.margins(of: index)
      script += "set title \(text: panel.row.label) font \",16\"\n"
      script +=
        "plot $panel\(index) matrix with image notitle, "
        + "$panel\(index) matrix using 1:2:(sprintf(\"%.0f\", $3)):($3 > 50 ? 0xffffff : 0x333333) "
        + "with labels font \",13\" textcolor rgb variable notitle\n"
    }
    script += "unset multiplot\n"
    let lines = panels.flatMap { row, counts in
      counts.percentages.enumerated().flatMap { actual, shares in
        shares.enumerated().map { answer, share in
          [row.id, classes[actual], classes[answer], NumberText.data(share)]
        }
      }
    }
    return Figure(
      name: "confusion",
      caption: "\(column.label): answers (across) for the test images of each class (down), in per cent, "
        + "\(layout.experiment.profile) profile.",
      csv: CSV.text(["row", "actual", "answer", "percent"], lines), script: script)
  }
}

/// Where the square matrices of a picture lie, in pixels: gnuplot's own layout wastes half of the room.
private struct ConfusionGrid {
  let across, down: Int
  /// Letters of the longest class name, which stands to the left and, turned, below.
  let longest: Int

  private let side = 490
  private let top = 60
  private var left: Int { 40 + 11 * longest }
  private var bottom: Int { 35 + 10 * longest }
  /// Of one panel.
  var width: Int { left + side + 25 }
  var height: Int { top + side + bottom }

  init(across: Int, down: Int, longest: Int) {
    self.across = across
    self.down = down
    self.longest = longest
  }

  func margins(of index: Int) -> GnuplotScript {
    let (row, column) = index.quotientAndRemainder(dividingBy: across)
    func x(_ pixels: Int) -> Double { Double(column * width + pixels) / Double(across * width) }
    func y(_ pixels: Int) -> Double { 1 - Double(row * height + pixels) / Double(down * height) }
    return "set lmargin at screen \(x(left))\nset rmargin at screen \(x(left + side))\n"
      + "set tmargin at screen \(y(top))\nset bmargin at screen \(y(top + side))\n"
  }
}
