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

  /// Fits on samples x features, which are read twice.
  ///
  /// - Throws: ``LearnerError``, `LinearAlgebraError`; whatever reading the rows throws.
  public static func fit(_ features: some RowSource, components: Int) throws -> PCA {
    try fit(samples: features.rows, features: features.columns, components: components) { range in
      try features.withRows(range) {
        Matrix(rows: range.count, columns: features.columns, elements: Array($0))
      }
    }
  }

  /// Fits on samples that are made or read batch by batch, so that they never need to be in memory together.
  ///
  /// `batch` is asked twice for each range: once for the means, then for the covariance about them (two passes,
  /// because the one-pass formula cancels). Up to 3,200 features the covariance is in double precision, beyond that
  /// in single precision with double-precision means.
  ///
  /// - Parameters:
  ///   - batch: the rows of the given range, samples x features; must give the same values both times.
  /// - Throws: ``LearnerError``, `LinearAlgebraError`, and whatever `batch` throws.
  public static func fit(
    samples: Int, features: Int, components: Int, batchRows: Int = 2048,
    batch: (Range<Int>) throws -> Matrix<Float>
  ) throws -> PCA {
    precondition(batchRows > 0 && components >= 0, "batches need rows, and components cannot be negative")
    guard samples > 0 else { throw LearnerError.noSamples(learner: "PCA") }
    guard components <= min(samples, features) else {
      throw LearnerError.tooManyComponents(
        learner: "PCA", components: components, limit: min(samples, features),
        reason: "\(samples) samples of \(features) features")
    }
    func reader(_ rows: Range<Int>) throws -> Matrix<Float> {
      let part = try batch(rows)
      precondition(
        part.rows == rows.count && part.columns == features,
        "asked for \(rows.count) x \(features), the batch is \(part.rows) x \(part.columns)")
      return part
    }
    let ranges = stride(from: 0, to: samples, by: batchRows).map { $0..<min($0 + batchRows, samples) }
    var sums = [Double](repeating: 0, count: features)
    for rows in ranges {
      let part = try reader(rows)
      if let (row, column) = part.firstNonFinite() {
        throw LearnerError.notFinite(
          learner: "PCA", row: rows.lowerBound + row, column: column, value: Double(part[row, column]))
      }
      part.addColumnSums(to: &sums)
    }
    let means = sums.map { $0 / Double(samples) }
    return features <= mostExactFeatures
      ? try decompose(Double.self, ranges, means, samples: samples, components: components, reader)
      : try decompose(Float.self, ranges, means, samples: samples, components: components, reader)
  }

  private static func decompose<Working: BLASScalar>(
    _ precision: Working.Type, _ ranges: [Range<Int>], _ means: [Double], samples: Int, components: Int,
    _ batch: (Range<Int>) throws -> Matrix<Float>
  ) throws -> PCA {
    var covariance = Matrix<Working>(rows: means.count, columns: means.count)
    let scale = 1 / Working(max(1, samples - 1))
    for rows in ranges {
      covariance.addGram(try batch(rows).centred(by: means, as: Working.self), .transposed, alpha: scale)
    }
    covariance.mirrorUpperTriangle()
    let total = (0..<means.count).reduce(0.0) { $0 + Double(covariance[$1, $1]) }
    let eigen = try SymmetricEigen(covariance, largest: components)
    // Rounding may leave a null direction slightly negative.
    let variances = eigen.values.map { max(0, Double($0)) }
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
