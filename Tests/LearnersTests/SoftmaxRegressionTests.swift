import Foundation
import Learners
import LinearAlgebra
import Randomness
import Testing

@testable import struct Learners.SoftmaxObjective

struct SoftmaxRegressionTests {
  @Test func `finds scikit-learn's optimum`() throws {
    let known = try Reference.load().logistic
    let features = matrix(known.features, columns: known.columns)
    for expected in known.cases {
      let (model, report) = try SoftmaxRegression.fit(
        features, labels: known.labels, classes: known.classes, C: expected.strength, tolerance: 1e-9)
      #expect(report.converged && report.gradientNorm <= 1e-9)
      #expect(distance(model.weights.elements, expected.weights) < 1e-5)
      #expect(distance(model.intercepts, expected.intercepts) < 1e-5)
      let first = model.probabilities(features.selecting(rows: 0..<5))
      #expect(distance(first.elements, expected.probabilities) < 1e-6)
    }
  }

  @Test func `two classes at half the C are scikit-learn's binary model`() throws {
    let known = try Reference.load().binary
    let features = matrix(known.features, columns: known.columns)
    let (model, _) = try SoftmaxRegression.fit(
      features, labels: known.labels, classes: 2, C: 0.5, tolerance: 1e-9)
    let probabilities = model.probabilities(features)
    #expect(distance((0..<features.rows).map { probabilities[$0, 1] }, known.probabilities) < 1e-6)
  }

  @Test func `the largest likelihood is where no weight has a slope, whatever the scale of the features`()
    throws
  {
    var (x, y) = clouds(300, 4, classes: 3, spread: 1.5, seed: 6)
    let (model, report) = try SoftmaxRegression.fitLikelihood(x, labels: y, classes: 3, tolerance: 1e-9)
    #expect(report.converged && report.objective > 0.05)
    let p = model.probabilities(x)
    for k in 0..<3 {
      for feature in 0..<4 {
        let slope = (0..<300).reduce(0.0) { $0 + (p[$1, k] - (y[$1] == k ? 1 : 0)) * Double(x[$1, feature]) }
        #expect(abs(slope / 300) < 1e-7)
      }
    }
    let penalised = try SoftmaxRegression.fit(x, labels: y, classes: 3, C: 1e6, tolerance: 1e-9).report
    #expect(abs(report.objective - penalised.objective) < 1e-5)

    for row in 0..<x.rows {
      for (column, scale) in [1e-3, 1e3, 1, 7].enumerated() {
        x[row, column] = x[row, column] * Float(scale) + 2
      }
    }
    let scaled = try SoftmaxRegression.fitLikelihood(x, labels: y, classes: 3, tolerance: 1e-9)
    #expect(scaled.report.converged && abs(scaled.report.objective - report.objective) < 1e-5)
    #expect(scaled.model.predict(x) == (0..<300).map { row in (0..<3).max { p[row, $0] < p[row, $1] }! })
  }

  @Test func `classes that can be separated end near a loss of nothing`() throws {
    let (x, y) = clouds(60, 3, classes: 3, spread: 0.01, seed: 9)
    let (model, report) = try SoftmaxRegression.fitLikelihood(x, labels: y, classes: 3)
    #expect(report.converged && report.objective < 1e-4)
    #expect(model.predict(x) == y)
  }

  @Test func `Adagrad goes towards the largest likelihood and not beyond it`() throws {
    let (x, y) = clouds(200, 3, classes: 3, spread: 1.5, seed: 7)
    let best = try SoftmaxRegression.fitLikelihood(x, labels: y, classes: 3).report.objective
    var losses: [Double] = []
    for steps in [20, 200, 20_000] {
      var stream = RandomStream(seed: 1)
      losses.append(
        try SoftmaxRegression.fitAdagrad(
          x, labels: y, classes: 3, options: .init(tolerance: 0, maximumSteps: steps), stream: &stream
        ).report.objective)
    }
    #expect(losses[0] > losses[1] && losses[1] > losses[2] && losses[2] >= best)
    #expect(losses[2] - best < 0.05)
  }

  @Test func `the gradient is that of the objective`() throws {
    // At the optimum of the penalised mean loss every weight's loss gradient equals -w / (n C).
    let (x, y) = clouds(50, 3, classes: 3, seed: 1)
    let (model, _) = try SoftmaxRegression.fit(x, labels: y, classes: 3, C: 2, tolerance: 1e-10)
    let p = model.probabilities(x)
    for k in 0..<3 {
      for feature in 0..<3 {
        let slope = (0..<50).reduce(0.0) { $0 + (p[$1, k] - (y[$1] == k ? 1 : 0)) * Double(x[$1, feature]) }
        #expect(abs(slope + model.weights[k, feature] / 2) < 1e-7)
      }
    }
  }

