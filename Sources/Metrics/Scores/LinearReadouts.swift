import Learners
import LinearAlgebra

/// A linear softmax classifier for each factor, on standardised codes: what two readout metrics share.
struct LinearReadouts {
  /// The model of each factor.
  let models: [SoftmaxRegression]
  let reports: [SoftmaxRegression.Report]
  /// The test codes, scaled by the mean and sd of the training codes.
  let testCodes: Matrix<Float>

  init(_ sample: TrainTestSample, C: Double) throws {
    let standardizer = try Standardizer.fit(sample.train.codes)
    let codes = standardizer.apply(sample.train.codes)
    testCodes = standardizer.apply(sample.test.codes)
    let fits = try sample.train.factors.indices.map { factor in
      try SoftmaxRegression.fit(
        codes, labels: sample.train.labels[factor], classes: sample.train.classes[factor], C: C)
    }
    models = fits.map(\.model)
    reports = fits.map(\.report)
  }
}

/// Options of the metrics that read factor values linearly.
public struct ReadoutOptions: Sendable, Codable, Equatable {
  public var sample: SampleOptions
  /// Inverse strength of the L2 penalty, scikit-learn's C.
  public var inversePenalty: Double

  public init(sample: SampleOptions = SampleOptions(), inversePenalty: Double = 1) {
    self.sample = sample
    self.inversePenalty = inversePenalty
  }

  func check() throws(MetricsError) {
    try sample.check()
    try require(
      inversePenalty > 0 && inversePenalty.isFinite, "inversePenalty", inversePenalty,
      "the inverse penalty is a positive number")
  }
}
