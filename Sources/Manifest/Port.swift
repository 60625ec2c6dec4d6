/// The type of what goes into or comes out of a step. What can be put together follows from it: a representation goes with
/// the data sets that give what it takes, a metric with the rows that leave what it takes.
public enum Port: String, Sendable, CaseIterable, Codable {
  case labelledImages = "labelled images"
  case factorImages = "images with known factors"
  case imagePairs = "pairs of images"
  /// A row of numbers for every labelled image of each split.
  case features
  /// A row of numbers for every image of a pool whose factors are known.
  case codes
  /// What was answered for every item of a split.
  case answers
  /// How often each class was taken for each, for every image of a split.
  case confusions = "confusion counts"
  case images
}
