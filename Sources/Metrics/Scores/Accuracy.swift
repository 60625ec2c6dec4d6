/// Counting how often predictions are right.
public enum Accuracy {
  /// Share of positions at which both lists agree; 0 for empty lists.
  public static func share(_ actual: [Int], _ predicted: [Int]) -> Double {
    precondition(actual.count == predicted.count, "every item needs an actual and a predicted label")
    guard !actual.isEmpty else { return 0 }
    return Double(zip(actual, predicted).count { $0 == $1 }) / Double(actual.count)
  }

  /// counts[a][p]: how many items of class a were predicted as p.
  public static func confusion(_ actual: [Int], _ predicted: [Int], classes: Int) -> [[Int]] {
    precondition(actual.count == predicted.count, "every item needs an actual and a predicted label")
    var counts = [[Int]](repeating: [Int](repeating: 0, count: classes), count: classes)
    for (a, p) in zip(actual, predicted) { counts[a][p] += 1 }
    return counts
  }
}
