import LinearAlgebra

/// One-versus-rest linear support vector machines with squared hinge loss and L2 penalty ("L2-SVM").
///
/// Class k minimises 1/2 |w|^2 + C sum_i max(0, 1 - y_i (w x_i + b))^2 with y_i = 1 for its samples and -1 for the rest:
/// LIBLINEAR's primal (Fan et al. 2008, section 2), C weighing a sum. Where a paper weighs the mean over n samples, as
/// Coates' demonstration does, its C is n times this one. The largest decision value wins.
public struct L2SVM: Sendable, Codable, Equatable {
  /// classes x features, for features as they come: a standardisation of the fit is folded in.
  public var weights: Matrix<Float>
  /// One per class, a standardisation folded in.
  public var biases: [Double]
  /// The classes that occurred in training, ascending; no other is ever predicted and their weights are zero.
  public var present: [Int]

  public init(weights: Matrix<Float>, biases: [Double], present: [Int]) {
    precondition(biases.count == weights.rows, "\(biases.count) biases for \(weights.rows) classes")
    precondition(!present.isEmpty, "a model needs a class that it can predict")
    self.weights = weights
    self.biases = biases
    self.present = present
  }

  public var classes: Int { weights.rows }

  /// The present class with the largest decision value for every row, the first among equals; block after block, so
  /// that rows need not be in memory together.
  ///
  /// - Throws: whatever reading the rows throws.
  public func predict(_ features: some RowSource) throws -> [Int] {
    var result: [Int] = []
    result.reserveCapacity(features.rows)
    let classes = self.classes
    try forEachBlock(of: features) { range, values in
      for row in 0..<range.count {
        var best = present[0]
        for k in present where values[row * classes + k] > values[row * classes + best] { best = k }
        result.append(best)
      }
    }
    return result
  }

  private func forEachBlock(
    of features: some RowSource, _ body: (Range<Int>, UnsafeBufferPointer<Float>) throws -> Void
  ) throws {
    precondition(
      features.columns == weights.columns,
      "a model of \(weights.columns) features cannot score samples with \(features.columns)")
    try features.forEachRowBlock { range, rows in
      var values = Matrix<Float>(rows: range.count, columns: classes)
      values.withUnsafeMutableElements { values in
        for index in values.indices { values[index] = Float(biases[index % classes]) }
        weights.withUnsafeElements { weights in
          BLAS.product(
            .asStored, .transposed, rows: range.count, columns: classes, inner: features.columns, alpha: 1,
            rows, strideA: features.columns, weights, strideB: features.columns, beta: 1, values)
        }
      }
      try values.withUnsafeElements { try body(range, $0) }
    }
  }
}
