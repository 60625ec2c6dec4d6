import Foundation
import Learners

/// Disentanglement, completeness and informativeness of Eastwood and Williams 2018, section 2, with boosted trees.
///
/// A predictor of each factor gives the importance R[d][k] of dimension d for factor k. A dimension is disentangled
/// when its row is concentrated on one factor, a factor is complete when its column is concentrated on one
/// dimension (one minus the entropy in units of its maximum); means are weighted by the share of importance.
public struct DCI: Sendable {
  public struct Options: Sendable, Codable, Equatable {
    public var sample: SampleOptions
    public var boosting: GradientBoosting.Options

    public init(
      sample: SampleOptions = SampleOptions(), boosting: GradientBoosting.Options = GradientBoosting.Options()
    ) {
      self.sample = sample
      self.boosting = boosting
    }
  }

  public struct Score: Sendable, Codable, Equatable {
    public var disentanglement: Double
    public var completeness: Double
    /// Mean accuracy on fresh images.
    public var informativeness: Double
    public var factors: [String]
    /// 1 - entropy of each dimension's importance over factors.
    public var disentanglements: [Double]
    /// 1 - entropy of each factor's importance over dimensions.
    public var completenesses: [Double]
    /// Accuracy on fresh images for each factor.
    public var accuracies: [Double]
    /// importance[d][k].
    public var importance: [[Double]]
  }

  public let options: Options

  public init(_ options: Options = Options()) throws(MetricsError) {
    try options.sample.check()
    try require(
      options.boosting.rounds > 0, "rounds", options.boosting.rounds, "a predictor needs at least one tree")
    try require(
      options.boosting.maximumDepth > 0, "maximumDepth", options.boosting.maximumDepth, "a tree needs a split"
    )
    self.options = options
  }

  public func score(_ pool: CodePool, seed: UInt64) throws -> Score {
    try score(TrainTestSample(pool, options.sample, seed: seed))
  }

  public func score(_ sample: TrainTestSample) throws -> Score {
    let factors = sample.train.factors
    let fits = try concurrentMap(factors.count) { factor in
      let model = try GradientBoosting.fit(
        sample.train.codes, labels: sample.train.labels[factor], classes: sample.train.classes[factor],
        options: options.boosting)
      let accuracy = Accuracy.share(sample.test.labels[factor], model.predict(sample.test.codes))
      return (importances: model.importances, accuracy: accuracy)
    }
    let importance = (0..<sample.train.codes.columns).map { dimension in
      fits.map { $0.importances[dimension] }
    }
    return try DCI.score(importance: importance, factors: factors, accuracies: fits.map(\.accuracy))
  }

  /// The scores of an importance matrix importance[d][k]. Without any importance both means are 0; a code of one
  /// dimension is complete as soon as it has any. Throws for fewer than two factors.
  static func score(
    importance: [[Double]], factors: [String], accuracies: [Double]
  ) throws(MetricsError) -> Score {
    guard factors.count > 1 else {
      throw .tooFewFactors(metric: "DCI", needed: 2, given: factors.count)
    }
    let columns = factors.indices.map { factor in importance.map { $0[factor] } }
    let rows = importance.map(concentration)
    let concentrations = columns.map(concentration)
    return Score(
      disentanglement: weightedMean(rows, weights: importance.map { $0.reduce(0, +) }),
      completeness: weightedMean(concentrations, weights: columns.map { $0.reduce(0, +) }),
      informativeness: TopTwo.mean(accuracies), factors: factors, disentanglements: rows,
      completenesses: concentrations, accuracies: accuracies, importance: importance)
  }

  /// 1 - H(p) / ln n for shares p of n importances.
  private static func concentration(_ importances: [Double]) -> Double {
    guard importances.count > 1 else { return importances.contains { $0 > 0 } ? 1 : 0 }
    // The offset of the reference implementation: a row without importance counts as uniform.
    let offset = importances.map { $0 + 1e-11 }
    let total = offset.reduce(0, +)
    let entropy = offset.reduce(0) { $0 - $1 / total * log($1 / total) }
    return 1 - entropy / log(Double(importances.count))
  }

  private static func weightedMean(_ values: [Double], weights: [Double]) -> Double {
    let total = weights.reduce(0, +)
    guard total > 0 else { return 0 }
    return zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 } / total
  }
}
