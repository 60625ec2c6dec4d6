import LinearAlgebra

/// Transductive one-versus-rest linear support vector machines with squared hinge loss (Joachims 1999; Sindhwani and
/// Keerthi 2006).
///
/// The machine of class k minimises, over weights w and over signs y' of the samples without a label,
///
///     lambda/2 |w|^2 + 1/(2 l) sum_labelled max(0, 1 - y f)^2 + lambda'/(2 u) sum_unlabelled max(0, 1 - y' f)^2
///
/// with l and u samples of either sort, f = w x + b, the bias penalised as the weight of a constant feature, and a given
/// share of the y' positive: SVMlin's objective and its conventions. It is not convex, so what is found is a minimum that
/// no exchange of two signs improves, with w at its optimum for the signs; which one depends on the way to it, which is
/// ``Options/method``.
public enum TSVM {
  /// How signs are found.
  public enum Method: String, Sendable, Codable, CaseIterable {
    /// Begins with the signs that machines of the labelled samples give, and lets lambda' grow from 1e-5 by half at a time;
    /// at each, signs of pairs are exchanged for as long as that lowers the objective, as many pairs at a time as there
    /// are (multi-switch; Sindhwani and Keerthi 2006, section 3).
    case switching
    /// Gives every sample a probability of being positive, with an entropy that its temperature weighs and that cools
    /// down from 10 lambda' by a third at a time; then exchanges signs as above (deterministic annealing; ibid., section 4).
    case annealing
  }

  /// How to fit.
  public struct Options: Sendable, Codable, Equatable {
    /// Weight of the penalty.
    public var lambda: Double
    public var method: Method
    /// The constant feature whose weight is the bias.
    public var biasFeature: Double
    /// As ``L2SVM/Options/tolerance``, for every optimum of w on the way.
    public var tolerance: Double
    /// Newton steps per class and optimum.
    public var maximumIterations: Int

    public init(
      lambda: Double, method: Method = .switching, biasFeature: Double = 1, tolerance: Double = 1e-6,
      maximumIterations: Int = 100
    ) {
      precondition(lambda > 0 && lambda.isFinite, "the weight of the penalty must be positive, not \(lambda)")
      precondition(
        biasFeature > 0 && biasFeature.isFinite, "the bias feature must be positive, not \(biasFeature)")
      precondition(tolerance > 0, "the tolerance must be positive, not \(tolerance)")
      precondition(maximumIterations > 0, "a fit needs at least one iteration")
      self.lambda = lambda
      self.method = method
      self.biasFeature = biasFeature
      self.tolerance = tolerance
      self.maximumIterations = maximumIterations
    }
  }

  /// How a fit ended.
  public struct Report: Sendable, Codable, Equatable {
    public struct Machine: Sendable, Codable, Equatable {
      public var label: Int
      /// The expression above, at the signs found.
      public var objective: Double
      /// How far the objective is above its minimum over w at these signs, at most.
      public var dualityGap: Double
      /// Samples without a label that were given a positive sign.
      public var positives: Int
      /// Pairs of signs that were exchanged on the way.
      public var exchanges: Int
      public var newtonSteps: Int
      public var conjugateGradientSteps: Int
    }

    /// lambda'.
    public var strength: Double
    /// One per class that occurred among the labels, ascending.
    public var machines: [Machine]
  }

  static let learner = "TSVM"

  /// Fits the machines of all classes together: one product with the samples serves all.
  ///
  /// - Parameters:
  ///   - features: samples x features. Beside the rows, a fit needs a features x features matrix and a half, and some
  ///     classes x samples matrices.
  ///   - labels: one of 0..<`classes` per sample, nil where it has none. A class's share of them is its machine's share of
  ///     positive signs.
  ///   - strength: lambda'.
  ///   - progress: called now and then with the share of the work that is done; what it throws ends the fit.
  /// - Throws: ``LearnerError``; an unconverged fit is one. `LinearAlgebraError`; whatever reading the rows throws.
  public static func fit(
    _ features: some RowSource, labels: [Int?], classes: Int, strength: Double, options: Options,
    progress: (Double) throws -> Void = { _ in }
  ) throws -> (model: L2SVM, report: Report) {
    precondition(
      strength > 0 && strength.isFinite,
      "the weight of the unlabelled loss must be positive, not \(strength)")
    let task = try TSVMTask(features, labels: labels, classes: classes, options: options)
    let state =
      switch options.method {
      case .switching: try task.ramp(to: strength, progress)
      case .annealing: try task.anneal(at: strength, progress)
      }
    return (
      L2SVM(state.point, rows: task.rows, present: task.present, classes: classes),
      task.report(state, strength)
    )
  }
}
