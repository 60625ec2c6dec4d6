import Foundation
import LinearAlgebra
import Randomness

/// Independent components of whitened data by the symmetric fixed-point iteration of Hyvärinen 1999, "Fast and
/// robust fixed-point algorithms for independent component analysis", with the contrast log cosh.
public struct FastICA: Sendable, Codable, Equatable {
  /// components x whitened features, orthonormal rows: sources = unmixing · whitened sample.
  public var unmixing: Matrix<Double>
  public var iterations: Int
  /// Whether the last iteration turned every row by less than the tolerance.
  public var converged: Bool
  /// By how much it did: the largest 1 - |cosine| between a row's old and new direction.
  public var change: Double

  /// Iterates W <- E[tanh(W x) x^T] - E[1 - tanh^2(W x)] W, then W <- (W W^T)^(-1/2) W.
  ///
  /// The result is unique up to the order and the signs of the rows. A fit that did not converge is returned with
  /// `converged` false; the caller decides what such a result is worth.
  ///
  /// - Parameters:
  ///   - whitened: samples x features, zero mean and identity covariance (``PCA/project(_:whiten:)``).
  ///   - components: at most the number of features.
  ///   - tolerance: ends when no row turns by more, measured as `change`.
  ///   - stream: draws the initial matrix, one normal number per element.
  /// - Throws: ``LearnerError``, `LinearAlgebraError`.
  public static func fit(
    _ whitened: Matrix<Float>, components: Int, tolerance: Double = 1e-4, maximumIterations: Int = 200,
    stream: inout RandomStream
  ) throws -> FastICA {
    try Border.check("FastICA", whitened)
    precondition(components > 0, "independent component analysis needs at least one component")
    guard components <= whitened.columns else {
      throw LearnerError.tooManyComponents(
        learner: "FastICA", components: components, limit: whitened.columns,
        reason: "\(whitened.columns) whitened features")
    }
    let start = Matrix<Double>(
      rows: components, columns: whitened.columns,
      elements: (0..<(components * whitened.columns)).map { _ in stream.normal() })
    return try fit(whitened, from: start, tolerance: tolerance, maximumIterations: maximumIterations)
  }

  /// The same from a given matrix, components x whitened features.
  public static func fit(
    _ whitened: Matrix<Float>, from start: Matrix<Double>, tolerance: Double = 1e-4,
    maximumIterations: Int = 200
  ) throws -> FastICA {
    precondition(
      start.columns == whitened.columns && start.rows <= start.columns, "the start does not fit the features")
    try Border.check("FastICA", whitened)
    var unmixing = try decorrelated(start)
    var change = Double.infinity
    var iterations = 0
    while change >= tolerance, iterations < maximumIterations {
      let next = try decorrelated(fixedPointStep(unmixing, whitened))
      change = 0
      for row in 0..<next.rows {
        let cosine = zip(next[row: row], unmixing[row: row]).reduce(0) { $0 + $1.0 * $1.1 }
        change = max(change, abs(abs(cosine) - 1))
      }
      unmixing = next
      iterations += 1
    }
    return FastICA(unmixing: unmixing, iterations: iterations, converged: change < tolerance, change: change)
  }

  /// The sources of every sample: samples x components.
  public func sources(_ whitened: Matrix<Float>) -> Matrix<Float> {
    whitened.times(unmixing.converted(to: Float.self), right: .transposed)
  }

  /// E[g(W x) x^T] - diag(E[g'(W x)]) W with g = tanh.
  private static func fixedPointStep(_ unmixing: Matrix<Double>, _ whitened: Matrix<Float>) -> Matrix<Double>
  {
    let (components, samples) = (unmixing.rows, Double(whitened.rows))
    var result = Matrix<Double>(rows: components, columns: unmixing.columns)
    var slopes = [Double](repeating: 0, count: components)
    let block = 4096
    for first in stride(from: 0, to: whitened.rows, by: block) {
      let rows = first..<min(first + block, whitened.rows)
      let part = whitened.selecting(rows: rows).converted(to: Double.self)
      var activation = part.times(unmixing, right: .transposed)
      activation.withUnsafeMutableElements { values in
        slopes.withUnsafeMutableBufferPointer { slopes in
          for row in 0..<rows.count {
            for k in 0..<components {
              let value = tanh(values[row * components + k])
              values[row * components + k] = value
              slopes[k] += 1 - value * value
            }
          }
        }
      }
      result.setToProduct(activation, part, left: .transposed, alpha: 1 / samples, beta: 1)
    }
    for k in 0..<components {
      for column in 0..<unmixing.columns { result[k, column] -= slopes[k] / samples * unmixing[k, column] }
    }
    return result
  }

  /// (W W^T)^(-1/2) W, so that no component is preferred over another.
  private static func decorrelated(_ matrix: Matrix<Double>) throws -> Matrix<Double> {
    var gram = Matrix<Double>(rows: matrix.rows, columns: matrix.rows)
    gram.setToGram(matrix)
    let eigen = try SymmetricEigen(gram)
    var scaled = eigen.vectors
    for row in 0..<scaled.rows {
      let factor = 1 / max(eigen.values[row], .leastNormalMagnitude).squareRoot()
      for column in 0..<scaled.columns { scaled[row, column] *= factor }
    }
    return eigen.vectors.times(scaled, left: .transposed).times(matrix)
  }
}
