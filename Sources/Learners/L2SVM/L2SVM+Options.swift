import LinearAlgebra

extension L2SVM {
  /// What becomes of the bias.
  public enum Bias: Sendable, Codable, Equatable {
    /// b is the weight of a feature that is always `feature`, penalised as every weight: LIBLINEAR's `-B`, and
    /// scikit-learn's `intercept_scaling`.
    case penalised(feature: Double = 1)
    /// b is free.
    case unpenalised
  }

  /// What features go through before they are weighted.
  public enum Standardisation: Sendable, Codable, Equatable {
    case none
    /// (x - mean) / sqrt(variance + `offset`) over the rows of the fit (``FeatureScaling/fit(_:offset:)``).
    case withOffset(Double = 0.01)
  }

  /// How to fit.
  public struct Options: Sendable, Codable, Equatable {
    // C is the name the field gives it, in every paper and library.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    /// Weight of the summed loss.
    public var C: Double
    public var bias: Bias
    public var standardisation: Standardisation
    /// A class is done when its duality gap is at most this share of its objective, so that the objective is above the
    /// smallest one by at most this share, and of the gap at w = 0, so that w has moved as far as a small C allows.
    public var tolerance: Double
    /// Newton steps per class before the fit is refused as not converged.
    public var maximumIterations: Int

    // swift-format-ignore: AlwaysUseLowerCamelCase
    public init(
      C: Double = 1, bias: Bias = .penalised(), standardisation: Standardisation = .none,
      tolerance: Double = 1e-6, maximumIterations: Int = 100
    ) {
      precondition(C > 0 && C.isFinite, "the weight C of the loss must be positive, not \(C)")
      precondition(tolerance > 0, "the tolerance must be positive, not \(tolerance)")
      precondition(maximumIterations > 0, "a fit needs at least one iteration")
      if case .penalised(let feature) = bias {
        precondition(feature > 0 && feature.isFinite, "the bias feature must be positive, not \(feature)")
      }
      self.C = C
      self.bias = bias
      self.standardisation = standardisation
      self.tolerance = tolerance
      self.maximumIterations = maximumIterations
    }
  }

  /// How a fit ended.
  public struct Report: Sendable, Codable, Equatable {
    /// How one class's fit ended.
    public struct Machine: Sendable, Codable, Equatable {
      public var label: Int
      /// 1/2 |w|^2 + C sum of squared hinge losses, the penalised bias counted in |w|.
      public var objective: Double
      /// Objective less the dual objective at alpha_i = 2 C max(0, 1 - y_i f_i), which equals half the squared norm of
      /// the gradient. With a free bias alpha is dual feasible only where the bias's own derivative vanishes; that
      /// derivative then counts with its Newton decrement, and the sum is an estimate.
      public var dualityGap: Double
      public var newtonSteps: Int
      /// Conjugate gradient steps inside all Newton steps.
      public var conjugateGradientSteps: Int
      public var converged: Bool
    }

    /// Where the steps were taken.
    public enum Method: String, Sendable, Codable {
      /// Over weights, preconditioned by the Gram matrix of features.
      case weights
      /// Over one coefficient per sample, by the Gram matrix of samples.
      case samples
    }

    public var method: Method
    /// One per class that occurred, ascending.
    public var machines: [Machine]

    /// Summed over classes.
    public var objective: Double { machines.reduce(0) { $0 + $1.objective } }
    public var converged: Bool { machines.allSatisfy(\.converged) }
  }
}
