import Datasets
import Randomness

/// Stratified draws of labelled items: the same number of every class, without replacement.
enum LabelDraw {
  /// The items of one draw of a seed, ascending: the same for every classifier. None where every label is used.
  static func items(_ images: ImageCollection, perClass: Int, seed: UInt64, draw: Int) throws -> [Int] {
    guard perClass > 0 else { return [] }
    var stream = RandomStream(seed: seed, stream: UInt64(draw))
    return try indices(images.labels, classes: images.classes, perClass: perClass, stream: &stream)
  }

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
