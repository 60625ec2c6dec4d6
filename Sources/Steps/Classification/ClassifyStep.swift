import Datasets
import Files
import Learners
import LinearAlgebra
import Pipeline
import Randomness
import Results

/// Test accuracy of a linear classifier on a row's features (Radford et al. 2016, section 5).
///
/// The weight of the loss is chosen on training labels alone, the test split is read once for each fit that counts.
struct ClassifyStep: StepKind {
  let name = "test-accuracy"
  let version = 2

  struct Parameters: Decodable {
    let labelsPerClass: Int
    let draws: Int
    // swift-format-ignore: AlwaysUseLowerCamelCase
    let C: [Double]
    let folds: Int
    let heldOut: Int
    let patience: Int
    let tolerance: Double
  }

  func run(_ context: StepContext) throws {
    let parameters = try context.step.parameters.parameters(as: Parameters.self)
    let training = try context.collection("train")
    let test = try context.collection("test")
    let folder = context.input("features")
    let description = try FeatureDescription(folder: folder)
    let trainFeatures = try description.features(of: "train", folder: folder)
    let testFeatures = try description.features(of: "test", folder: folder)
    let classifier = LinearClassifier(parameters: parameters, standardise: description.standardise)

    var fits: [LinearClassifier.Fit] = []
    var draws: [[Int]] = []
    for draw in 0..<parameters.draws {
      if context.shouldStop { throw Interrupted() }
      var stream = RandomStream(seed: context.seed, stream: UInt64(draw))
      let progress = { (what: String) in
        if context.shouldStop { throw Interrupted() }
        context.progress(
          Double(draw) / Double(parameters.draws), "draw \(draw + 1) of \(parameters.draws): \(what)")
      }
      if parameters.labelsPerClass == 0 {
        fits.append(
          try classifier.fit(
            trainFeatures, training.labels, classes: training.classes.count, test: testFeatures,
            stream: &stream, progress: progress))
      } else {
        let drawn = try LabelDraw.indices(
          training.labels, classes: training.classes, perClass: parameters.labelsPerClass, stream: &stream)
        fits.append(
          try classifier.fit(
            try trainFeatures.gathering(drawn), drawn.map { training.labels[$0] },
            classes: training.classes.count, test: testFeatures, stream: &stream,
            progress: progress))
        draws.append(drawn)
      }
    }
    let values = fits.map { fit in
      Double(zip(fit.predicted, test.labels).count { $0 == $1 }) / Double(test.count)
    }
    try ScoreOutput(
      values: values, details: details(fits),
      items: Items(
        classes: test.classes, actual: test.labels.map(UInt8.init),
        predicted: fits.map { $0.predicted.map(UInt8.init) },
        labelled: draws.isEmpty ? nil : draws.map { $0.map(Int32.init) })
    ).save(in: context.output)
  }

  /// Means over draws, and the weight that each draw chose.
  private func details(_ fits: [LinearClassifier.Fit]) -> [String: Double] {
    let count = Double(fits.count)
    func mean(_ value: (LinearClassifier.Fit) -> Double) -> Double { fits.map(value).reduce(0, +) / count }
    var details = [
      "train-accuracy": mean(\.trainAccuracy), "objective": mean(\.objective),
      "newton-iterations": mean { Double($0.iterations) },
      "duality-gap": fits.map(\.dualityGap).max() ?? 0,
      "classifier-converged": mean { $0.isConverged ? 1 : 0 },
    ]
    for (index, fit) in fits.enumerated() {
      details[fits.count == 1 ? "C" : "C, draw \(index)"] = fit.weight
    }
    // Draws may have stopped at different candidates; a mean is over all of them.
    let common = fits.map(\.candidates.count).min() ?? 0
    for (index, candidate) in (fits.first?.candidates ?? []).prefix(common).enumerated() {
      details["validation at C = \(JSON.number(candidate.weight).canonical)"] = mean {
        $0.candidates[index].accuracy
      }
    }
    return details
  }
}

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
