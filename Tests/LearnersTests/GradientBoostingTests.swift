import Foundation
import Learners
import LinearAlgebra
import Testing

struct GradientBoostingTests {
  /// Data without equally good splits, where scikit-learn's answer does not depend on its seed.
  @Test(arguments: [0, 1]) func `grows scikit-learn's trees`(index: Int) throws {
    let known = try Reference.load().boosting[index]
    let model = try GradientBoosting.fit(
      matrix(known.features, columns: known.columns), labels: known.labels, classes: known.classes,
      options: .init(rounds: known.rounds, maximumDepth: known.depth))
    #expect(distance(model.importances, known.importances) < 1e-6)
    #expect(model.predict(matrix(known.test, columns: known.columns)) == known.predictions)
  }

  @Test func `one split separates what one threshold separates`() throws {
    let x = Matrix<Float>(rows: 6, columns: 2, elements: [0, 1, 5, 2, 0, 3, 5, 4, 0, 5, 5, 6])
    let labels = [0, 0, 0, 1, 1, 1]
    let model = try GradientBoosting.fit(
      x, labels: labels, classes: 2, options: .init(rounds: 1, maximumDepth: 1))
    #expect(model.importances == [0, 1])
    // The threshold is half way between 3 and 4, and the value on it goes left.
    let probes = Matrix<Float>(rows: 4, columns: 2, elements: [9, 3.49, 9, 3.5, 9, 3.51, 9, 100])
    #expect(model.predict(probes) == [0, 0, 1, 1])
  }

  @Test func `exclusive or needs depth two`() throws {
    // Unequal counts, so that the first split has something to gain.
    let points: [(Float, Float)] = [(0, 0), (0, 0), (0, 1), (1, 0), (1, 1), (1, 1), (1, 1)]
    let labels = points.map { $0.0 == $0.1 ? 0 : 1 }
    let x = Matrix<Float>(rows: points.count, columns: 2, elements: points.flatMap { [$0.0, $0.1] })
    let deep = try GradientBoosting.fit(x, labels: labels, classes: 2, options: .init(maximumDepth: 2))
    let flat = try GradientBoosting.fit(x, labels: labels, classes: 2, options: .init(maximumDepth: 1))
    #expect(deep.predict(x) == labels)
    #expect(flat.predict(x) != labels)
  }

  @Test func `missing classes, one class and constant features`() throws {
    let (x, y) = clouds(60, 2, classes: 3, spread: 0.2, seed: 1)
    let shifted = try GradientBoosting.fit(x, labels: y.map { $0 * 2 }, classes: 6)
    #expect(shifted.present == [0, 2, 4])
    #expect(accuracy(shifted.predict(x), y.map { $0 * 2 }) > 0.95)
    let single = try GradientBoosting.fit(x, labels: y.map { _ in 1 }, classes: 2)
    #expect(Set(single.predict(x)) == [1] && single.importances == [0, 0])
    let constant = try GradientBoosting.fit(
      Matrix(rows: 3, columns: 1, repeating: 2), labels: [1, 1, 0], classes: 2, options: .init(rounds: 3))
    #expect(constant.predict(Matrix(rows: 1, columns: 1)) == [1] && constant.importances == [0])
  }

  @Test func `importances name the features that decide`() throws {
    let (x, y) = clouds(300, 1, classes: 4, spread: 0.1, seed: 2)
    let (noise, _) = clouds(300, 2, classes: 1, seed: 3)
    let joined = Matrix<Float>(
      rows: 300, columns: 3, elements: (0..<300).flatMap { [noise[$0, 0], x[$0, 0], noise[$0, 1]] })
    let model = try GradientBoosting.fit(joined, labels: y, classes: 4, options: .init(rounds: 10))
    #expect(model.importances[1] > 0.9)
    #expect(abs(model.importances.reduce(0, +) - 1) < 1e-12)
  }

  @Test func `a model survives JSON`() throws {
    let (x, y) = clouds(40, 2, classes: 3, seed: 4)
    let model = try GradientBoosting.fit(x, labels: y, classes: 3, options: .init(rounds: 3))
    #expect(try JSONDecoder().decode(GradientBoosting.self, from: JSONEncoder().encode(model)) == model)
  }

  @Test func `a NaN is refused by place`() {
    #expect(throws: LearnerError.self) {
      try GradientBoosting.fit(Matrix(rows: 1, columns: 1, repeating: .nan), labels: [0], classes: 1)
    }
  }
}
