import Datasets
import Files
import LinearAlgebra
import Manifest
import Pipeline
import Randomness
import Results

/// Fits a classifier on a row's features, once for every draw of labels, and keeps what it answers for a split.
///
/// Whatever is free is chosen on training labels alone; the split is read once for each fit that counts.
struct FitStep: StepKind {
  let name = "fit"
  let version = 1
  let kinds: Kinds

  private struct Parameters: Decodable {
    let classifier: JSON
    let split: String
    let labelsPerClass: Int
    let draws: Int
  }

  func run(_ context: StepContext) throws {
    let parameters = try context.step.parameters.parameters(as: Parameters.self)
    // Not by way of `parameters(as:)`: the names of a classifier's own are its own.
    let configured = context.step.parameters["classifier"] ?? .null
    let classifier = try kinds.classifier(configured["kind"]?.string).init(configured)
    let training = try context.collection(Split.train)
    let test = try context.collection(Split.test)
    let folder = context.input("features")
    let description = try FeatureDescription(folder: folder)
    let trainFeatures = try description.features(of: Split.train, folder: folder)
    let testFeatures = try description.features(of: parameters.split, folder: folder)

    var fits: [ClassifierFit] = []
    var draws: [[Int]] = []
    for draw in 0..<parameters.draws {
      if context.shouldStop { throw Interrupted() }
      var stream = RandomStream(seed: context.seed, stream: UInt64(draw))
      var (features, labels): (any RowSource, [Int]) = (trainFeatures, training.labels)
      if parameters.labelsPerClass > 0 {
        let drawn = try LabelDraw.indices(
          training.labels, classes: training.classes, perClass: parameters.labelsPerClass, stream: &stream)
        (features, labels) = (try trainFeatures.gathering(drawn), drawn.map { training.labels[$0] })
        draws.append(drawn)
      }
      fits.append(
        try classifier.fit(
          ClassificationTask(
            features: features, labels: labels, classes: training.classes.count,
            standardise: description.standardise, test: testFeatures, stream: stream
          ) { what in
            if context.shouldStop { throw Interrupted() }
            context.progress(
              Double(draw) / Double(parameters.draws), "draw \(draw + 1) of \(parameters.draws): \(what)")
          }))
    }
    try FitOutput(
      outcomes: .answers(
        Answers(
          classes: test.classes, actual: test.labels.map(UInt8.init),
          predicted: fits.map { $0.predicted.map(UInt8.init) },
          labelled: draws.isEmpty ? nil : draws.map { $0.map(Int32.init) })),
      selection: Self.selection(of: fits),
      details: Self.means(of: fits.map(\.details)).merging(Self.largest(of: fits.map(\.bounds))) { $1 }
    ).save(in: context.output)
  }

  private static func selection(of fits: [ClassifierFit]) -> Selection? {
    guard let first = fits.first?.selection else { return nil }
    return Selection(
      parameter: first.parameter, criterion: first.criterion, draws: fits.compactMap { $0.selection?.draw })
  }

  /// Means over the draws that have the number.
  private static func means(of details: [[String: Double]]) -> [String: Double] {
    var means: [String: Double] = [:]
    for name in Set(details.flatMap(\.keys)) {
      let values = details.compactMap { $0[name] }
      means[name] = values.reduce(0, +) / Double(values.count)
    }
    return means
  }

  private static func largest(of bounds: [[String: Double]]) -> [String: Double] {
    bounds.reduce(into: [:]) { $0.merge($1) { max($0, $1) } }
  }
}

extension FitOutput {
  func save(in folder: String) throws {
    try DurableFile.write(try JSON(encoding: self).canonical, to: "\(folder)/\(FitOutput.file)")
  }

  init(folder: String) throws {
    self = try JSON(parsing: POSIXFileSystem().contents(of: "\(folder)/\(FitOutput.file)")).decode(Self.self)
  }
}
