import Manifest
import Pipeline

/// CIFAR-10 (Krizhevsky 2009) as the data set of a table.
enum CIFAR10Kind {
  static let kind = Kind(
    ImageSet.cifar10.rawValue,
    "CIFAR-10 (Krizhevsky 2009): 50,000 training and 10,000 test images, 32x32 in colour, ten classes")

  static func add(_ sources: DataSources, to plan: inout Plan) -> [String: String] {
    [
      "train": ImageSet.cifar10.add(split: "train", sources, to: &plan),
      "test": ImageSet.cifar10.add(split: "test", sources, to: &plan),
    ]
  }
}
