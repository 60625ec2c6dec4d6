import Metrics
import Results

/// Answers by true class, over all repeats and classifiers of a cell: of items, or of the pixels of images.
struct AnswerCounts {
  let classes: [String]
  /// Rows are what was true, columns what was answered.
  let counts: [[Int]]

  /// Nil where the cell has no test items.
  init?(_ cell: Cell) {
    let outcomes = cell.repeats.compactMap(\.outcomes)
    guard let classes = outcomes.first?.classes, !classes.isEmpty else { return nil }
    // Repeats that a file gives need not speak of the same classes.
    let all = outcomes.filter { $0.classes == classes }
    var counts = [[Int]](repeating: [Int](repeating: 0, count: classes.count), count: classes.count)
    for outcomes in all {
      switch outcomes {
      case .answers(let answers):
        for predicted in answers.predicted {
          for (actual, answer) in zip(answers.actual, predicted)
          where Int(actual) < classes.count && Int(answer) < classes.count {
            counts[Int(actual)][Int(answer)] += 1
          }
        }
      case .confusions(let confusions):
        for run in confusions.images.indices {
          let total = confusions.total(run)
          for actual in classes.indices {
            for answer in classes.indices {
              counts[actual][answer] += total[actual * (classes.count + 1) + answer]
            }
          }
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

/// Of how many test items of one repeat the column's statistic is true, by its first classifier.
struct ItemShare {
  let repetition: Int
  /// What is true of them: `right`, `wrong`.
  let adjective: String
  let holding: Int
  let total: Int
  /// Wilson's 95% interval of the share.
  private let wilson: Interval

  static func all(of cell: Cell) -> [ItemShare] {
    guard let statistic = cell.outcomeStatistic, statistic.isShare else { return [] }
    return cell.repeats.compactMap { repetition in
      guard let scores = repetition.outcomes.flatMap(statistic.itemScores)?.first else { return nil }
      let holding = scores.count { $0 == 1 }
      guard let wilson = try? Binomial.wilson(successes: holding, trials: scores.count) else { return nil }
      return ItemShare(
        repetition: repetition.repetition, adjective: statistic.adjective, holding: holding,
        total: scores.count, wilson: wilson)
    }
  }

  /// In per cent.
  var share: String { NumberText.fixed(100 * Double(holding) / Double(total), 1) }
  /// In per cent: `65.2 to 89.5`.
  var interval: String {
    "\(NumberText.fixed(100 * wilson.lower, 1)) to \(NumberText.fixed(100 * wilson.upper, 1))"
  }
}
