import Datasets
import Files
import LinearAlgebra
import Manifest
import Pipeline
import Randomness
import Results

/// Fits a classifier on a row's features, once for every draw of labels, and keeps what it answers for a split.
///
/// Whatever is free is chosen on training labels, or on the validation split; the split is read once for each fit that
/// counts.
struct FitStep: StepKind {
  let name = "fit"
  let version = 1
  let kinds: Kinds

  private struct Parameters: Decodable {
    let split: String
    let labelsPerClass: Int
    let draws: Int
  }

  func run(_ context: StepContext) throws {
    let parameters = try context.step.parameters.parameters(as: Parameters.self)
    // Not by way of `parameters(as:)`: the names of a classifier's own are its own.
    let configured = context.step.parameters["classifier"] ?? .null
    let classifier = try kinds.classifier(configured["kind"]?.string).init(configured)
    let choice: Selection?
    let fits: [ClassifierFit]
    if classifier is any TrainedClassifier {
      choice = nil
      fits = try (0..<parameters.draws).map { try answers(draw: $0, of: parameters, context) }
    } else {
      let tasks = try LabelDraws(context, split: parameters.split, perClass: parameters.labelsPerClass)
      choice = try classifier.choice.map { try tasks.choose($0, for: classifier) }
      fits = try (0..<parameters.draws).map { draw in
        var task = try tasks.task(draw, of: parameters.draws)
        task.chosen = choice?.draws.first?.chosen
        return try classifier.fit(task)
      }
    }
    let training = try context.collection(Split.train)
    let test = try context.collection(Split.test)
    let output = FitOutput(
      outcomes: .answers(
        Answers(
          classes: test.classes, actual: test.labels.map(UInt8.init),
          predicted: fits.map { $0.predicted.map(UInt8.init) },
          labelled: parameters.labelsPerClass > 0
            ? try (0..<parameters.draws).map {
              try LabelDraw.items(
                training, perClass: parameters.labelsPerClass, seed: context.seed, draw: $0
              ).map(Int32.init)
            } : nil)),
      selection: choice ?? Self.selection(of: fits),
      details: Self.means(of: fits.map(\.details)).merging(Self.largest(of: fits.map(\.bounds))) { $1 })
    if let warning = output.chanceWarning { context.warn(warning) }
    try output.save(in: context.output)
  }

  /// What the model of a draw, which was trained in a step of its own, answers.
  private func answers(draw: Int, of parameters: Parameters, _ context: StepContext) throws -> ClassifierFit {
    if context.shouldStop { throw Interrupted() }
    context.progress(Double(draw) / Double(parameters.draws), "draw \(draw + 1) of \(parameters.draws)")
    let folder = context.input(SearchRole.model(draw))
    let trained = try TrainStep.model(in: folder) { $0 }
    return ClassifierFit(
      predicted: try TrainedDraw(trained, context, kinds: kinds, split: parameters.split)
        .answers(model: folder, input: Split.test))
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
  func save(in folder: String) throws { try JSON.write(self, to: "\(folder)/\(FitOutput.file)") }

  init(folder: String) throws { self = try JSON.read(Self.self, at: "\(folder)/\(FitOutput.file)") }
}

/// The tasks of a fit: a row's features under one draw of labels after another.
private struct LabelDraws {
  private let context: StepContext
  private let training: ImageCollection
  private let train: MappedRows
  private let test: MappedRows
  private let description: FeatureDescription
  private let folder: String
  /// 0 means that every label is used.
  private let perClass: Int

  init(_ context: StepContext, split: String, perClass: Int) throws {
    self.context = context
    self.perClass = perClass
    training = try context.collection(Split.train)
    folder = context.input("features")
    description = try FeatureDescription(folder: folder)
    train = try description.features(of: Split.train, folder: folder, withMirrorImages: true)
    test = try description.features(of: split, folder: folder)
  }

  /// Draws by which a number is chosen come after all that are scored.
  private static let firstJudged = 1 << 32

  func task(_ draw: Int, of draws: Int) throws -> ClassificationTask {
    try task(draw, "draw \(draw + 1) of \(draws)", share: Double(draw) / Double(draws))
  }

  private func task(_ draw: Int, _ words: String, share: Double) throws -> ClassificationTask {
    if context.shouldStop { throw Interrupted() }
    var stream = RandomStream(seed: context.seed, stream: UInt64(draw))
    let isDrawn = perClass > 0
    let items =
      isDrawn
      ? try LabelDraw.indices(
        training.labels, classes: training.classes, perClass: perClass, stream: &stream) : []
    let images = training.count
    let labels = isDrawn ? items.map { training.labels[$0] } : training.labels
    let copies = 0..<(train.rows / images)
    return ClassificationTask(
      features: isDrawn
        ? try train.gathering(copies.flatMap { copy in items.map { copy * images + $0 } }) : train,
      labels: copies.flatMap { _ in labels }, images: labels.count,
      classes: training.classes.count, standardise: description.standardise,
      unlabelled: { [train] in
        guard isDrawn else { return nil }
        let labelled = Set(items)
        return try train.gathering((0..<train.rows).filter { !labelled.contains($0 % images) })
      },
      test: test, stream: stream,
      progress: { [context] what in
        if context.shouldStop { throw Interrupted() }
        context.progress(share, "\(words): \(what)")
      })
  }

  /// What is right most often on the validation split, on average over draws of labels.
  ///
  /// - Throws: `StepsError` where every candidate has failed in some draw.
  func choose(_ choice: ValidationChoice, for classifier: any Classifier) throws -> Selection {
    let validation = LabelledRows(
      features: try description.features(of: Split.validation, folder: folder),
      labels: try context.collection(Split.validation).labels)
    // Where every label is used all draws are one, and judged once.
    let draws = perClass > 0 ? choice.draws : 1
    let judged = try (0..<draws).map { draw in
      try classifier.judge(
        try task(
          Self.firstJudged + draw, "choosing \(choice.parameter), draw \(draw + 1) of \(draws)", share: 0),
        on: validation)
    }
    let means = choice.candidates.indices.map { place in
      let scores = judged.compactMap { $0[place] }
      return scores.count == judged.count ? scores.reduce(0, +) / Double(scores.count) : -Double.infinity
    }
    guard let best = means.max(), best > -.infinity, let place = means.firstIndex(of: best) else {
      throw StepsError(
        .failed, "no candidate for \(choice.parameter) could be fitted in every draw of labels; give others")
    }
    return Selection(
      parameter: choice.parameter,
      criterion: "accuracy on \(validation.labels.count) validation images",
      draws: (0..<choice.draws).map {
        Selection.Draw(
          candidates: choice.candidates, scores: judged[$0 % draws], chosen: choice.candidates[place])
      })
  }
}
