import Metrics
import Randomness
import Results

/// Two measurements of one cell as pairs: repeats with repeats, and answers with answers on the same test items.
public struct PairedCells: Sendable {
  /// Means over restarts of the repeats that both have.
  let repeats: [(before: Double, after: Double)]
  /// For every test item that both have, the share of right answers; empty where the items differ.
  let items: [(before: Double, after: Double)]
  /// The same where every item was answered once by each.
  private let single: (before: [Bool], after: [Bool])?

  public init(_ before: Cell, _ after: Cell) {
    var repeats: [(before: Double, after: Double)] = []
    var items: [(before: Double, after: Double)] = []
    var single: (before: [Bool], after: [Bool])? = ([], [])
    for old in before.repeats {
      guard let new = after.repeats.first(where: { $0.repetition == old.repetition }) else { continue }
      let means = [old, new].map { Measurement.mean($0.values) }
      if means.allSatisfy(\.isFinite) { repeats.append((means[0], means[1])) }
      guard let a = old.items, let b = new.items, a.actual == b.actual, a.classes == b.classes else {
        continue
      }
      items += zip(a.shareRight, b.shareRight).map { ($0, $1) }
      if a.predicted.count == 1, b.predicted.count == 1 {
        single?.before += a.shareRight.map { $0 == 1 }
        single?.after += b.shareRight.map { $0 == 1 }
      } else {
        single = nil
      }
    }
    self.repeats = repeats
    self.items = items
    self.single = items.isEmpty ? nil : single
  }

  /// Items that only one of the two got right; nil where items were answered more than once.
  public var mcNemar: McNemar? {
    single.flatMap { try? McNemar(first: $0.before, second: $0.after) }
  }

  /// The mean difference in the share of right answers, after minus before, with its 95% interval over test items.
  public func itemBootstrap(resamples: Int = 1000) -> Bootstrap? {
    var stream = RandomStream(seed: 0x6469_6666)
    return try? Bootstrap.pairedDifference(
      items.map(\.after), items.map(\.before), resamples: resamples, method: .percentile, stream: &stream)
  }

  /// The test that decides whether a cell has moved, and its two-sided p; nil where there is nothing to test.
  ///
  /// Over repeats where there are several: a training that rounds otherwise ends elsewhere, and only the spread over
  /// repeats says how far. Over test items for a single run.
  var decisive: (test: CellComparison.Test, p: Double)? {
    if repeats.count > 1 {
      return (try? TTest.paired(repeats.map(\.after), repeats.map(\.before))).map { (.pairedT, $0.pValue) }
    }
    if let mcNemar { return (.mcNemar, mcNemar.pValue) }
    return (try? TTest.paired(items.map(\.after), items.map(\.before))).map { (.itemT, $0.pValue) }
  }
}

extension Items {
  /// For every item the share of right answers over restarts or draws.
  fileprivate var shareRight: [Double] {
    guard !predicted.isEmpty else { return [] }
    return actual.indices.map { item in
      Double(predicted.count { $0[item] == actual[item] }) / Double(predicted.count)
    }
  }
}
