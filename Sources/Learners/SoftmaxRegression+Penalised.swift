import LinearAlgebra

extension SoftmaxRegression {
  // C is the name the field gives it, in every paper and library.
  // swift-format-ignore: AlwaysUseLowerCamelCase
  /// L2-penalised multinomial logistic regression: minimises the sum of log-losses plus |W|^2 / (2 C), intercepts
  /// free, by L-BFGS from zero.
  ///
  /// The convention is that of scikit-learn's `LogisticRegression`, except that two classes keep two weight
  /// vectors: its binary model with penalty C is this one with C / 2. The report speaks of the objective divided
  /// by the number of samples. A class without samples gets weights of zero and an intercept so low that its
  /// probability is zero, since its free intercept has no finite optimum.
  ///
  /// - Parameters:
  ///   - features: samples x features.
  ///   - labels: one of 0..<`classes` per sample.
  ///   - C: inverse strength of the penalty; none where it is infinite.
  ///   - tolerance: ends when the largest component of the mean objective's gradient is at most this.
  ///   - maximumIterations: a fit that needs more says so in its report.
  /// - Throws: ``LearnerError``.
  public static func fit(
    _ features: Matrix<Float>, labels: [Int], classes: Int, C: Double = 1, tolerance: Double = 1e-4,
    maximumIterations: Int = 1000
  ) throws(LearnerError) -> (model: SoftmaxRegression, report: Report) {
    precondition(C > 0, "the inverse penalty C must be positive, not \(C)")
    try Border.check("Softmax regression", features, labels: labels, classes: classes)
    let present = PresentClasses(labels, classes: classes)
    let solver = LBFGS(maximumIterations: maximumIterations, tolerance: tolerance)
    // A double-precision copy costs twice the features' memory; beyond 16 million elements single precision, with
    // sums in double precision, is exact enough for any useful tolerance and reads half as much.
    let outcome =
      features.rows * features.columns <= 1 << 24
      ? minimise(features.converted(to: Double.self), present, C, solver)
      : minimise(features, present, C, solver)
    return (
      model(outcome.point, present, classes: classes, features: features.columns),
      Report(
        objective: outcome.objective, gradientNorm: outcome.gradientNorm, iterations: outcome.iterations,
        converged: outcome.converged)
    )
  }

  private static func minimise<Working: BLASScalar>(
    _ features: Matrix<Working>, _ present: PresentClasses, _ inversePenalty: Double, _ solver: LBFGS
  ) -> LBFGS.Outcome {
    let count = present.original.count
    var objective = SoftmaxObjective(
      features, labels: present.labels, classes: count, penalty: 1 / (Double(features.rows) * inversePenalty))
    let start = [Double](repeating: 0, count: count * (features.columns + 1))
    return solver.minimise(from: start) { point, gradient in objective(point, &gradient) }
  }

  private static func model(
    _ parameters: [Double], _ present: PresentClasses, classes: Int, features: Int
  ) -> SoftmaxRegression {
    var weights = Matrix<Double>(rows: classes, columns: features)
    // Low enough for a probability of zero, and still a number that JSON can carry.
    var intercepts = [Double](repeating: -1e9, count: classes)
    for (position, label) in present.original.enumerated() {
      for feature in 0..<features { weights[label, feature] = parameters[position * features + feature] }
      intercepts[label] = parameters[present.original.count * features + position]
    }
    return SoftmaxRegression(weights: weights, intercepts: intercepts)
  }
}
