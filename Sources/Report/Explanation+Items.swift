import Manifest
import Metrics
import Results

extension Explanation {
  /// The uncertainty over test items: one repeat, one classifier at a time, apart from the spread over repeats.
  static func itemLines(_ cell: Cell) -> [String] {
    cell.repeats.compactMap { repetition in
      guard let items = repetition.items, let answers = items.predicted.first,
        let interval = try? Binomial.wilson(successes: correct(items, answers), trials: items.actual.count)
      else { return nil }
      let right = correct(items, answers)
      let share = NumberText.fixed(100 * Double(right) / Double(items.actual.count), 1)
      return
        "  repeat \(repetition.repetition):  \(right) of \(items.actual.count) right, \(share)%, 95% Wilson interval "
        + "\(NumberText.fixed(100 * interval.lower, 1)) to \(NumberText.fixed(100 * interval.upper, 1))%\n"
    }
  }

  private static func correct(_ items: Items, _ answers: [UInt8]) -> Int {
    zip(items.actual, answers).count { $0 == $1 }
  }

  /// Counts over all repeats and restarts: rows are what was true, columns what was answered.
  static func confusionLines(_ cell: Cell) -> [String] {
    guard let classes = cell.repeats.lazy.compactMap(\.items).first?.classes, !classes.isEmpty else {
      return []
    }
    var counts = [[Int]](repeating: [Int](repeating: 0, count: classes.count), count: classes.count)
    for items in cell.repeats.compactMap(\.items) {
      for answers in items.predicted {
        for (actual, answer) in zip(items.actual, answers)
        where Int(actual) < classes.count && Int(answer) < classes.count {
          counts[Int(actual)][Int(answer)] += 1
        }
      }
    }
    let width = max(classes.map(\.count).max() ?? 0, counts.joined().map { "\($0)".count }.max() ?? 0)
    func line(_ name: String, _ cells: [String]) -> String {
      "  "
        + ([TextColumns.pad(name, width, right: false)]
        + cells.map { TextColumns.pad($0, width, right: true) })
        .joined(separator: "  ") + "\n"
    }
    return [line("", classes)] + classes.indices.map { line(classes[$0], counts[$0].map(String.init)) }
  }
}
