import Foundation
import LinearAlgebra

/// A linear classifier with softmax probabilities: p(class k | x) is proportional to exp(w_k x + b_k).
public struct SoftmaxRegression: Sendable, Codable, Equatable {
  /// classes x features.
  public var weights: Matrix<Double>
  /// One value per class.
  public var intercepts: [Double]

  /// How a fit ended.
  public struct Report: Sendable, Codable, Equatable {
    /// The value that was minimised, per sample, at the model that was returned.
    public var objective: Double
    /// Largest absolute component of the gradient of `objective`.
    public var gradientNorm: Double
    public var iterations: Int
    /// Whether the stated stopping rule was met before the iterations ran out.
    public var converged: Bool

    public init(objective: Double, gradientNorm: Double, iterations: Int, converged: Bool) {
      self.objective = objective
      self.gradientNorm = gradientNorm
      self.iterations = iterations
      self.converged = converged
    }
  }

  public init(weights: Matrix<Double>, intercepts: [Double]) {
    precondition(
      weights.rows == intercepts.count, "\(intercepts.count) intercepts for \(weights.rows) classes")
    self.weights = weights
    self.intercepts = intercepts
  }

  public var classes: Int { weights.rows }

  /// The most probable class of every row of `features` (samples x features); the lowest index among equals.
  public func predict(_ features: Matrix<Float>) -> [Int] {
    let scores = scores(features)
    return (0..<scores.rows).map { scores.indexOfLargest(inRow: $0) }
  }

  /// samples x classes; every row sums to 1.
  public func probabilities(_ features: Matrix<Float>) -> Matrix<Double> {
    var result = scores(features)
    let classes = self.classes
    result.withUnsafeMutableElements { elements in
      for row in 0..<features.rows {
        _ = Softmax.normalise(
          UnsafeMutableBufferPointer(rebasing: elements[(row * classes)..<((row + 1) * classes)]))
      }
    }
    return result
  }

  /// w_k x + b_k for every sample and class, in double precision.
  public func scores(_ features: Matrix<Float>) -> Matrix<Double> {
    precondition(
      features.columns == weights.columns,
      "a model of \(weights.columns) features cannot score samples with \(features.columns)")
    var result = Matrix<Double>(rows: features.rows, columns: classes)
    // In blocks of rows, so that the double-precision copy of wide features stays small.
    let block = max(64, (1 << 20) / max(1, features.columns))
    for first in stride(from: 0, to: features.rows, by: block) {
      let rows = first..<min(first + block, features.rows)
      let part = features.selecting(rows: rows).converted(to: Double.self).times(weights, right: .transposed)
      for row in rows {
        for k in 0..<classes { result[row, k] = part[row - first, k] + intercepts[k] }
      }
    }
    return result
  }
}

enum Softmax {
  /// Turns scores into probabilities in place and answers log(sum exp(score)).
  @inline(__always)
  static func normalise(_ scores: UnsafeMutableBufferPointer<Double>) -> Double {
    var largest = -Double.infinity
    for k in scores.indices { largest = max(largest, scores[k]) }
    var sum = 0.0
    for k in scores.indices {
      scores[k] = exp(scores[k] - largest)
      sum += scores[k]
    }
    let inverse = 1 / sum
    for k in scores.indices { scores[k] *= inverse }
    return largest + log(sum)
  }
}

extension Matrix {
  /// The column of a row's largest element, the first among equals.
  func indexOfLargest(inRow row: Int) -> Int {
    var best = 0
    for column in 0..<columns where self[row, column] > self[row, best] { best = column }
    return best
  }
}
