import Learners

/// Can the value of each factor be read off the code linearly? One softmax regression for each factor on
/// standardised codes; the score is the mean accuracy on fresh images.
///
/// Not the metric of the beta-VAE paper, for which it is sometimes mistaken: that one predicts which factor was
/// held fixed, this one predicts factor values, and the two rank representations differently.
public struct LinearFactorReadout: Sendable {
  public struct Score: Sendable, Codable, Equatable {
    /// Mean over factors of the held-out accuracy.
    public var accuracy: Double
    public var factors: [String]
    /// Held-out accuracy for each factor.
    public var accuracies: [Double]
    /// Accuracy of always naming one value, for each factor.
    public var chance: [Double]
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
    let accuracies = zip(readouts.models, sample.test.labels).map { model, labels in
      Accuracy.share(labels, model.predict(readouts.testCodes))
    }
    return Score(
      accuracy: TopTwo.mean(accuracies), factors: sample.test.factors, accuracies: accuracies,
      chance: sample.test.classes.map { 1 / Double($0) }, reports: readouts.reports)
  }
}
