import Manifest
import Metrics
import Results

/// The disentanglement metric of Higgins et al. 2017 (section 3).
struct Higgins: CodeStatistic {
  var factors: [Factor] = []
  var pairs = 0
  var classifier = Fitting.adagrad
  // swift-format-ignore: AlwaysUseLowerCamelCase
  var C = 1.0
  var learningRate = 0.01
  var maxSteps = 100_000
  var tolerance = 1e-5
  var standardise = false
  var restarts = 1
  var trainPoints = 10_000
  var testPoints = 5_000

  enum Factor: String, CaseIterable { case shape, scale, orientation, x, y }
  enum Fitting: String, CaseIterable {
    case adagrad, logistic
    case maximumLikelihood = "maximum-likelihood"
  }

  static let name = "higgins"
  static let summary =
    "accuracy of a linear classifier that names the held factor from mean absolute code differences"
  static let itemStatistic: OutcomeStatistic? = .accuracy
  static let parameters: [Parameter<Higgins>] = [
    Parameter(
      "factors", \.factors, required: true, "factors that may be held; the others vary freely"),
    Parameter(
      "pairs", \.pairs, in: 1...10_000, required: true, "L, the pairs of images averaged into one point"),
    Parameter("classifier", \.classifier, "how the linear classifier is fitted"),
    Parameter("C", \.C, in: 1e-9...1e9, "inverse L2 penalty of the logistic classifier"),
    Parameter("learning-rate", \.learningRate, in: 1e-9...10, "Adagrad's learning rate"),
    Parameter("max-steps", \.maxSteps, in: 1...100_000_000, "Adagrad steps at most"),
    Parameter(
      "tolerance", \.tolerance, in: 0...1, "change of the training loss that counts as converged"),
    Parameter(
      "standardise", \.standardise, "scale features to unit variance before the classifier"),
    Parameter("restarts", \.restarts, in: 1...100, "classifier initialisations; each gives a value"),
    .trainPoints(\.trainPoints), .testPoints(\.testPoints),
  ]
  static let rules: [Kind.Rule] =
    [
      reads("C", with: .logistic),
      Kind.Rule("factors") { values in
        guard let names = values["factors"]?.array?.compactMap(\.string) else { return nil }
        guard Set(names).count == names.count else {
          return
            "`factors` names a factor twice, which no classifier can tell from itself: \(names.joined(separator: ", "))"
        }
        return names.count < 2
          ? "`factors` must be at least two: the score is how well they are told apart" : nil
      },
    ]
    + ["learning-rate", "max-steps", "tolerance", "restarts"].map { reads($0, with: .adagrad) }

  private static func reads(_ field: String, with fitting: Fitting) -> Kind.Rule {
    .where("`classifier: \(fitting.rawValue)`", isRead: field, of: Higgins.self) {
      $0["classifier"]?.string.map { $0 == fitting.rawValue } ?? true
    }
  }

  /// What the formula is told.
  var options: HigginsScore.Options {
    HigginsScore.Options(
      factors: factors.map(\.rawValue), pairsPerPoint: pairs, trainPoints: trainPoints,
      testPoints: testPoints,
      classifier: fitting, standardise: standardise)
  }

  private var fitting: HigginsScore.Classifier {
    switch classifier {
    case .adagrad:
      .adagrad(.init(learningRate: learningRate, tolerance: tolerance, maximumSteps: maxSteps))
    case .logistic: .logistic(C: C)
    case .maximumLikelihood: .maximumLikelihood
    }
  }

  func score(_ pool: CodePool, seed: UInt64) throws -> ScoreOutput {
    let scores = try HigginsScore(options).scores(pool, seed: seed, restarts: restarts)
    let count = Double(scores.count)
    return ScoreOutput(
      values: scores.map(\.accuracy),
      details: [
        "train-accuracy": scores.map(\.trainAccuracy).reduce(0, +) / count,
        "classifier-loss": scores.map(\.classifier.objective).reduce(0, +) / count,
        "classifier-iterations": scores.map { Double($0.classifier.iterations) }.reduce(0, +) / count,
        "classifier-converged": scores.map { $0.classifier.converged ? 1.0 : 0 }.reduce(0, +) / count,
      ],
      items: Answers(
        classes: scores[0].factors, actual: scores[0].actual.map(UInt8.init),
        predicted: scores.map { $0.predicted.map(UInt8.init) }))
  }
}

extension Parameter {
  static func trainPoints(_ path: WritableKeyPath<Root, Int> & Sendable) -> Parameter {
    Parameter("train-points", path, in: 10...10_000_000, "points that are fitted or counted")
  }

  static func testPoints(_ path: WritableKeyPath<Root, Int> & Sendable) -> Parameter {
    Parameter("test-points", path, in: 10...10_000_000, "fresh points that are scored")
  }
}
