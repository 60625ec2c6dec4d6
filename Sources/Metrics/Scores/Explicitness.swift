import Learners

/// Explicitness of Ridgeway and Mozer 2018, section 3: how well a linear classifier on standardised codes ranks the
/// values of each factor. The mean over factors and values of the one-vs-rest area under the ROC curve on fresh
/// images; 0.5 is chance.
public struct Explicitness: Sendable {
  public struct Score: Sendable, Codable, Equatable {
    /// Mean over factors.
    public var area: Double
    public var factors: [String]
    /// Mean one-vs-rest area for each factor.
    public var areas: [Double]
    public var reports: [SoftmaxRegression.Report]
  }

  public let options: ReadoutOptions

  public init(_ options: ReadoutOptions = ReadoutOptions()) throws(MetricsError) {
    try options.check()
    self.options = options
  }

  public func score(_ pool: CodePool, seed: UInt64) throws -> Score {
    try score(TrainTestSample(pool, options.sample, seed: seed))
  }

  public func score(_ sample: TrainTestSample) throws -> Score {
    let readouts = try LinearReadouts(sample, C: options.inversePenalty)
    let areas = sample.test.factors.indices.map { factor in
      let probabilities = readouts.models[factor].probabilities(readouts.testCodes)
      return ROC.meanOneVsRest(labels: sample.test.labels[factor], classes: sample.test.classes[factor]) {
        probabilities[$0, $1]
      }
    }
    return Score(
      area: TopTwo.mean(areas), factors: sample.test.factors, areas: areas, reports: readouts.reports)
  }
}
