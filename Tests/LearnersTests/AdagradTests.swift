import Foundation
import Learners
import LinearAlgebra
import Randomness
import Testing

struct AdagradTests {
  typealias Options = SoftmaxRegression.AdagradOptions

  /// Adagrad written out on arrays of doubles, for minibatches that are given.
  static func reference(
    _ x: Matrix<Float>, _ y: [Int], classes: Int, batches: [[Int]], options: Options
  ) -> (weights: [[Double]], intercepts: [Double]) {
    var w = [[Double]](repeating: Array(repeating: 0, count: x.columns + 1), count: classes)
    var sums = [[Double]](
      repeating: Array(repeating: options.initialAccumulator, count: x.columns + 1), count: classes)
    for batch in batches {
      var gradient = [[Double]](repeating: Array(repeating: 0, count: x.columns + 1), count: classes)
      for sample in batch {
        let inputs = x[row: sample].map(Double.init) + [1]
        let scores = w.map { zip($0, inputs).reduce(0) { $0 + $1.0 * $1.1 } }
        let exponentials = scores.map { exp($0 - scores.max()!) }
        for k in 0..<classes {
          let residual = exponentials[k] / exponentials.reduce(0, +) - (y[sample] == k ? 1 : 0)
          for j in inputs.indices { gradient[k][j] += residual * inputs[j] / Double(batch.count) }
        }
      }
      for k in 0..<classes {
        for j in 0...x.columns {
          sums[k][j] += gradient[k][j] * gradient[k][j]
          if gradient[k][j] != 0 {
            w[k][j] -= options.learningRate * gradient[k][j] / sums[k][j].squareRoot()
          }
        }
      }
    }
    return (w.map { Array($0.dropLast()) }, w.map { $0.last! })
  }

  /// Five classes need two vectors of four and padding; three features are odd; 22 samples leave a short minibatch.
  @Test(arguments: [2, 4, 5], [0.0, 0.1]) func `steps follow the definition`(classes: Int, start: Double)
    throws
  {
    let (x, y) = clouds(22, 3, classes: classes, seed: 1)
    let options = Options(
      learningRate: 0.1, initialAccumulator: start, batch: 5, tolerance: 0, maximumSteps: 9,
      initialisation: .zeros)
    var stream = RandomStream(seed: 3)
    var orders = stream
    let (model, report) = try SoftmaxRegression.fitAdagrad(
      x, labels: y, classes: classes, options: options, stream: &stream)
    let visits = [orders.permutation(22), orders.permutation(22)]
    let batches = visits.flatMap { order in
      stride(from: 0, to: 22, by: 5).map { Array(order[$0..<min($0 + 5, 22)]) }
    }
    let expected = Self.reference(x, y, classes: classes, batches: Array(batches.prefix(9)), options: options)
    #expect(report.iterations == 9 && !report.converged)
    // Single precision; from an empty accumulator the first step is the rate whatever the size of the gradient.
    #expect(distance(model.weights.elements, expected.weights.flatMap { $0 }) < 1e-4)
    #expect(distance(model.intercepts, expected.intercepts) < 1e-4)
  }

  @Test func `training stops at the first window that changes little`() throws {
    let (x, y) = clouds(300, 4, classes: 3, seed: 4)
    func report(_ tolerance: Double) throws -> SoftmaxRegression.Report {
      var stream = RandomStream(seed: 5)
      return try SoftmaxRegression.fitAdagrad(
        x, labels: y, classes: 3, options: Options(tolerance: tolerance), stream: &stream
      ).report
    }
    let (loose, tight) = (try report(1e-2), try report(1e-4))
    #expect(loose.converged && tight.converged)
    #expect(loose.iterations < tight.iterations && tight.objective < loose.objective)
    #expect(loose.iterations % 30 == 0 && tight.iterations % 30 == 0)
    // The first window has nothing to be compared with.
    #expect(try report(.infinity).iterations == 60)
  }

  @Test func `a long run comes near the unpenalised optimum`() throws {
    let (x, y) = clouds(400, 3, classes: 3, seed: 6)
    var stream = RandomStream(seed: 7)
    let trained = try SoftmaxRegression.fitAdagrad(
      x, labels: y, classes: 3, options: Options(learningRate: 0.1, tolerance: 0, maximumSteps: 40_000),
      stream: &stream)
    let optimum = try SoftmaxRegression.fit(x, labels: y, classes: 3, C: 1e6).report
    #expect(trained.report.objective >= optimum.objective - 1e-6)
    #expect(trained.report.objective < optimum.objective + 2e-3)
  }

  @Test func `equal streams give equal models, and the start is drawn`() throws {
    let (x, y) = clouds(50, 6, classes: 4, seed: 8)
    func model(_ seed: UInt64) throws -> SoftmaxRegression {
      var stream = RandomStream(seed: seed)
      return try SoftmaxRegression.fitAdagrad(
        x, labels: y, classes: 4, options: Options(maximumSteps: 0), stream: &stream
      ).model
    }
    #expect(try model(1) == model(1))
    #expect(try model(1) != model(2))
    let weights = try model(1).weights.elements
    let limit = (6.0 / 10).squareRoot()
    #expect(weights.allSatisfy { abs($0) <= limit } && weights.contains { abs($0) > limit / 2 })
    #expect(try model(1).intercepts == [0, 0, 0, 0])
  }

  @Test(arguments: [1, 2]) func `tiny data and missing classes are trained`(samples: Int) throws {
    var stream = RandomStream(seed: 9)
    let x = Matrix<Float>(rows: samples, columns: 1, repeating: 1)
    let (model, report) = try SoftmaxRegression.fitAdagrad(
      x, labels: Array(repeating: 2, count: samples), classes: 3, stream: &stream)
    #expect(report.converged && report.objective.isFinite)
    #expect(model.predict(x) == Array(repeating: 2, count: samples))
  }
}
