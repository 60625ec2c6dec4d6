import Learners
import LinearAlgebra
import Randomness
import Testing

struct L2SVMSearchTests {
  /// Fits every fold by itself on a copy of its rows.
  private func naive(
    _ features: Matrix<Float>, _ labels: [Int], folds: [Int], strengths: [Double], options: L2SVM.Options
  ) throws -> [[Double]] {
    try strengths.map { strength in
      try (0..<(folds.max()! + 1)).map { fold in
        let training = folds.indices.filter { folds[$0] != fold && folds[$0] >= 0 }
        let judging = folds.indices.filter { folds[$0] == fold }
        var options = options
        options.C = strength
        let model = try L2SVM.fit(
          features.selecting(rows: training), labels: training.map { labels[$0] }, classes: 4,
          options: options
        ).model
        let predictions = try model.predict(features.selecting(rows: judging))
        return accuracy(predictions, judging.map { labels[$0] })
      }
    }
  }

  @Test(arguments: [L2SVM.Bias.penalised(), .unpenalised], [200, 40])
  func `sharing the Gram matrix changes nothing`(bias: L2SVM.Bias, samples: Int) throws {
    let (features, labels) = clouds(samples, 50, classes: 4, spread: 5, seed: 14)
    var stream = RandomStream(seed: 15)
    let folds = L2SVM.stratifiedFolds(labels, classes: 4, count: 4, using: &stream)
    let scaled = try ScaledRows(features, by: FeatureScaling.fit(features)).gathering(0..<samples)
    var options = L2SVM.Options(bias: bias, tolerance: 1e-8)
    let strengths = [1e-4, 1e-3, 1e-2, 1]
    let search = try L2SVM.search(
      scaled, labels: labels, classes: 4, strengths: strengths, validation: .folds(folds), options: options)
    let expected = try naive(scaled, labels, folds: folds, strengths: strengths, options: options)
    #expect(search.accuracies == expected)
    #expect(search.means == expected.map { $0.reduce(0, +) / 4 })
    // A standardisation has the statistics of all rows.
    options.standardisation = .withOffset()
    #expect(
      try L2SVM.search(
        features, labels: labels, classes: 4, strengths: strengths, validation: .folds(folds),
        options: options) == search)
  }

  @Test func `held-out rows judge once`() throws {
    let (features, labels) = clouds(120, 10, classes: 4, spread: 3, seed: 16)
    let strengths = [1e-3, 1e-1]
    let search = try L2SVM.search(
      features, labels: labels, classes: 4, strengths: strengths, validation: .heldOut(Array(90..<120)))
    let folds = (0..<120).map { $0 < 90 ? 1 : 0 }
    let expected = try naive(features, labels, folds: folds, strengths: strengths, options: .init())
    #expect(search.accuracies == expected.map { [$0[0]] })
  }

  @Test func `a search ends after candidates that are worse than the best`() throws {
    // Two clouds far apart, and labels that are wrong for the far ends: the harder they are fitted, the worse.
    let (features, labels) = clouds(160, 40, classes: 2, spread: 6, seed: 18)
    let strengths = [1e-6, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10]
    func search(_ patience: Int?, _ tried: (Int) -> Void = { _ in }) throws -> L2SVM.Search {
      try L2SVM.search(
        features, labels: labels, classes: 2, strengths: strengths, validation: .heldOut(Array(80..<160)),
        patience: patience, progress: tried)
    }
    let all = try search(nil)
    #expect(all.strengths == strengths)
    for patience in 1...6 {
      var tried: [Int] = []
      let short = try search(patience) { tried.append($0) }
      var (expected, worse, best) = (0, 0, -1.0)
      for mean in all.means.compactMap(\.self) where worse < patience {
        worse = mean < best ? worse + 1 : 0
        best = max(best, mean)
        expected += 1
      }
      #expect(short.strengths == Array(strengths.prefix(expected)))
      #expect(short.accuracies == Array(all.accuracies.prefix(expected)))
      #expect(tried == Array(0..<expected))
    }
    #expect(try search(1).strengths.count < strengths.count, "the data must be such that a search ends early")
  }

  @Test func `of equally good candidates the smallest wins`() throws {
    let features = matrix([-2, -1.5, -1, 1, 1.5, 2, -1, 1] as [Float], columns: 1)
    let search = try L2SVM.search(
      features, labels: [0, 0, 0, 1, 1, 1, 0, 1], classes: 2, strengths: [10, 0.1, 1],
      validation: .heldOut([6, 7]))
    #expect(search.means == [1, 1, 1])
    #expect(search.ranking == [0.1, 1, 10])
  }

  @Test func `a candidate that does not converge is named and comes last`() throws {
    // One Newton step is enough where hardly a weight moves, and too few for the others.
    let (features, labels) = clouds(200, 20, classes: 3, spread: 2, seed: 19)
    let search = try L2SVM.search(
      features, labels: labels, classes: 3, strengths: [1e-9, 1, 10], validation: .heldOut(Array(0..<50)),
      options: .init(tolerance: 1e-9, maximumIterations: 1))
    #expect(search.strengths == [1e-9, 1, 10])
    #expect(search.means.map { $0 == nil } == [false, true, true])
    #expect(search.ranking == [1e-9, 1, 10])
    #expect(search.failures.keys.sorted() == [1, 2])
    guard case .notConverged("L2-SVM", "class 0 without fold 0 at C = 10.0", _, _, 1e-9) = search.failures[2]
    else {
      Issue.record("\(String(describing: search.failures[2]))")
      return
    }
    // It counts as worse, so patience ends a search at it.
    let short = try L2SVM.search(
      features, labels: labels, classes: 3, strengths: [1e-9, 1, 10], validation: .heldOut(Array(0..<50)),
      patience: 1, options: .init(tolerance: 1e-9, maximumIterations: 1))
    #expect(short.strengths == [1e-9, 1])
  }

  @Test func `folds deal every class out evenly`() {
    let labels = (0..<103).map { $0 % 3 == 0 ? 0 : 1 }
    var stream = RandomStream(seed: 17)
    let folds = L2SVM.stratifiedFolds(labels, classes: 2, count: 5, using: &stream)
    for label in 0..<2 {
      let sizes = (0..<5).map { fold in labels.indices.count { labels[$0] == label && folds[$0] == fold } }
      #expect(sizes.max()! - sizes.min()! <= 1)
    }
  }

  @Test func `a fold that leaves one class is refused`() {
    let features = matrix([0, 1, 2, 3] as [Float], columns: 1)
    #expect(throws: LearnerError.singleClass(learner: "L2-SVM", label: 1)) {
      try L2SVM.search(
        features, labels: [0, 0, 1, 1], classes: 2, strengths: [1], validation: .folds([0, 0, 1, 1]))
    }
  }
}
