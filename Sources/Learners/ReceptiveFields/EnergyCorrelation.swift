import LinearAlgebra

/// How much two features vary in strength together: the correlation of their squares after each pair has been whitened
/// (Coates and Ng 2011, "Selecting receptive fields in deep networks").
///
/// S(j, k) = corr(y_j^2, y_k^2), where (y_j, y_k) is the pair (x_j, x_k) after whitening by the symmetric root of its
/// own 2 x 2 covariance. Without whitening the squares would mostly repeat the linear correlation.
public enum EnergyCorrelation {
  /// features x features, symmetric, 1 on the diagonal.
  ///
  /// Only cross-moments up to the fourth are needed, E[x_j x_k], E[x_j^3 x_k] and E[x_j^2 x_k^2], so the cost is that
  /// of three products of samples. A feature that does not vary has a similarity of 0 to every other.
  ///
  /// - Parameter epsilon: added to both variances of a standardised pair, 1 + r and 1 - r, so that features that are
  ///   copies of each other can be compared too.
  /// - Throws: ``LearnerError``, and whatever `samples` throws.
  public static func matrix(of samples: some RowSource, epsilon: Double = 1e-6) throws -> Matrix<Double> {
    guard samples.rows > 0 else { throw LearnerError.noSamples(learner: "EnergyCorrelation") }
    let size = samples.columns
    let moments = try Moments(samples)
    var result = Matrix<Double>(rows: size, columns: size)
    for j in 0..<size {
      result[j, j] = 1
      for k in (j + 1)..<max(size, j + 1) {
        let value = moments.similarity(j, k, epsilon: epsilon)
        result[j, k] = value
        result[k, j] = value
      }
    }
    return result
  }
}

/// Moments of standardised features; 0 for one that does not vary.
private struct Moments {
  /// E[x_j x_k], E[x_j^2 x_k^2], both symmetric, and E[x_j^3 x_k] at (j, k).
  private var second, square, cubic: Matrix<Double>

  init(_ samples: some RowSource) throws {
    let size = samples.columns
    var means = [Double](repeating: 0, count: size)
    var variances = means
    try samples.forEachBlock(of: 1024) { first, block in
      try Border.check("EnergyCorrelation", block, firstRow: first)
      block.addColumnSums(to: &means)
    }
    for index in means.indices { means[index] /= Double(samples.rows) }
    try samples.forEachBlock(of: 1024) { _, block in
      for (index, variance) in block.columnVariances(means: means).enumerated() {
        variances[index] += variance * Double(block.rows) / Double(samples.rows)
      }
    }
    // A constant feature's variance is the rounding error of its mean, not always exactly zero.
    let scales = zip(variances, means).map { variance, mean in
      variance.squareRoot() > 1e-7 * abs(mean) ? 1 / variance.squareRoot() : 0
    }
    second = Matrix(rows: size, columns: size)
    square = second
    cubic = second
    let weight = 1 / Double(samples.rows)
    try samples.forEachBlock(of: 1024) { _, block in
      var x = block.centred(by: means, as: Double.self)
      x.scaleColumns(by: scales)
      let squares = x.multipliedElementwise(by: x)
      second.addGram(x, .transposed, alpha: weight)
      square.addGram(squares, .transposed, alpha: weight)
      cubic.setToProduct(squares.multipliedElementwise(by: x), x, left: .transposed, alpha: weight, beta: 1)
    }
    second.mirrorUpperTriangle()
    square.mirrorUpperTriangle()
  }

  func similarity(_ j: Int, _ k: Int, epsilon: Double) -> Double {
    let r = second[j, k]
    // The symmetric inverse root of [[1, r], [r, 1]] is [[p, q], [q, p]].
    let (sum, difference) = (
      1 / max(0, 1 + r + epsilon).squareRoot(), 1 / max(0, 1 - r + epsilon).squareRoot()
    )
    let (p, q) = ((sum + difference) / 2, (sum - difference) / 2)
    let (jj, kk, jk) = (square[j, j], square[k, k], square[j, k])
    let (jjjk, kkkj) = (cubic[j, k], cubic[k, j])
    let (pp, qq, pq) = (p * p, q * q, p * q)
    // (p x + q y)^4 and (p x + q y)^2 (q x + p y)^2, expanded.
    let first = pp * pp * jj + 4 * pp * pq * jjjk + 6 * pq * pq * jk + 4 * pq * qq * kkkj + qq * qq * kk
    let other = qq * qq * jj + 4 * qq * pq * jjjk + 6 * pq * pq * jk + 4 * pq * pp * kkkj + pp * pp * kk
    let cross =
      pq * pq * (jj + kk) + 2 * pq * (pp + qq) * (jjjk + kkkj)
      + (pp * pp + qq * qq + 4 * pq * pq) * jk
    let (varianceJ, varianceK) = (
      pp * second[j, j] + qq * second[k, k] + 2 * pq * r, qq * second[j, j] + pp * second[k, k] + 2 * pq * r
    )
    let (spreadJ, spreadK) = (first - varianceJ * varianceJ, other - varianceK * varianceK)
    guard second[j, j] > 0, second[k, k] > 0, spreadJ > 0, spreadK > 0 else { return 0 }
    return (cross - varianceJ * varianceK) / (spreadJ * spreadK).squareRoot()
  }
}

extension Matrix<Double> {
  fileprivate mutating func scaleColumns(by scales: [Double]) {
    let (rows, columns) = (rows, columns)
    withUnsafeMutableElements { elements in
      for row in 0..<rows {
        for column in 0..<columns { elements[row * columns + column] *= scales[column] }
      }
    }
  }

  fileprivate func multipliedElementwise(by other: Matrix) -> Matrix {
    withUnsafeElements { a in
      other.withUnsafeElements { b in
        Matrix(rows: rows, columns: columns) { product in
          for index in product.indices { product[index] = a[index] * b[index] }
        }
      }
    }
  }
}
