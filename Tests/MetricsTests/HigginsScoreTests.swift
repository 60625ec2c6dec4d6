import Datasets
import LinearAlgebra
import Randomness
import Testing

@testable import Metrics

@Suite("Higgins score")
struct HigginsScoreTests {
  private static func options(
    _ pairs: Int, _ classifier: HigginsScore.Classifier = .logistic(C: 1), standardise: Bool = false
  ) -> HigginsScore.Options {
    HigginsScore.Options(
      factors: ["shape", "scale", "x"], pairsPerPoint: pairs, trainPoints: 300, testPoints: 200,
      classifier: classifier, standardise: standardise)
  }

  /// Each feature is recomputed from the point's own random stream, pair by pair.
  @Test func pointsFollowTheDefinition() throws {
    let pool = try PoolTests.identity()
    let points = try HigginsScore(Self.options(5)).points(from: pool, seed: 8)
    for point in [0, 1, 150, 299] {
      var stream = RandomStream(seed: 8, stream: UInt64(point))
      let factor = stream.index(below: 3)
      #expect(points.train.labels[point] == factor)
      var sums = [0.0, 0, 0]
      for _ in 0..<5 {
        let first = stream.index(below: 24)
        var second = PoolTests.grid.values(of: stream.index(below: 24))
        second[factor] = PoolTests.grid.values(of: first)[factor]
        for (column, value) in PoolTests.grid.values(of: first).enumerated() {
          sums[column] += Double(abs(value - second[column])) / 5
        }
      }
      #expect(largestError(points.train.features[row: point].map { Double($0) }, sums) < 1e-6)
    }
  }

  @Test func heldFactorDoesNotMove() throws {
    let points = try HigginsScore(Self.options(7)).points(from: try PoolTests.identity(), seed: 1)
    for set in [points.train, points.test] {
      for (point, label) in set.labels.enumerated() { #expect(set.features[point, label] == 0) }
    }
  }

  /// Packed bits and the same bits as numbers are the same codes.
  @Test func binaryAndDenseAgree() throws {
    var stream = RandomStream(seed: 5)
    let bits = try PackedBits((0..<24).map { _ in (0..<75).map { _ in stream.uniform() < 0.5 } })
    let binary = try CodePool(grid: PoolTests.grid, codes: .binary(bits))
    let dense = try CodePool(grid: PoolTests.grid, codes: .dense(binary.codes(of: Array(0..<24))))
    let metric = try HigginsScore(Self.options(64))
    let (a, b) = (try metric.points(from: binary, seed: 2), try metric.points(from: dense, seed: 2))
    #expect(a.train.labels == b.train.labels)
    #expect(a.train.features == b.train.features)
    #expect(a.test.features == b.test.features)
  }

  /// More training points leave the earlier ones and the test points alone.
  @Test func pointsAreIndependentOfTheirNumber() throws {
    let pool = try PoolTests.identity()
    var longer = Self.options(3)
    longer.trainPoints = 350
    let short = try HigginsScore(Self.options(3)).points(from: pool, seed: 6)
    let long = try HigginsScore(longer).points(from: pool, seed: 6)
    #expect(long.train.labels.prefix(300) == short.train.labels[...])
    #expect(long.test.features == short.test.features)
    let other = try HigginsScore(Self.options(3)).points(from: pool, seed: 7)
    #expect(other.test.features != short.test.features)
  }

  @Test(arguments: [true, false])
  func recognisesTheFactorsThemselves(standardise: Bool) throws {
    let score = try HigginsScore(Self.options(32, .logistic(C: 100), standardise: standardise)).score(
      try PoolTests.identity(), seed: 3)
    #expect(score.accuracy > 0.98)
    #expect(score.factors == ["shape", "scale", "x"])
    #expect(score.actual.count == 200)
    #expect(Accuracy.share(score.actual, score.predicted) == score.accuracy)
    #expect(score.classifier.converged)
  }

  @Test func restartsShareTheirPoints() throws {
    let metric = try HigginsScore(Self.options(16, .adagrad(.init(maximumSteps: 50))))
    let pool = try PoolTests.identity()
    let scores = try metric.scores(pool, seed: 3, restarts: 3)
    #expect(scores.count == 3)
    #expect(scores.allSatisfy { $0.actual == scores[0].actual })
    #expect(scores[0].classifier.objective != scores[1].classifier.objective)
    #expect(try metric.scores(pool, seed: 3, restarts: 3) == scores)
    let logistic = try HigginsScore(Self.options(16)).scores(pool, seed: 3, restarts: 2)
    #expect(logistic[0] == logistic[1])
  }

  @Test func constantCodesScoreChance() throws {
    let pool = try CodePool(
      grid: PoolTests.grid, codes: .dense(Matrix(rows: 24, columns: 1, repeating: 3)))
    let score = try HigginsScore(Self.options(8, standardise: true)).score(pool, seed: 3)
    // One class is always named: its share of 200 test points, five standard errors wide.
    #expect(abs(score.accuracy - 1.0 / 3) < 5 * 0.0334)
  }

  @Test func refusesEmptyOptions() {
    #expect(throws: MetricsError.self) { try HigginsScore(Self.options(0)) }
    #expect(throws: MetricsError.self) { try HigginsScore(Self.options(1, .logistic(C: 0))) }
    #expect(throws: MetricsError.self) { try HigginsScore(Self.options(1, .adagrad(.init(batch: 0)))) }
    #expect(throws: MetricsError.tooFewFactors(metric: "the Higgins score", needed: 2, given: 1)) {
      try HigginsScore(
        .init(factors: ["x"], pairsPerPoint: 1, trainPoints: 1, testPoints: 1, classifier: .logistic(C: 1)))
    }
  }

  @Test func namedProtocol() {
    #expect(HigginsScore.Options.dlib5.pairsPerPoint == 64)
    #expect(HigginsScore.Options.dlib5.trainPoints == 10_000)
  }
}
