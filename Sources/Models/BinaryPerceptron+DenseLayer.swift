import LinearAlgebra

/// x W^T + b for rows of single-precision numbers.
struct DenseLayer {
  /// outputs x inputs
  private let weights: Matrix<Float>
  private let bias: [Float]
  var outputs: Int { weights.rows }

  init(weights: Matrix<Float>, bias: [Float]) {
    self.weights = weights
    self.bias = bias
  }

  /// Takes rows that are `stride` apart and writes rows of `outputs` numbers.
  func apply(
    to values: UnsafeBufferPointer<Float>, rows: Int, stride: Int,
    into results: UnsafeMutableBufferPointer<Float>
  ) {
    weights.withUnsafeElements { weights in
      BLAS.product(
        .asStored, .transposed, rows: rows, columns: outputs, inner: self.weights.columns, alpha: 1, values,
        strideA: stride, weights, strideB: self.weights.columns, beta: 0, results)
    }
    bias.withUnsafeBufferPointer { bias in
      for row in 0..<rows {
        for column in bias.indices { results[row &* bias.count &+ column] += bias[column] }
      }
    }
  }
}

/// max(x, 0)
func rectify(_ values: UnsafeMutableBufferPointer<Float>) {
  for index in values.indices { values[index] = values[index] < 0 ? 0 : values[index] }
}
