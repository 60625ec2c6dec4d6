import Manifest
import Metrics
import Pipeline
import Results

/// Kim and Mnih 2018, section 4.
struct FactorVAE: CodeStatistic {
  var batch = 64
  var trainPoints = 10_000
  var testPoints = 5_000

  static let name = "factor-vae"
  static let summary = "majority vote on the code of least normalised variance (Kim and Mnih 2018)"
  static let parameters: [Parameter<FactorVAE>] = [
    Parameter("batch", \.batch, in: 2...10_000, "images per vote"),
    .trainPoints(\.trainPoints), .testPoints(\.testPoints),
  ]

  func score(_ pool: CodePool, seed: UInt64) throws -> ScoreOutput {
    let score = try FactorVAEScore(.init(batch: batch, trainVotes: trainPoints, testVotes: testPoints))
      .score(pool, seed: seed)
    return ScoreOutput(
      values: [score.accuracy],
      details: [
        "train-accuracy": score.trainAccuracy, "active-dimensions": Double(score.activeDimensions.count),
      ])
  }
}

/// Chen et al. 2018, section 4.1.
struct InformationGap: CodeStatistic {
  var points = 10_000
  var bins = 20

  static let name = "mig"
  static let summary = "mutual information gap (Chen et al. 2018)"
  static let parameters: [Parameter<InformationGap>] = [.points(\.points), .bins(\.bins)]

  func score(_ pool: CodePool, seed: UInt64) throws -> ScoreOutput {
    let score = try MutualInformationGap(.init(samples: points, bins: bins)).score(pool, seed: seed)
    return ScoreOutput(values: [score.gap], details: perFactor(score.factors, score.gaps))
  }
}

/// Eastwood and Williams 2018.
struct DCIScore: CodeStatistic {
  var report = Part.disentanglement
  var rounds = 100
  var trainPoints = 10_000
  var testPoints = 5_000

  enum Part: String, CaseIterable { case disentanglement, completeness, informativeness }

  static let name = "dci"
  static let summary =
    "disentanglement, completeness and informativeness by boosted trees (Eastwood and Williams 2018)"
  // Factors are predicted beside each other.
  static let needs = Needs(cores: 2, memory: 1 << 29, seconds: 5)
  static let parameters: [Parameter<DCIScore>] = [
    Parameter("report", \.report, use: .planning, "which of the three this column shows"),
    Parameter("rounds", \.rounds, in: 1...10_000, "boosting rounds of each predictor"),
    .trainPoints(\.trainPoints), .testPoints(\.testPoints),
  ]

  func score(_ pool: CodePool, seed: UInt64) throws -> ScoreOutput {
    let score = try DCI(
      .init(
        sample: SampleOptions(trainSamples: trainPoints, testSamples: testPoints),
        boosting: .init(rounds: rounds))
    ).score(pool, seed: seed)
    return ScoreOutput(
      values: [score.disentanglement],
      details: [
        "disentanglement": score.disentanglement, "completeness": score.completeness,
        "informativeness": score.informativeness,
      ])
  }
}

/// Kumar et al. 2018, section 3.
struct SAPScore: CodeStatistic {
  var trainPoints = 10_000
  var testPoints = 5_000

  static let name = "sap"
  static let summary = "separated attribute predictability (Kumar et al. 2018)"
  static let parameters: [Parameter<SAPScore>] = [.trainPoints(\.trainPoints), .testPoints(\.testPoints)]

  func score(_ pool: CodePool, seed: UInt64) throws -> ScoreOutput {
    let score = try SAP(.init(sample: SampleOptions(trainSamples: trainPoints, testSamples: testPoints)))
      .score(pool, seed: seed)
    return ScoreOutput(values: [score.gap], details: perFactor(score.factors, score.gaps))
  }
}

/// Ridgeway and Mozer 2018, section 3.
struct ModularityScore: CodeStatistic {
  var points = 10_000
  var bins = 20

  static let name = "modularity"
  static let summary = "how far each code depends on one factor only (Ridgeway and Mozer 2018)"
  static let parameters: [Parameter<ModularityScore>] = [.points(\.points), .bins(\.bins)]

  func score(_ pool: CodePool, seed: UInt64) throws -> ScoreOutput {
    ScoreOutput(
      values: [try Modularity(.init(samples: points, bins: bins)).score(pool, seed: seed).modularity])
  }
}

/// Ridgeway and Mozer 2018, section 3.
struct ExplicitnessScore: CodeStatistic {
  var trainPoints = 10_000
  var testPoints = 5_000

  static let name = "explicitness"
  static let summary = "mean one-versus-rest ROC-AUC of logistic regressions (Ridgeway and Mozer 2018)"
  static let parameters: [Parameter<ExplicitnessScore>] = [
    .trainPoints(\.trainPoints), .testPoints(\.testPoints),
  ]

  func score(_ pool: CodePool, seed: UInt64) throws -> ScoreOutput {
    let score = try Explicitness(
      .init(sample: SampleOptions(trainSamples: trainPoints, testSamples: testPoints))
    ).score(pool, seed: seed)
    return ScoreOutput(values: [score.area], details: perFactor(score.factors, score.areas))
  }
}

struct LinearReadout: CodeStatistic {
  var trainPoints = 10_000
  var testPoints = 5_000

  static let name = "linear-readout"
  static let summary = "accuracy of a linear classifier that reads each factor's value from one code"
  static let parameters: [Parameter<LinearReadout>] = [
    .trainPoints(\.trainPoints), .testPoints(\.testPoints),
  ]

  func score(_ pool: CodePool, seed: UInt64) throws -> ScoreOutput {
    let score = try LinearFactorReadout(
      .init(sample: SampleOptions(trainSamples: trainPoints, testSamples: testPoints))
    ).score(pool, seed: seed)
    return ScoreOutput(values: [score.accuracy], details: perFactor(score.factors, score.accuracies))
  }
}

extension Parameter {
  fileprivate static func points(_ path: WritableKeyPath<Root, Int> & Sendable) -> Parameter {
    Parameter("points", path, in: 10...10_000_000, "images")
  }

  fileprivate static func bins(_ path: WritableKeyPath<Root, Int> & Sendable) -> Parameter {
    Parameter("bins", path, in: 2...1000, "equal-width bins per code")
  }
}

private func perFactor(_ factors: [String], _ values: [Double]) -> [String: Double] {
  Dictionary(uniqueKeysWithValues: zip(factors, values))
}
