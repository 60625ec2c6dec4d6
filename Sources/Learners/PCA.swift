import LinearAlgebra

/// Principal components: the directions of largest variance, from the covariance matrix of the features.
public struct PCA: Sendable, Codable, Equatable {
  /// One value per feature.
  public var mean: [Float]
  /// components x features, orthonormal rows, largest variance first; the largest element of a row is positive.
  public var components: Matrix<Float>
  /// Unbiased variance along each component.
  public var variances: [Double]
  /// Each component's share of the total variance; zero when the data do not vary.
  public var explainedRatio: [Double]

  public init(mean: [Float], components: Matrix<Float>, variances: [Double], explainedRatio: [Double]) {
    precondition(
      components.columns == mean.count && components.rows == variances.count
        && variances.count == explainedRatio.count, "the parts of a PCA do not fit together")
    self.mean = mean
    self.components = components
    self.variances = variances
    self.explainedRatio = explainedRatio
  }

  /// Up to so many features, 32 x 32 pixels in three colours among them, the covariance is in double precision: its
  /// smallest eigenvalues are far below the rounding of the largest in single precision, and whitening divides by them.
  private static let mostExactFeatures = 3200

  /// Fits on samples x features. They are read twice and block by block, so that they need not be in memory together.
  ///
  /// Up to 3,200 features the covariance is in double precision, beyond that in single precision with double-precision
  /// means.
  ///
  /// - Parameter progress: called with the share of the rows that have been read; what it throws ends the fit.
  /// - Throws: ``LearnerError``, `LinearAlgebraError`; what reading the rows and `progress` throw.
  public static func fit(
    _ features: some RowSource, components: Int, progress: (Double) throws -> Void = { _ in }
  ) throws -> PCA {
    precondition(components >= 0, "the number of components cannot be negative")
    let (samples, width) = (features.rows, features.columns)
    guard samples > 0 else { throw LearnerError.noSamples(learner: "PCA") }
    guard components <= min(samples, width) else {
      throw LearnerError.tooManyComponents(
        learner: "PCA", components: components, limit: min(samples, width),
        reason: "\(samples) samples of \(width) features")
    }
    return width <= mostExactFeatures
      ? try decompose(Double.self, features, components: components, progress)
      : try decompose(Float.self, features, components: components, progress)
  }

  private static func decompose<Working: BLASScalar>(
    _ precision: Working.Type, _ features: some RowSource, components: Int,
    _ progress: (Double) throws -> Void
  ) throws -> PCA {
    let (means, covariance) = try features.covariance(
      precision, learner: "PCA", blockRows: 2048, progress: progress)
    let total = (0..<means.count).reduce(0.0) { $0 + Double(covariance[$1, $1]) }
    let eigen = try SymmetricEigen(covariance, largest: components)
    // A null direction has what rounding leaves of it, of either sign, and whitening would divide by its root.
    let floor = 64 * Double(Working.ulpOfOne) * Double(eigen.values.first ?? 0)
    let variances = eigen.values.map { Double($0) > floor ? Double($0) : 0 }
    return PCA(
      mean: means.map { Float($0) }, components: oriented(eigen.vectors.converted(to: Float.self)),
      variances: variances, explainedRatio: variances.map { total > 0 ? $0 / total : 0 })
  }

  /// LAPACK leaves the sign of an eigenvector open; equal data must give equal components.
  private static func oriented(_ components: Matrix<Float>) -> Matrix<Float> {
    var result = components
    for row in 0..<components.rows {
      let largest = components[row: row].max { abs($0) < abs($1) } ?? 0
      if largest < 0 {
        for column in 0..<components.columns { result[row, column] = -result[row, column] }
      }
    }
    return result
  }

  /// The coordinates of every sample along the components: samples x components.
  ///
  /// With `whiten` each coordinate is divided by its standard deviation; a component without variance gives 0.
  ///
  /// - Throws: ``LearnerError`` for a NaN or an infinity; whatever reading the rows throws.
  public func project(_ features: some RowSource, whiten: Bool = false) throws -> Matrix<Float> {
    precondition(
      features.columns == mean.count, "\(mean.count) features were fitted, not \(features.columns)")
    let means = mean.map(Double.init)
    var result = Matrix<Float>(rows: features.rows, columns: components.rows)
    let scales = variances.map { !whiten ? 1 : $0 > 0 ? Float(1 / $0.squareRoot()) : 0 }
    try features.forEachBlock(of: max(64, (1 << 20) / max(1, features.columns))) { first, block in
      try Border.check("PCA", block, firstRow: first)
      let part = block.centred(by: means, as: Float.self).times(components, right: .transposed)
      for row in 0..<block.rows {
        for k in 0..<components.rows { result[first + row, k] = part[row, k] * scales[k] }
      }
    }
    return result
  }

  /// The samples whose coordinates these are, as far as the components tell: samples x features.
  ///
  /// - Parameter isWhitened: whether every coordinate was divided by its standard deviation.
  public func restore(_ coordinates: Matrix<Float>, isWhitened: Bool = false) -> Matrix<Float> {
    precondition(
      coordinates.columns == components.rows, "\(components.rows) components, not \(coordinates.columns)")
    var scaled = coordinates
    for row in 0..<scaled.rows {
      for k in 0..<scaled.columns where isWhitened { scaled[row, k] *= Float(variances[k].squareRoot()) }
    }
    var samples = scaled.times(components)
    for row in 0..<samples.rows {
      for column in 0..<samples.columns { samples[row, column] += mean[column] }
    }
    return samples
  }
}
