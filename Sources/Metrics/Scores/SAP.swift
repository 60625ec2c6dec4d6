import Learners

/// The separated attribute predictability of Kumar et al. 2018 (DIP-VAE), section 3.
///
/// Every dimension alone predicts every factor; for each factor, the score of the best dimension minus that of the
/// runner-up, averaged over factors.
public struct SAP: Sendable {
  /// How one dimension predicts one factor.
  public enum Predictor: Sendable, Codable, Equatable {
    /// Accuracy on fresh images of a linear support vector machine with balanced classes.
    case svm(C: Double)
    /// Squared correlation with the position of the factor's value; needs no fresh images.
    case squaredCorrelation
  }

  public struct Options: Sendable, Codable, Equatable {
    public var sample: SampleOptions
    public var predictor: Predictor

    public init(sample: SampleOptions = SampleOptions(), predictor: Predictor = .svm(C: 0.01)) {
      self.sample = sample
      self.predictor = predictor
    }
  }

  public struct Score: Sendable, Codable, Equatable {
    /// Mean over factors.
    public var gap: Double
    public var factors: [String]
    /// The gap of each factor.
    public var gaps: [Double]
    /// scores[d][k] of dimension d for factor k.
    public var scores: [[Double]]
  }

  public let options: Options

  public init(_ options: Options = Options()) throws(MetricsError) {
    try options.sample.check()
    if case .svm(let C) = options.predictor {
      try require(C > 0 && C.isFinite, "C", C, "the weight of the loss is a positive number")
    }
    self.options = options
  }

  public func score(_ pool: CodePool, seed: UInt64) throws -> Score {
    try score(TrainTestSample(pool, options.sample, seed: seed))
  }

  /// The runner-up of a one-dimensional code is a dimension that knows nothing: the most frequent value's share, or
  /// a correlation of zero.
  public func score(_ sample: TrainTestSample) throws -> Score {
    let trainCodes = sample.train.codes.transposed()
    let testCodes = sample.test.codes.transposed()
    let scores = try concurrentMap(sample.train.codes.columns) { dimension in
      let values = Array(trainCodes[row: dimension])
      switch options.predictor {
      case .squaredCorrelation:
        return sample.train.labels.map { SAP.squaredCorrelation(values, $0) }
      case .svm(let C):
        let fresh = Array(testCodes[row: dimension])
        return try sample.train.factors.indices.map { factor in
          let machine = try LinearSVM1D.fit(
            values, labels: sample.train.labels[factor], classes: sample.train.classes[factor], C: C)
          return Accuracy.share(sample.test.labels[factor], machine.predict(fresh))
        }
      }
    }
    let gaps = sample.train.factors.indices.map { factor in
      max(0, TopTwo.gap(scores.map { $0[factor] }, fallback: ignorance(sample.test, factor)).gap)
    }
    return Score(gap: TopTwo.mean(gaps), factors: sample.train.factors, gaps: gaps, scores: scores)
  }

  private func ignorance(_ sample: FactorSample, _ factor: Int) -> Double {
    guard case .svm = options.predictor else { return 0 }
    var counts = [Int](repeating: 0, count: sample.classes[factor])
    for label in sample.labels[factor] { counts[label] += 1 }
    return Double(counts.max() ?? 0) / Double(sample.codes.rows)
  }

  /// 0 where either side does not vary.
  static func squaredCorrelation(_ values: [Float], _ labels: [Int]) -> Double {
    let n = Double(values.count)
    let x = values.map { Double($0) }
    let y = labels.map { Double($0) }
    let (xMean, yMean) = (x.reduce(0, +) / n, y.reduce(0, +) / n)
    var (xx, yy, xy) = (0.0, 0.0, 0.0)
    for (a, b) in zip(x, y) {
      xx += (a - xMean) * (a - xMean)
      yy += (b - yMean) * (b - yMean)
      xy += (a - xMean) * (b - yMean)
    }
    return xx / n > 1e-12 && yy > 0 ? xy * xy / (xx * yy) : 0
  }
}
