import Metrics
import Results

/// Answers by true class, over all repeats and classifiers of a cell.
struct AnswerCounts {
  let classes: [String]
  /// Rows are what was true, columns what was answered.
  let counts: [[Int]]

  /// Nil where the cell has no test items.
  init?(_ cell: Cell) {
    let all = cell.repeats.compactMap(\.items)
    guard let classes = all.first?.classes, !classes.isEmpty else { return nil }
    var counts = [[Int]](repeating: [Int](repeating: 0, count: classes.count), count: classes.count)
    for items in all {
      for answers in items.predicted {
        for (actual, answer) in zip(items.actual, answers)
        where Int(actual) < classes.count && Int(answer) < classes.count {
          counts[Int(actual)][Int(answer)] += 1
        }
      }
    }
    self.classes = classes
    self.counts = counts
  }

  /// For each true class the share of each answer, in per cent.
  var percentages: [[Double]] {
    counts.map { row in
      let total = row.reduce(0, +)
      return row.map { total > 0 ? 100 * Double($0) / Double(total) : 0 }
    }
  }
}

/// How many test items of one repeat its first classifier got right.
struct RightAnswers {
  let repetition: Int
  let right: Int
  let total: Int
  /// Wilson's 95% interval of the share.
  private let wilson: Interval

  static func all(of cell: Cell) -> [RightAnswers] {
    cell.repeats.compactMap { repetition in
      guard let items = repetition.items, let answers = items.predicted.first else { return nil }
      let right = zip(items.actual, answers).count { $0 == $1 }
      guard let wilson = try? Binomial.wilson(successes: right, trials: items.actual.count) else {
        return nil
      }
      return RightAnswers(
        repetition: repetition.repetition, right: right, total: items.actual.count, wilson: wilson)
    }
  }

  /// In per cent.
  var share: String { NumberText.fixed(100 * Double(right) / Double(total), 1) }
  /// In per cent: `65.2 to 89.5`.
  var interval: String {
    "\(NumberText.fixed(100 * wilson.lower, 1)) to \(NumberText.fixed(100 * wilson.upper, 1))"
  }
}
