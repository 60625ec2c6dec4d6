import Files
import Learners
import Metrics
import Pipeline
import Results

/// Calls the metric that a `score` step's parameters name, on one pool of codes.
enum Scoring {
  static func score(_ parameters: JSON, pool: CodePool, seed: UInt64) throws -> ScoreOutput {
    switch parameters["kind"]?.string {
    case "higgins": try higgins(parameters.parameters(), pool, seed)
    case "factor-vae": try factorVAE(parameters.parameters(), pool, seed)
    case "mig": try mutualInformationGap(parameters.parameters(), pool, seed)
    case "dci": try dci(parameters.parameters(), pool, seed)
    case "sap": try sap(parameters.parameters(), pool, seed)
    case "modularity": try modularity(parameters.parameters(), pool, seed)
    case "explicitness": try explicitness(parameters.parameters(), pool, seed)
    case "linear-readout": try linearReadout(parameters.parameters(), pool, seed)
    case let kind: throw StepsError(.failed, "no metric is called '\(kind ?? "")'")
    }
  }

  struct HigginsParameters: Codable {
    let factors: [String]
    let pairs: Int
    let classifier: String
    // swift-format-ignore: AlwaysUseLowerCamelCase
    let C: Double
    let learningRate: Double
    let maxSteps: Int
    let tolerance: Double
    let standardise: Bool
    let restarts: Int
    let trainPoints: Int
    let testPoints: Int
  }

  private static func higgins(_ p: HigginsParameters, _ pool: CodePool, _ seed: UInt64) throws -> ScoreOutput
  {
    let classifier: HigginsScore.Classifier =
      p.classifier == "logistic"
      ? .logistic(C: p.C)
      : .adagrad(.init(learningRate: p.learningRate, tolerance: p.tolerance, maximumSteps: p.maxSteps))
    let metric = try HigginsScore(
      .init(
        factors: p.factors, pairsPerPoint: p.pairs, trainPoints: p.trainPoints, testPoints: p.testPoints,
        classifier: classifier, standardise: p.standardise))
    let scores = try metric.scores(pool, seed: seed, restarts: p.restarts)
    let count = Double(scores.count)
    return ScoreOutput(
      values: scores.map(\.accuracy),
      details: [
        "train-accuracy": scores.map(\.trainAccuracy).reduce(0, +) / count,
        "classifier-iterations": scores.map { Double($0.classifier.iterations) }.reduce(0, +) / count,
        "classifier-converged": scores.map { $0.classifier.converged ? 1.0 : 0 }.reduce(0, +) / count,
      ],
      items: Items(
        classes: scores[0].factors, actual: scores[0].actual.map(UInt8.init),
        predicted: scores.map { $0.predicted.map(UInt8.init) }))
  }

  struct VoteParameters: Codable {
    let batch: Int
    let trainPoints: Int
    let testPoints: Int
  }

  private static func factorVAE(_ p: VoteParameters, _ pool: CodePool, _ seed: UInt64) throws -> ScoreOutput {
    let score = try FactorVAEScore(.init(batch: p.batch, trainVotes: p.trainPoints, testVotes: p.testPoints))
      .score(pool, seed: seed)
    return ScoreOutput(
      values: [score.accuracy],
      details: [
        "train-accuracy": score.trainAccuracy, "active-dimensions": Double(score.activeDimensions.count),
      ])
  }

  struct InformationParameters: Codable {
    let points: Int
    let bins: Int
  }

  private static func mutualInformationGap(
    _ p: InformationParameters, _ pool: CodePool, _ seed: UInt64
  ) throws -> ScoreOutput {
    let score = try MutualInformationGap(.init(samples: p.points, bins: p.bins)).score(pool, seed: seed)
    return ScoreOutput(values: [score.gap], details: perFactor(score.factors, score.gaps))
  }

  private static func modularity(_ p: InformationParameters, _ pool: CodePool, _ seed: UInt64) throws
    -> ScoreOutput
  {
    let score = try Modularity(.init(samples: p.points, bins: p.bins)).score(pool, seed: seed)
    return ScoreOutput(values: [score.modularity])
  }

  struct SampleParameters: Codable {
    let trainPoints: Int
    let testPoints: Int

    var options: SampleOptions { SampleOptions(trainSamples: trainPoints, testSamples: testPoints) }
  }

  struct BoostingParameters: Codable {
    let rounds: Int
    let trainPoints: Int
    let testPoints: Int
  }

  private static func dci(_ p: BoostingParameters, _ pool: CodePool, _ seed: UInt64) throws -> ScoreOutput {
    let score = try DCI(
      .init(
        sample: SampleOptions(trainSamples: p.trainPoints, testSamples: p.testPoints),
        boosting: .init(rounds: p.rounds))
    ).score(pool, seed: seed)
    return ScoreOutput(
      values: [score.disentanglement],
      details: [
        "disentanglement": score.disentanglement, "completeness": score.completeness,
        "informativeness": score.informativeness,
      ])
  }

  private static func sap(_ p: SampleParameters, _ pool: CodePool, _ seed: UInt64) throws -> ScoreOutput {
    let score = try SAP(.init(sample: p.options)).score(pool, seed: seed)
    return ScoreOutput(values: [score.gap], details: perFactor(score.factors, score.gaps))
  }

  private static func explicitness(_ p: SampleParameters, _ pool: CodePool, _ seed: UInt64) throws
    -> ScoreOutput
  {
    let score = try Explicitness(.init(sample: p.options)).score(pool, seed: seed)
    return ScoreOutput(values: [score.area], details: perFactor(score.factors, score.areas))
  }

  private static func linearReadout(_ p: SampleParameters, _ pool: CodePool, _ seed: UInt64) throws
    -> ScoreOutput
  {
    let score = try LinearFactorReadout(.init(sample: p.options)).score(pool, seed: seed)
    return ScoreOutput(values: [score.accuracy], details: perFactor(score.factors, score.accuracies))
  }

  private static func perFactor(_ factors: [String], _ values: [Double]) -> [String: Double] {
    Dictionary(uniqueKeysWithValues: zip(factors, values))
  }
}
