import LinearAlgebra

/// Mean multinomial log-loss of a linear model with an L2 penalty on the weights, and its gradient.
///
/// Parameters are laid out as classes x features weights, row-major, then one intercept per class. The two products
/// with the features run in `Working` precision; losses and gradients are summed in double precision.
struct SoftmaxObjective<Working: BLASScalar> {
  private let features: Matrix<Working>
  private let labels: [Int]
  private let classes: Int
  /// Half the factor of the squared weights in the mean objective: 1 / (samples C).
  private let penalty: Double
  private let blockRows: Int
  private var narrowWeights: Matrix<Working>
  private var narrowGradient: Matrix<Working>

  init(_ features: Matrix<Working>, labels: [Int], classes: Int, penalty: Double) {
    self.features = features
    self.labels = labels
    self.classes = classes
    self.penalty = penalty
    // A block is read twice, for the scores and for the gradient; it should still be in the cache the second time.
    blockRows = max(32, (1 << 19) / max(1, features.columns * MemoryLayout<Working>.stride))
    narrowWeights = Matrix(rows: classes, columns: features.columns)
    narrowGradient = narrowWeights
  }

  mutating func callAsFunction(_ parameters: [Double], _ gradient: inout [Double]) -> Double {
    let width = classes * features.columns
    let samples = Double(features.rows)
    narrowWeights.withUnsafeMutableElements { weights in
      for index in 0..<width { weights[index] = Working(parameters[index]) }
    }
    for index in gradient.indices { gradient[index] = 0 }
    var loss = 0.0
    var residual = Matrix<Working>(rows: min(blockRows, features.rows), columns: classes)
    for first in stride(from: 0, to: features.rows, by: blockRows) {
      let rows = first..<min(first + blockRows, features.rows)
      if residual.rows != rows.count { residual = Matrix(rows: rows.count, columns: classes) }
      multiply(rows, into: &residual)
      loss += subtractTargets(rows, parameters, &residual, interceptGradient: &gradient, at: width)
      addWeightGradient(rows, residual, to: &gradient)
    }
    let scale = 1 / samples
    for index in gradient.indices { gradient[index] *= scale }
    var squares = 0.0
    for index in 0..<width {
      squares += parameters[index] * parameters[index]
      gradient[index] += penalty * parameters[index]
    }
    return loss * scale + 0.5 * penalty * squares
  }

  /// scores := features[rows] weights^T.
  private func multiply(_ rows: Range<Int>, into scores: inout Matrix<Working>) {
    features.withUnsafeElements { x in
      narrowWeights.withUnsafeElements { weights in
        scores.withUnsafeMutableElements { scores in
          let block = UnsafeBufferPointer(
            rebasing: x[(rows.lowerBound * features.columns)..<(rows.upperBound * features.columns)])
          BLAS.product(
            .asStored, .transposed, rows: rows.count, columns: classes, inner: features.columns, alpha: 1,
            block,
            strideA: max(1, features.columns), weights, strideB: max(1, features.columns), beta: 0, scores)
        }
      }
    }
  }

  /// Turns scores into probabilities minus targets; answers the summed loss and adds the intercepts' gradient.
  private func subtractTargets(
    _ rows: Range<Int>, _ parameters: [Double], _ scores: inout Matrix<Working>,
    interceptGradient: inout [Double],
    at offset: Int
  ) -> Double {
    var loss = 0.0
    scores.withUnsafeMutableElements { scores in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: classes) { row in
        for index in 0..<rows.count {
          let label = labels[rows.lowerBound + index]
          for k in 0..<classes { row[k] = Double(scores[index * classes + k]) + parameters[offset + k] }
          let own = row[label]
          loss += Softmax.normalise(row) - own
          row[label] -= 1
          for k in 0..<classes {
            interceptGradient[offset + k] += row[k]
            scores[index * classes + k] = Working(row[k])
          }
        }
      }
    }
    return loss
  }

  private mutating func addWeightGradient(
    _ rows: Range<Int>, _ residual: Matrix<Working>, to gradient: inout [Double]
  ) {
    let columns = features.columns
    features.withUnsafeElements { x in
      residual.withUnsafeElements { residual in
        narrowGradient.withUnsafeMutableElements { partial in
          let block = UnsafeBufferPointer(
            rebasing: x[(rows.lowerBound * columns)..<(rows.upperBound * columns)])
          BLAS.product(
            .transposed, .asStored, rows: classes, columns: columns, inner: rows.count, alpha: 1, residual,
            strideA: classes, block, strideB: max(1, columns), beta: 0, partial)
          gradient.withUnsafeMutableBufferPointer { gradient in
            for index in 0..<partial.count { gradient[index] += Double(partial[index]) }
          }
        }
      }
    }
  }
}
