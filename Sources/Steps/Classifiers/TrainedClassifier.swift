import Datasets
import Files
import LinearAlgebra
import Manifest
import Models
import Pipeline
import Randomness

/// A classifier that is a network: trained update by update on a draw of labels, in a `train` step for each draw, so that
/// splits share trainings, draws run side by side, and a killed one continues.
protocol TrainedClassifier: Classifier {
  var updates: Int { get }
  var threads: Int { get }
  /// The untrained network, on one draw.
  func model(_ material: DrawnMaterial, seed: UInt64, device: String) throws -> any Trainable
  /// The classes of a split's items, by a model of this kind.
  func predict(_ model: any Trainable, _ split: SplitMaterial) throws -> [Int]
}

extension TrainedClassifier {
  func fit(_ task: ClassificationTask) throws -> ClassifierFit {
    throw StepsError(.failed, "the classifier '\(Self.name)' is trained in steps of its own")
  }
}

/// The items of a split, as its port says: images, or features of them.
struct SplitMaterial {
  let images: ImageCollection
  /// Nil for classifiers that take images.
  let features: MappedRows?
}

/// What a trained classifier learns from.
struct DrawnMaterial {
  let training: SplitMaterial
  /// Logarithms of the variances about the training features, where they have such.
  let logVariances: MappedRows?
  /// Training items with labels, ascending.
  let labelled: [Int]
  let labels: [Int]
  /// The other training items, ascending; empty where all are labelled.
  let unlabelled: [Int]
  let classes: Int
}

/// One draw of labels for a trained classifier: its training, and what it answers.
struct TrainedDraw {
  private let classifier: any TrainedClassifier
  private let context: StepContext
  private let perClass: Int
  private let draw: Int
  private let split: String

  static let labelsKey = "labels-per-class"
  static let drawKey = "draw"

  /// - Parameters:
  ///   - parameters: those of the training.
  ///   - split: what is answered for; the validation split while training.
  init(_ parameters: JSON, _ context: StepContext, kinds: Kinds, split: String = Split.validation) throws {
    let name = parameters["kind"]?.string
    guard let kind = try kinds.classifier(name) as? any TrainedClassifier.Type else {
      throw StepsError(.failed, "no classifier called '\(name ?? "")' is trained")
    }
    classifier = try kind.init(parameters)
    perClass = parameters[Self.labelsKey]?.int ?? 0
    draw = parameters[Self.drawKey]?.int ?? 0
    self.context = context
    self.split = split
  }

  /// The items whose labels this draw has; the same as every other classifier's.
  private func labelled(_ images: ImageCollection) throws -> [Int] {
    guard perClass > 0 else { return Array(0..<images.count) }
    return try LabelDraw.items(images, perClass: perClass, seed: context.seed, draw: draw)
  }

  private func material(of split: String, input: String? = nil) throws -> SplitMaterial {
    let images = try context.collection(input ?? split)
    guard context.hasInput("features") else { return SplitMaterial(images: images, features: nil) }
    let folder = context.input("features")
    return SplitMaterial(
      images: images, features: try FeatureDescription(folder: folder).features(of: split, folder: folder))
  }

  private func untrained() throws -> any Trainable {
    let training = try material(of: Split.train)
    let items = try labelled(training.images)
    let known = Set(items)
    let folder = context.hasInput("features") ? context.input("features") : nil
    return try classifier.model(
      DrawnMaterial(
        training: training,
        logVariances: try folder.flatMap {
          try FeatureDescription(folder: $0).logVariances(of: Split.train, folder: $0)
        },
        labelled: items, labels: items.map { training.images.labels[$0] },
        unlabelled: (0..<training.images.count).filter { !known.contains($0) },
        classes: training.images.classes.count),
      seed: Seed.derive(root: context.seed, path: "train/\(draw)"), device: context.device)
  }

  func training() throws -> Training {
    let model = try untrained()
    var training = Training(classifier, model: model, length: classifier.updates)
    training.points = 40
    guard context.hasInput(Split.validation) else { return training }
    let validation = try material(of: Split.validation)
    training.measure = { [classifier] in
      ["validation-error": 1 - validation.accuracy(of: try classifier.predict(model, validation))]
    }
    return training
  }

  /// What the trained model of an artifact answers for the split; `input` is the role of its images.
  func answers(model folder: String, input: String) throws -> [Int] {
    let model = try untrained()
    try model.restoreWeights(from: "\(folder)/\(TrainStep.weights)")
    return try classifier.predict(model, try material(of: split, input: input))
  }
}

extension SplitMaterial {
  /// The features, for classifiers that take them.
  var rows: MappedRows {
    get throws {
      guard let features else { throw StepsError(.failed, "the split comes without features") }
      return features
    }
  }

  func accuracy(of predicted: [Int]) -> Double {
    Double(zip(predicted, images.labels).count { $0 == $1 }) / Double(max(1, images.count))
  }
}
