import Randomness

/// Stratified draws of labelled items: the same number of every class, without replacement.
enum LabelDraw {
  static func indices(
    _ labels: [Int], classes: [String], perClass: Int, stream: inout RandomStream
  ) throws -> [Int] {
    var members = [[Int]](repeating: [], count: classes.count)
    for (index, label) in labels.enumerated() { members[label].append(index) }
    var drawn: [Int] = []
    for (label, items) in members.enumerated() {
      guard items.count >= perClass else {
        throw StepsError(
          .failed,
          "\(perClass) labels of class '\(classes[label])' were asked for and there are \(items.count); "
            + "lower labels-per-class")
      }
      drawn += stream.sample(perClass, of: items.count).map { items[$0] }
    }
    return drawn.sorted()
  }
}
