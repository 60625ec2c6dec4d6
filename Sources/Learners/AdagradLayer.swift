import Foundation
import LinearAlgebra
import Randomness

/// Weights, accumulated squared gradients and scratch space of a linear softmax layer under Adagrad.
///
/// Weights are kept feature by feature, each feature's classes padded to whole vectors of four: one sample then
/// walks its features and the weights forward together, and every inner operation is four classes wide. The
/// intercepts are the row after the last feature, whose input is always 1.
struct AdagradLayer {
  private typealias Lanes = SIMD4<Float>

  private let features: Int
  private let classes: Int
  private let vectors: Int
  private let options: SoftmaxRegression.AdagradOptions
  private var weights: [SIMD4<Float>]
  private var accumulator: [SIMD4<Float>]
  private var gradient: [SIMD4<Float>]
  private var residual: [SIMD4<Float>]

  init(
    features: Int, classes: Int, options: SoftmaxRegression.AdagradOptions, stream: inout RandomStream
  ) {
    self.features = features
    self.classes = classes
    self.options = options
    vectors = (classes + 3) / 4
    let count = (features + 1) * vectors
    weights = Array(repeating: Lanes(), count: count)
    gradient = weights
    accumulator = Array(repeating: Lanes(repeating: Float(options.initialAccumulator)), count: count)
    residual = Array(repeating: Lanes(), count: vectors * options.batch)
    if options.initialisation == .glorot {
      let limit = (6 / Double(features + classes)).squareRoot()
      for k in 0..<classes {
        for feature in 0..<features {
          weights[feature * vectors + k / 4][k % 4] = Float((2 * stream.uniform() - 1) * limit)
        }
      }
    }
  }

  /// One pass in minibatches, of at most `maximumSteps` steps.
  ///
  /// - Returns: the mean loss of the samples seen, each before its step, and the steps taken.
  mutating func pass(
    _ samples: Matrix<Float>, _ labels: [Int], order: [Int], maximumSteps: Int
  ) -> (loss: Double, steps: Int) {
    var loss = 0.0
    var steps = 0
    var seen = 0
    samples.withUnsafeElements { x in
      labels.withUnsafeBufferPointer { labels in
        order.withUnsafeBufferPointer { order in
          while seen < order.count, steps < maximumSteps {
            let batch = order[seen..<min(seen + options.batch, order.count)]
            loss += step(x, labels, UnsafeBufferPointer(rebasing: batch))
            seen += batch.count
            steps += 1
          }
        }
      }
    }
    return (loss / Double(max(1, seen)), steps)
  }

  /// One minibatch: scores, residuals, gradient, update. Answers the summed loss before the update.
  private mutating func step(
    _ x: UnsafeBufferPointer<Float>, _ labels: UnsafeBufferPointer<Int>, _ batch: UnsafeBufferPointer<Int>
  ) -> Double {
    let (features, classes, vectors) = (self.features, self.classes, self.vectors)
    let rate = Float(options.learningRate)
    let scale = 1 / Float(batch.count)
    return weights.withUnsafeMutableBufferPointer { weights in
      accumulator.withUnsafeMutableBufferPointer { accumulator in
        gradient.withUnsafeMutableBufferPointer { gradient in
          residual.withUnsafeMutableBufferPointer { residual in
            for index in gradient.indices { gradient[index] = Lanes() }
            var loss = 0.0
            for position in batch.indices {
              let sample = UnsafeBufferPointer(
                rebasing: x[(batch[position] * features)..<((batch[position] + 1) * features)])
              let scores = UnsafeMutableBufferPointer(
                rebasing: residual[(position * vectors)..<((position + 1) * vectors)])
              AdagradLayer.score(sample, weights, scores)
              loss += AdagradLayer.subtractTarget(scores, label: labels[batch[position]], classes: classes)
              AdagradLayer.accumulate(sample, scores, scale: scale, gradient)
            }
            for index in gradient.indices {
              let slope = gradient[index]
              accumulator[index] += slope * slope
              // The offset matters only where the sum is still zero, and there it stands between 0 and 0 / 0.
              weights[index] -= rate * slope / (accumulator[index] + 1e-20).squareRoot()
            }
            return loss
          }
        }
      }
    }
  }

  /// scores := intercepts + weights^T sample.
  @inline(__always)
  private static func score(
    _ sample: UnsafeBufferPointer<Float>, _ weights: UnsafeMutableBufferPointer<SIMD4<Float>>,
    _ scores: UnsafeMutableBufferPointer<SIMD4<Float>>
  ) {
    let vectors = scores.count
    if vectors == 1 {
      // Up to four classes, the common case: two independent sums in registers.
      var even = weights[sample.count]
      var odd = Lanes()
      let pairs = sample.count & ~1
      for feature in stride(from: 0, to: pairs, by: 2) {
        even += sample[feature] * weights[feature]
        odd += sample[feature + 1] * weights[feature + 1]
      }
      if pairs < sample.count { even += sample[pairs] * weights[pairs] }
      scores[0] = even + odd
      return
    }
    for v in 0..<vectors { scores[v] = weights[sample.count * vectors + v] }
    for feature in sample.indices {
      let value = sample[feature]
      for v in 0..<vectors { scores[v] += value * weights[feature * vectors + v] }
    }
  }

  /// Turns scores into probabilities minus the target, padding lanes into zeros; answers the loss.
  @inline(__always)
  private static func subtractTarget(
    _ scores: UnsafeMutableBufferPointer<SIMD4<Float>>, label: Int, classes: Int
  ) -> Double {
    var largest = -Float.infinity
    for k in 0..<classes { largest = max(largest, scores[k >> 2][k & 3]) }
    let own = scores[label >> 2][label & 3] - largest
    var sum: Float = 0
    for k in 0..<(scores.count * 4) {
      let value = k < classes ? exp(scores[k >> 2][k & 3] - largest) : 0
      scores[k >> 2][k & 3] = value
      sum += value
    }
    let inverse = 1 / sum
    for v in scores.indices { scores[v] *= inverse }
    scores[label >> 2][label & 3] -= 1
    return Double(log(sum) - own)
  }

  @inline(__always)
  private static func accumulate(
    _ sample: UnsafeBufferPointer<Float>, _ residual: UnsafeMutableBufferPointer<SIMD4<Float>>, scale: Float,
    _ gradient: UnsafeMutableBufferPointer<SIMD4<Float>>
  ) {
    let vectors = residual.count
    for v in 0..<vectors {
      let slope = residual[v] * scale
      for feature in sample.indices { gradient[feature * vectors + v] += sample[feature] * slope }
      gradient[sample.count * vectors + v] += slope
    }
  }

  /// The layer as a model, padding removed.
  var model: SoftmaxRegression {
    var matrix = Matrix<Double>(rows: classes, columns: features)
    for k in 0..<classes {
      for feature in 0..<features {
        matrix[k, feature] = Double(weights[feature * vectors + k / 4][k % 4])
      }
    }
    let intercepts = (0..<classes).map { Double(weights[features * vectors + $0 / 4][$0 % 4]) }
    return SoftmaxRegression(weights: matrix, intercepts: intercepts)
  }
}
