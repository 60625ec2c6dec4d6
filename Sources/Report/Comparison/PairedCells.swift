import Metrics
import Randomness
import Results

/// Two measurements of one cell as pairs: repeats with repeats, and answers with answers on the same test items.
public struct PairedCells: Sendable {
  /// Means over restarts of the repeats that both have.
  let repeats: [(before: Double, after: Double)]
  /// For every test item that both have, the statistic's score, its mean where repeats have the same items; empty where the items
  /// differ.
  let items: [(before: Double, after: Double)]
  /// Whether the scores are 0 or 1: shares of items that were answered once by each.
  private let isBinary: Bool
  /// The least sd that differences of repeats are taken to have.
  private let countingDeviation: Double

  /// - Parameter scale: what one is worth in the column's unit.
  public init(_ before: Cell, _ after: Cell, scale: Double = 1) {
    var repeats: [(before: Double, after: Double)] = []
    var runs: [(items: Outcomes, scores: [(before: Double, after: Double)])] = []
    var isBinary = after.outcomeStatistic?.isShare ?? false
    var seen: Set<[String]> = []
    for old in before.repeats {
      guard let new = after.repeats.first(where: { $0.repetition == old.repetition }),
        old.step.isEmpty || new.step.isEmpty || seen.insert([old.step, new.step]).inserted
      else { continue }
      let means = [old, new].map { Measurement.mean($0.values) }
      if means.allSatisfy(\.isFinite) { repeats.append((means[0], means[1])) }
      guard before.statistic == after.statistic, let a = old.outcomes, let b = new.outcomes,
        a.sharesItems(with: b), let scoresBefore = old.itemScores(after.outcomeStatistic),
        let scoresAfter = new.itemScores(after.outcomeStatistic)
      else { continue }
      runs.append((a, zip(scoresBefore, scoresAfter).map { ($0, $1) }))
      if a.runs != 1 || b.runs != 1 { isBinary = false }
    }
    self.repeats = repeats
    countingDeviation = [before, after].map { $0.countingDeviation(scale: scale) }.max() ?? 0
    // Answers of several repeats on one item are no independent items.
    if let first = runs.first, runs.count > 1, runs.allSatisfy({ $0.items.sharesItems(with: first.items) }) {
      let count = Double(runs.count)
      items = first.scores.indices.map { item in
        (
          runs.reduce(0) { $0 + $1.scores[item].before } / count,
          runs.reduce(0) { $0 + $1.scores[item].after } / count
        )
      }
      self.isBinary = false
    } else {
      items = runs.flatMap(\.scores)
      self.isBinary = isBinary && !items.isEmpty
    }
  }

  /// Items of which the statistic is true for only one of the two; nil where items were answered more than once, or have
  /// scores of another kind.
  public var mcNemar: McNemar? {
    isBinary ? McNemar(items.map(\.before), items.map(\.after)) : nil
  }

  /// The mean difference of the scores, after minus before, with its 95% interval over test items.
  public func itemBootstrap(resamples: Int = 1000) -> Bootstrap? {
    var stream = RandomStream(seed: 0x6469_6666)
    return try? Bootstrap.pairedDifference(
      items.map(\.after), items.map(\.before), resamples: resamples, stream: &stream)
  }

  /// The test that decides whether a cell has moved, and its two-sided p; nil where there is nothing to test.
  ///
  /// Over repeats where there are several: a training that rounds otherwise ends elsewhere, and only the spread over
  /// repeats says how far. Over test items for a single run.
  var decisive: (test: CellComparison.Test, p: Double)? {
    if repeats.count > 1 {
      let differences = try? SampleSummary(repeats.map { $0.after - $0.before })
      return differences.flatMap {
        try? TTest.oneSample($0.withDeviation(atLeast: countingDeviation), expected: 0)
      }.map { (.pairedT, $0.pValue) }
    }
    if let mcNemar { return (.mcNemar, mcNemar.pValue) }
    return (try? TTest.paired(items.map(\.after), items.map(\.before))).map { (.itemT, $0.pValue) }
  }
}
