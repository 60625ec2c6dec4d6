import Datasets
import Files
import Learners
import LinearAlgebra
import Manifest
import Models
import Pipeline
import Randomness

/// What a manifest may say of a trial's validation, under `search.validation`.
struct Validation: Parameterised {
  var train = 8000
  var heldOut = 2000
  // swift-format-ignore: AlwaysUseLowerCamelCase
  var C = [1e-4, 1e-3, 1e-2]
  var tolerance = 1e-4

  static let name = "validation"
  static let summary = "accuracy of a linear classifier on training images that were held out"
  static let parameters: [Parameter<Validation>] = [
    Parameter(
      "train", \.train, in: 2...1_000_000, "labelled training images that the classifier is fitted on"),
    Parameter(
      "held-out", \.heldOut, in: 1...1_000_000, "training images that the accuracy is measured on"),
    Parameter(
      "C", \.C, each: 1e-12...1e12, "candidates for LIBLINEAR's C; the best accuracy counts"),
    Parameter(
      "tolerance", \.tolerance, in: 1e-12...1,
      "duality gap at which a fit ends, as a share of its objective"),
  ]
}

/// Scores a network by what a linear classifier on its features answers for training images that were held out. The test
/// split is not among its inputs.
struct ValidateStep: StepKind {
  let name = "validate"
  let version = 2
  let kinds: Kinds

  static let parameters = Validation.parameters.map(\.field)

  func run(_ context: StepContext) throws {
    if let labels = try Self.classifier(context) {
      return try validate(labels, context)
    }
    let parameters = try Validation(context.step.parameters)
    let images = try context.collection("train")
    let folder = context.input("model")
    let split = try ValidationSplit(parameters, of: images.count, seed: context.seed)
    let criterion = "accuracy of a linear classifier on \(split.heldOut.count) held-out training images"
    if let note = try TrialStep.divergence(in: folder) {
      return try ValidationOutput(criterion: criterion, value: nil, note: note).save(in: context.output)
    }
    let kind = try TrainStep.model(in: folder) { [kinds] in
      try kinds.network($0, encoding: context.step.parameters)
    }
    let network = try kind.encoder(imageSide: images.width, device: context.device)
    try network.restoreWeights(from: "\(folder)/\(TrainStep.weights)")
    let features = try Self.features(of: images, split, network, context)
    context.progress(0.9, "choosing C among \(parameters.C.count)")
    do {
      let search = try L2SVM.search(
        features, labels: split.all.map { images.labels[$0] }, classes: images.classes.count,
        strengths: parameters.C.sorted(), validation: .heldOut(Array(0..<split.heldOut.count)),
        options: L2SVM.Options(
          standardisation: kind.standardise ? .withOffset(0.01) : .none,
          tolerance: parameters.tolerance))
      try ValidationOutput(
        criterion: criterion, value: search.means.compactMap(\.self).max(),
        note: search.failures.min { $0.key < $1.key }?.value.description
      ).save(in: context.output)
    } catch let error as LearnerError {
      // Features that are no numbers are the trial's fault and no reason to end a search.
      switch error {
      case .notFinite:
        try ValidationOutput(criterion: criterion, value: nil, note: error.description)
          .save(in: context.output)
      default: throw error
      }
    }
  }

  /// How a classifier was trained; nil where the model is none.
  private static func classifier(_ context: StepContext) throws -> JSON? {
    try TrainStep.model(in: context.input("model")) { $0[TrainedDraw.labelsKey] == nil ? nil : $0 }
  }

  /// A classifier answers for the validation images itself.
  private func validate(_ parameters: JSON, _ context: StepContext) throws {
    let folder = context.input("model")
    let labels = try context.collection(Split.validation).labels
    let criterion = "accuracy on \(labels.count) validation images"
    if let note = try TrialStep.divergence(in: folder) {
      return try ValidationOutput(criterion: criterion, value: nil, note: note).save(in: context.output)
    }
    let predicted = try TrainedDraw(parameters, context, kinds: kinds)
      .answers(model: folder, input: Split.validation)
    let right = zip(predicted, labels).count { $0 == $1 }
    try ValidationOutput(criterion: criterion, value: Double(right) / Double(max(1, labels.count)))
      .save(in: context.output)
  }

  private static func features(
    of images: ImageCollection, _ split: ValidationSplit, _ network: any ImageEncoder, _ context: StepContext
  ) throws -> Matrix<Float> {
    // Held-out images give the network no statistics either.
    try network.prepare(images, indices: split.train) {
      if context.shouldStop { throw Interrupted() }
      context.progress(0.3 * $0, "statistics of the training images")
    }
    let indices = split.all
    let block = 500
    return try Matrix(rows: indices.count, columns: network.featureCount) { elements in
      for start in stride(from: 0, to: indices.count, by: block) {
        if context.shouldStop { throw Interrupted() }
        let range = start..<min(start + block, indices.count)
        try network.encode(
          images, indices: Array(indices[range]),
          into: UnsafeMutableBufferPointer(
            rebasing: elements[
              (range.lowerBound * network.featureCount)..<(range.upperBound * network.featureCount)]))
        context.progress(
          0.3 + 0.6 * Double(range.upperBound) / Double(indices.count),
          "\(range.upperBound) of \(indices.count) images")
      }
    }
  }
}

/// Which training images are held out, and which the classifier is fitted on: the same for every trial.
struct ValidationSplit: Equatable {
  let heldOut: [Int]
  let train: [Int]

  /// The held-out images first.
  var all: [Int] { heldOut + train }

  init(_ parameters: Validation, of count: Int, seed: UInt64) throws {
    guard parameters.heldOut < count, parameters.train <= count - parameters.heldOut else {
      throw StepsError(
        .failed,
        "\(count) training images are too few for a validation that fits a classifier on \(parameters.train) and holds "
          + "\(parameters.heldOut) out; lower `train` or `held-out` under `search.validation`")
    }
    var stream = RandomStream(seed: seed)
    let order = stream.permutation(count)
    heldOut = Array(order.prefix(parameters.heldOut))
    train = Array(order.dropFirst(heldOut.count).prefix(parameters.train))
  }
}
