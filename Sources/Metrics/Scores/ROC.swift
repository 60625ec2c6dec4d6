/// Ranking quality of scores.
public enum ROC {
  /// Area under the receiver operating characteristic: the probability that a positive item scores above a negative
  /// one, ties counting half. Nil unless both kinds occur.
  public static func area(scores: [Double], isPositive: [Bool]) -> Double? {
    precondition(scores.count == isPositive.count, "every score needs a label")
    let positives = isPositive.count { $0 }
    let negatives = scores.count - positives
    guard positives > 0, negatives > 0 else { return nil }
    let order = scores.indices.sorted { scores[$0] < scores[$1] }
    var rankSum = 0.0
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, scores[order[end]] == scores[order[start]] { end += 1 }
      // Equal scores share the mean of the ranks start + 1 ... end.
      let rank = Double(start + end + 1) / 2
      rankSum += rank * Double(order[start..<end].count { isPositive[$0] })
      start = end
    }
    let wins = rankSum - Double(positives) * Double(positives + 1) / 2
    return wins / (Double(positives) * Double(negatives))
  }

  /// Mean over the classes that occur in `labels` of the one-vs-rest area, column k of `probability` being class k.
  static func meanOneVsRest(labels: [Int], classes: Int, probability: (Int, Int) -> Double) -> Double {
    let areas = (0..<classes).compactMap { k in
      area(scores: labels.indices.map { probability($0, k) }, isPositive: labels.map { $0 == k })
    }
    return areas.isEmpty ? 0 : areas.reduce(0, +) / Double(areas.count)
  }
}