  @Test func `a looser tolerance stops earlier, and running out is reported`() throws {
    let (x, y) = clouds(200, 5, classes: 4, seed: 2)
    let loose = try SoftmaxRegression.fit(x, labels: y, classes: 4, tolerance: 1e-2).report
    let tight = try SoftmaxRegression.fit(x, labels: y, classes: 4, tolerance: 1e-8).report
    let short = try SoftmaxRegression.fit(x, labels: y, classes: 4, tolerance: 1e-8, maximumIterations: 2)
      .report
    #expect(loose.converged && tight.converged && loose.iterations < tight.iterations)
    #expect(tight.objective <= loose.objective)
    #expect(!short.converged && short.iterations == 2)
  }

  @Test func `many blocks and many features give the same optimum`() throws {
    // 700 features make a block of rows shorter than the data.
    let (x, y) = clouds(300, 700, classes: 3, spread: 3, seed: 3)
    let (model, report) = try SoftmaxRegression.fit(x, labels: y, classes: 3, C: 0.01, tolerance: 1e-8)
    #expect(report.converged)
    let p = model.probabilities(x)
    let slope = (0..<300).reduce(0.0) { $0 + (p[$1, 2] - (y[$1] == 2 ? 1 : 0)) * Double(x[$1, 699]) }
    #expect(abs(slope + model.weights[2, 699] / 0.01) < 1e-4)
  }

  /// Data too large for a double-precision copy use the other precision; the two must be one function.
  @Test func `single precision evaluates the same objective`() {
    let (x, y) = clouds(2000, 300, classes: 3, spread: 3, seed: 6)
    var stream = RandomStream(seed: 7)
    let point = (0..<(3 * 301)).map { _ in 0.1 * stream.normal() }
    var (wide, narrow) = (
      [Double](repeating: 0, count: point.count), [Double](repeating: 0, count: point.count)
    )
    var inDouble = SoftmaxObjective(x.converted(to: Double.self), labels: y, classes: 3, penalty: 0.1)
    var inFloat = SoftmaxObjective(x, labels: y, classes: 3, penalty: 0.1)
    #expect(abs(inDouble(point, &wide) / inFloat(point, &narrow) - 1) < 1e-6)
    #expect(distance(wide, narrow) < 1e-5)
  }

  @Test func `a class without samples is never predicted`() throws {
    let (x, y) = clouds(60, 2, classes: 2, seed: 4)
    let (model, report) = try SoftmaxRegression.fit(x, labels: y.map { $0 * 2 }, classes: 4)
    #expect(report.converged)
    let p = model.probabilities(x)
    #expect((0..<60).allSatisfy { p[$0, 1] == 0 && p[$0, 3] == 0 })
    #expect(Set(model.predict(x)).isSubset(of: [0, 2]))
  }

  @Test(arguments: [(1, 1), (1, 3), (5, 1)]) func `the smallest data are learnt`(samples: Int, features: Int)
    throws
  {
    let x = Matrix<Float>(
      rows: samples, columns: features, elements: (0..<(samples * features)).map(Float.init))
    let labels = Array(repeating: 1, count: samples)
    let (model, report) = try SoftmaxRegression.fit(x, labels: labels, classes: 3)
    #expect(report.converged)
    #expect(model.predict(x) == labels)
  }

  @Test func `a model survives JSON`() throws {
    let (x, y) = clouds(30, 2, classes: 2, seed: 5)
    let model = try SoftmaxRegression.fit(x, labels: y, classes: 3).model
    #expect(try JSONDecoder().decode(SoftmaxRegression.self, from: JSONEncoder().encode(model)) == model)
  }

  @Test func `bad data are refused by place`() {
    var x = Matrix<Float>(rows: 2, columns: 3)
    x[1, 2] = .nan
    let error = #expect(throws: LearnerError.self) {
      try SoftmaxRegression.fit(x, labels: [0, 1], classes: 2)
    }
    #expect(
      error?.description
        == "Softmax regression: feature 2 of sample 1 is nan; "
        + "look at the model that made these features, its training may have diverged")
    #expect(throws: LearnerError.labelOutOfRange(learner: "Softmax regression", row: 1, label: 2, classes: 2))
    {
      try SoftmaxRegression.fit(Matrix(rows: 2, columns: 1), labels: [0, 2], classes: 2)
    }
    #expect(throws: LearnerError.noSamples(learner: "Softmax regression")) {
      try SoftmaxRegression.fit(Matrix(rows: 0, columns: 1), labels: [], classes: 2)
    }
  }
}
