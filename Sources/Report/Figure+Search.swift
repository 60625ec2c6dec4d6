import Files
import Foundation
import Manifest
import Results

extension Figure {
  /// Validation scores of all trials of a search against the parameter that decides most about them.
  static func searches(in layout: TableLayout) -> [Figure] {
    layout.experiment.rows.compactMap { row in
      let searches = layout.results.searches(of: row.id)
      return TrialPoints(row, searches).flatMap { figure($0, searches, layout) }
    }
  }

  private static func figure(
    _ points: TrialPoints, _ searches: [SearchOutcome], _ layout: TableLayout
  ) -> Figure? {
    let words = points.path.split(whereSeparator: { "-.".contains($0) }).joined(separator: " ")
    let title = "\(points.row.label): every trial of the search"
    var plots: [GnuplotScript] = []
    var script = GnuplotScript.head(width: 1400, height: 900)
    for (index, share) in points.shares.enumerated() {
      let isLast = index == points.shares.count - 1
      let reached = points.points.filter { $0.stage == index }.map { [$0.value, $0.score] }
      guard !reached.isEmpty else { continue }
      let name = isLast ? "trained to the end" : "stopped after \(Search.percent(share))"
      script += GnuplotScript.block("stage\(index)", reached)
      plots.append(
        "$stage\(index) using 1:2 with points pointtype \(GnuplotScript.points[index % GnuplotScript.points.count]) "
          + "pointsize 1.8 linecolor rgb \(GnuplotScript.colour(isLast ? 1 : 7)) "
          + "title \(text: name)")
    }
    script += """
      set title \(text: "\(title) (\(profileNote(layout.experiment)))")
      set xlabel \(text: words + (points.isLogarithmic ? " (log scale)" : ""))
      set ylabel "Validation score"
      \(points.isLogarithmic ? "set logscale x 10\nset format x \"%g\"" : "")
      set offsets graph 0.05, graph 0.05, graph 0.1, graph 0.1
      set key outside right top Left reverse samplen 1
      plot \(.joined(plots, by: ", \\\n  "))

      """
    return Figure(
      name: slug("search \(points.row.id)"),
      caption: "\(title): \(searches.first?.criterion ?? ""), \(layout.experiment.profile) profile.",
      csv: CSV.text(
        ["row", "repeat", "trial"] + points.paths + ["share", "score"], points.tidyLines(searches)),
      script: script)
  }
}

/// The trials of a row's searches as points: one parameter and the last score of each.
private struct TrialPoints {
  let row: Row
  let path: String
  let paths: [String]
  let shares: [Double]
  let isLogarithmic: Bool
  let points: [(value: Double, score: Double, stage: Int)]

  /// Nil where fewer than four trials have a score, or no parameter is a number.
  init?(_ row: Row, _ searches: [SearchOutcome]) {
    guard let first = searches.first else { return nil }
    let trials = searches.flatMap(\.trials).filter { $0.scores.first.flatMap { $0 } != nil }
    let ranked = first.paths.compactMap { path -> (path: String, weight: Double)? in
      let values = trials.compactMap { $0.values[path]?.double }
      guard values.count == trials.count, Set(values).count > 1 else { return nil }
      // All trials have a score at the first share: what is compared there was trained alike.
      return (path, abs(Self.rankCorrelation(values, trials.map { ($0.scores[0] ?? 0) })))
    }
    guard trials.count > 3, let chosen = ranked.max(by: { $0.weight < $1.weight }) else { return nil }
    self.row = row
    path = chosen.path
    paths = first.paths
    shares = first.shares
    let axis = row.search?.axes.first { $0.path == chosen.path }
    isLogarithmic =
      switch axis?.distribution {
      case .logUniform, .logUniformInteger: true
      default: false
      }
    points = trials.compactMap { trial in
      guard let value = trial.values[chosen.path]?.double, let score = trial.scores.last.flatMap({ $0 })
      else { return nil }
      return (value, score, trial.scores.count - 1)
    }
  }

  func tidyLines(_ searches: [SearchOutcome]) -> [[String]] {
    searches.flatMap { search in
      search.trials.enumerated().flatMap { index, trial in
        trial.scores.enumerated().map { stage, score in
          [row.id, String(search.repetition), String(index + 1)]
            + paths.map { trial.values[$0].map { $0.string ?? $0.canonical } ?? "" }
            + [NumberText.data(search.shares[stage]), score.map(NumberText.data) ?? ""]
        }
      }
    }
  }

  /// Spearman's: the correlation of ranks, equal values sharing theirs.
  private static func rankCorrelation(_ left: [Double], _ right: [Double]) -> Double {
    let (a, b) = (ranks(left), ranks(right))
    let middle = Double(a.count + 1) / 2
    func product(_ x: [Double], _ y: [Double]) -> Double {
      zip(x, y).reduce(0) { $0 + ($1.0 - middle) * ($1.1 - middle) }
    }
    let scale = (product(a, a) * product(b, b)).squareRoot()
    return scale > 0 ? product(a, b) / scale : 0
  }

  private static func ranks(_ values: [Double]) -> [Double] {
    values.map { value in
      let below = values.count { $0 < value }
      let equal = values.count { $0 == value }
      return Double(below) + Double(equal + 1) / 2
    }
  }
}
