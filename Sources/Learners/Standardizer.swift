import LinearAlgebra

/// Shifts every feature to mean 0 and scales it to standard deviation 1 (population, n in the divisor).
public struct Standardizer: Sendable, Codable, Equatable {
  /// One value per feature.
  public var means: [Double]
  /// One value per feature; 1 for a feature that does not vary.
  public var standardDeviations: [Double]

  public init(means: [Double], standardDeviations: [Double]) {
    precondition(means.count == standardDeviations.count, "every feature needs a mean and a deviation")
    self.means = means
    self.standardDeviations = standardDeviations
  }

  /// - Throws: ``LearnerError``.
  public static func fit(_ features: Matrix<Float>) throws(LearnerError) -> Standardizer {
    try Border.check("Standardizer", features)
    let means = features.columnMeans()
    let deviations = zip(features.columnVariances(means: means), means).map { variance, mean in
      // A constant feature's variance is the rounding error of its mean, not always exactly zero.
      let rounding = 10 * Double.ulpOfOne * abs(mean)
      return variance.squareRoot() <= rounding ? 1 : variance.squareRoot()
    }
    return Standardizer(means: means, standardDeviations: deviations)
  }

  /// (x - mean) / deviation for every sample.
  public func apply(_ features: Matrix<Float>) -> Matrix<Float> {
    precondition(
      features.columns == means.count, "\(means.count) features were fitted, not \(features.columns)")
    return features.withUnsafeElements { x in
      Matrix(rows: features.rows, columns: features.columns) { y in
        for row in 0..<features.rows {
          for column in 0..<features.columns {
            let index = row * features.columns + column
            y[index] = Float((Double(x[index]) - means[column]) / standardDeviations[column])
          }
        }
      }
    }
  }
}
