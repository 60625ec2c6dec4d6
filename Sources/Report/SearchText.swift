import Files
import Manifest
import Metrics
import Results

/// What a random search tried and found: a sentence for a footnote, and a table of all trials for `explain`.
struct SearchText {
  let search: SearchOutcome
  /// Whether the row answers for the very data that the winner was chosen on.
  let isScoredWhereChosen: Bool

  /// - Parameter columns: those that are told of; all of the row's own by default.
  init(search: SearchOutcome, of row: Row?, in experiment: Experiment, columns: [Column]? = nil) {
    self.search = search
    isScoredWhereChosen =
      row.map { row in
        (columns ?? experiment.columns).contains { $0.includes(row) && row.split($0) == Split.validation }
      } ?? false
  }

  private var winner: SearchOutcome.Trial { search.trials[search.winner] }
  /// Scores of the trials that were trained to the end and have one.
  private var finishedScores: [Double] {
    search.finished.compactMap { search.trials[$0].scores.last ?? nil }
  }
  private var best: String { winner.scores.last.flatMap { $0 }.map(NumberText.short) ?? "no score" }

  /// Without a full stop, as footnotes are written.
  var note: String {
    let count = search.trials.count
    var text = "random search of \(count) trials over \(search.paths.joined(separator: ", "))"
    for (stage, share) in search.shares.dropLast().enumerated() {
      let stopped = search.trials.count { $0.scores.count == stage + 1 }
      text += "; \(stopped) stopped after \(Search.percent(share)) of the training"
    }
    let diverged = search.trials.count { $0.scores.contains(nil) }
    if diverged > 0 { text += "; \(diverged) without a score" }
    text += "; chosen by the \(search.criterion): \(best) is the best"
    if let median = Self.median(finishedScores) {
      text += ", \(NumberText.short(median)) the median of the \(finishedScores.count) trained to the end"
    }
    return text + "; the best of many validation scores is optimistic, "
      + (isScoredWhereChosen
        ? "and so is this row, which answers for the same images"
        : "and of all trials the test split is read for the winner alone")
      + ": \(Self.text(winner.values))"
  }

  /// A line each, ended.
  var lines: [String] {
    let heading =
      ["trial"] + search.paths + search.shares.map { "at \(Search.percent($0))" } + [""]
    let rows = search.trials.enumerated().map { index, trial in
      [String(index + 1)] + search.paths.map { trial.values[$0]?.canonical ?? "" } + scores(of: trial)
        + [index == search.winner ? "the winner" : ""]
    }
    let widths = heading.indices.map { column in ([heading] + rows).map { $0[column].count }.max() ?? 0 }
    let table = ([heading] + rows).map { cells in
      let line = cells.indices.map { TextColumns.pad(cells[$0], widths[$0], right: $0 < cells.count - 1) }
        .joined(separator: "  ")
      return "  " + String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
    }
    var lines = ["  score: \(search.criterion), higher is better\n"] + table
    lines.append(
      "  Chosen on validation data; the best of \(search.trials.count) scores is optimistic.\n"
        + (isScoredWhereChosen
          ? "  So is the value of the cell, which is of the same images.\n"
          : "  The value of the cell is not: no other trial was scored on the test split.\n"))
    return lines
  }

  private func scores(of trial: SearchOutcome.Trial) -> [String] {
    search.shares.indices.map { stage in
      guard stage < trial.scores.count else { return stage == trial.scores.count ? "stopped" : "" }
      return trial.scores[stage].map(NumberText.short) ?? "no score"
    }
  }

  static func text(_ values: [String: JSON]) -> String {
    values.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.canonical)" }.joined(separator: ", ")
  }

  static func median(_ values: [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}

extension TableLayout {
  /// The footnotes of a row's searches, one for each repeat.
  static func searchNotes(of row: Row, in results: TableResults) -> [String] {
    let searches = results.searches(of: row.id)
    return searches.map { search in
      (searches.count > 1 ? "\(NumberText.repetition(search.repetition)): " : "")
        + SearchText(search: search, of: row, in: results.experiment).note
    }
  }

  /// Lines under the terminal's table: a row that was searched is the best of many.
  var searchLines: [String] {
    experiment.rows.compactMap { row in
      guard let search = results.searches(of: row.id).first else { return nil }
      let label = row.label.count > 40 ? row.label.prefix(39) + "…" : row.label
      return "\(label): the best of \(NumberText.count(search.trials.count, "trial")) on validation data; "
        + "retable explain lists them"
    }
  }
}

extension Explanation {
  /// Every trial of the row's searches.
  var searchText: String {
    let searches = layout.results.searches(of: row.id)
    return searches.map { search in
      "RANDOM SEARCH\(searches.count > 1 ? ", \(NumberText.repetition(search.repetition))" : "")\n"
        + SearchText(search: search, of: row, in: layout.experiment, columns: [column]).lines.joined()
    }.joined()
  }
}
