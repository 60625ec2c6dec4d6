/// Counting how often predictions are right.
public enum Accuracy {
  /// Share of positions at which both lists agree; 0 for empty lists.
  public static func share(_ actual: [Int], _ predicted: [Int]) -> Double {
    precondition(actual.count == predicted.count, "every item needs an actual and a predicted label")
    guard !actual.isEmpty else { return 0 }
    return Double(zip(actual, predicted).count { $0 == $1 }) / Double(actual.count)
  }
}
