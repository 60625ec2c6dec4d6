import LinearAlgebra

extension SoftmaxRegression {
  /// The linear softmax classifier of the largest likelihood: minimises the mean log-loss without a penalty, which is
  /// what ``fitAdagrad(_:labels:classes:options:stream:)`` goes towards, by L-BFGS from zero.
  ///
  /// The loss is the same for any invertible affine map of the features, so it is minimised for features of mean 0 and
  /// standard deviation 1, where far fewer steps are needed; the model is that of the features as given, and so is what
  /// the report says but for its gradient, which is that of the standardised features.
  /// Classes that can be separated have no optimum: the loss falls towards 0 as weights grow. The fit then ends, as
  /// ever, when the gradient is small, and the report's objective, near 0, tells.
  ///
  /// - Parameters:
  ///   - features: samples x features.
  ///   - labels: one of 0..<`classes` per sample.
  ///   - tolerance: ends when the largest component of the gradient, for standardised features, is at most this.
  ///   - maximumIterations: a fit that needs more says so in its report.
  /// - Throws: ``LearnerError``.
  public static func fitLikelihood(
    _ features: Matrix<Float>, labels: [Int], classes: Int, tolerance: Double = 1e-6,
    maximumIterations: Int = 10_000
  ) throws(LearnerError) -> (model: SoftmaxRegression, report: Report) {
    let standardizer = try Standardizer.fit(features)
    var (model, report) = try fit(
      standardizer.apply(features), labels: labels, classes: classes, C: .infinity, tolerance: tolerance,
      maximumIterations: maximumIterations)
    for k in 0..<classes {
      for feature in 0..<features.columns {
        model.weights[k, feature] /= standardizer.standardDeviations[feature]
        model.intercepts[k] -= model.weights[k, feature] * standardizer.means[feature]
      }
    }
    return (model, report)
  }
}
