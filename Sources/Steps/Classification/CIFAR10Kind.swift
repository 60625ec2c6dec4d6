import Manifest
import Pipeline

/// CIFAR-10 (Krizhevsky 2009) as the data set of a table.
enum CIFAR10Kind {
  static let kind = Kind(
    ImageSet.cifar10.rawValue,
    "CIFAR-10 (Krizhevsky 2009): 50,000 training and 10,000 test images, 32x32 in colour, ten classes",
    fields: [
      Field(
        "train-images", .integer(0...50_000), default: 0, "the first so many training images; 0 means all"),
      Field("test-images", .integer(0...10_000), default: 0, "the first so many test images; 0 means all"),
    ], gives: [.labelledImages])

  static func add(_ dataset: Configured, _ sources: DataSources, to plan: inout Plan) -> [String: String] {
    var identities: [String: String] = [:]
    for split in ["train", "test"] {
      let first = dataset.parameters["\(split)-images"]?.int ?? 0
      identities[split] = ImageSet.cifar10.add(split: split, first: first, sources, to: &plan)
    }
    return identities
  }
}
