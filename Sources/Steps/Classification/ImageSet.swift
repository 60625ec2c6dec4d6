import Datasets
import Files
import Foundation
import Manifest
import Pipeline

/// The sets of images that representations are learned from, found in the data folder.
enum ImageSet: String, CaseIterable {
  case cifar10
  /// The first ImageNet folder that is there: all of ILSVRC-2012, or a part of it at a small size.
  case imagenet
  case stl10

  /// The split that representations are learned from.
  var learningSplit: String { self == .stl10 ? "unlabeled" : "train" }

  /// Those that an experiment reads.
  static func named(in experiment: Experiment) -> Set<ImageSet> {
    let names =
      [experiment.dataset.kind]
      + experiment.rows.compactMap { $0.representation.parameters["images"]?.string }
    return Set(names.compactMap(ImageSet.init(rawValue:)))
  }

  /// Stands for the images in the identity of a step; nil where they are not there or cannot be read.
  func fingerprint(dataFolder: String) -> String? {
    switch self {
    case .cifar10: return try? CIFAR10(CIFAR10.locate(dataFolder: dataFolder)).fingerprint()
    case .imagenet: return try? imageNet(dataFolder).fingerprint()
    case .stl10: return try? STL10(STL10.locate(dataFolder: dataFolder)).fingerprint(.unlabeled)
    }
  }

  /// Writes one split as a collection. Throws `DatasetError`, which says what is missing and how to get it.
  func save(_ split: String, dataFolder: String, to path: String, progress: (Double) -> Void) throws {
    switch self {
    case .cifar10:
      try CIFAR10(CIFAR10.locate(dataFolder: dataFolder)).save(
        split == "test" ? .test : .train, to: path, progress: progress)
    case .imagenet:
      try imageNet(dataFolder).save(to: path, side: 32, unreadable: .skip, progress: progress)
    case .stl10:
      try STL10(STL10.locate(dataFolder: dataFolder)).save(.unlabeled, to: path, progress: progress)
    }
  }

  /// How the copy in the data folder differs from the published images, as its owner declared; nil where nothing was
  /// said, or there is no copy.
  func declaredDeviation(dataFolder: String) -> String? {
    let path: String? =
      switch self {
      case .cifar10: try? CIFAR10.locate(dataFolder: dataFolder)
      case .imagenet: try? ImageFolder.locate(ImageFolder.imageNetNames, dataFolder: dataFolder)
      case .stl10: try? STL10.locate(dataFolder: dataFolder)
      }
    guard let path else { return nil }
    // The images may lie in a folder of their own inside the set.
    let entry = Catalogue.all.first { entry in
      guard let place = try? entry.place(in: dataFolder) else { return false }
      return "\(path)/".hasPrefix(Paths.join(dataFolder, place) + "/")
    }
    return try? entry?.declaredDeviation(in: dataFolder)
  }

  private func imageNet(_ dataFolder: String) throws -> ImageFolder {
    try ImageFolder(ImageFolder.locate(ImageFolder.imageNetNames, dataFolder: dataFolder))
  }

  /// The step that reads a split, or its first images.
  func add(split: String, first: Int = 0, _ sources: DataSources, to plan: inout Plan) -> String {
    plan.add(
      Step(
        kind: ImagesStep().name, version: ImagesStep().version,
        parameters: [
          "set": .string(rawValue), "split": .string(split), "first": .int(first),
          "fingerprint": .string(sources.fingerprints[rawValue] ?? DataSources.missing),
        ], label: "images of \(rawValue), \(split)", needs: Needs(memory: 1 << 29, seconds: 10)))
  }
}
