import Datasets
import LinearAlgebra
import Testing

@testable import Metrics

/// What each metric says about codes that hold nothing, or less than the factors.
@Suite("Constant, one-dimensional and narrow codes")
struct DegenerateCodesTests {
  private let size = SampleOptions(trainSamples: 200, testSamples: 100)

  private func pool(_ code: ([Int]) -> [Double]) throws -> CodePool {
    let grid = PoolTests.grid
    return try CodePool(
      grid: grid, codes: .dense(Matrix((0..<grid.count).map { code(grid.values(of: $0)) })))
  }

  @Test(arguments: [1, 3])
  func constantCodesScoreZero(dimensions: Int) throws {
    let pool = try pool { _ in [Double](repeating: 0.5, count: dimensions) }
    let votes = try FactorVAEScore(.init(trainVotes: 50, testVotes: 50)).score(pool, seed: 1)
    #expect(votes.accuracy == 0)
    #expect(votes.activeDimensions.isEmpty)
    #expect(try MutualInformationGap(.init(samples: 100)).score(pool, seed: 1).gap == 0)
    #expect(try Modularity(.init(samples: 100)).score(pool, seed: 1).modularity == 0)
    let dci = try DCI(.init(sample: size, boosting: .init(rounds: 2))).score(pool, seed: 1)
    #expect(dci.disentanglement == 0)
    #expect(dci.completeness == 0)
    #expect(try SAP(.init(sample: size)).score(pool, seed: 1).gap == 0)
    #expect(try SAP(.init(sample: size, predictor: .squaredCorrelation)).score(pool, seed: 1).gap == 0)
    #expect(try Explicitness(.init(sample: size)).score(pool, seed: 1).area == 0.5)
  }

  /// One dimension that copies x: all of x, nothing of the rest.
  @Test func oneDimension() throws {
    let pool = try pool { [Double($0[2])] }
    let gap = try MutualInformationGap(.init(samples: 2000)).score(pool, seed: 1)
    #expect(abs(gap.gaps[2] - 1) < 1e-12)
    #expect(gap.gaps[0] < 0.01)
    let dci = try DCI(.init(sample: size, boosting: .init(rounds: 5))).score(pool, seed: 1)
    #expect(dci.completenesses.allSatisfy { $0 == 1 })
    #expect(dci.accuracies[2] == 1)
    let votes = try FactorVAEScore(.init(trainVotes: 300, testVotes: 300)).score(pool, seed: 1)
    #expect(votes.activeDimensions == [0])
    // The only dimension can name one factor of three.
    #expect(abs(votes.accuracy - 1.0 / 3) < 0.14)
    #expect(try SAP(.init(sample: size, predictor: .squaredCorrelation)).score(pool, seed: 1).gaps[2] > 0.99)
  }

  /// A dimension that hardly varies must not win the votes.
  @Test func inactiveDimensionsHaveNoVote() throws {
    let pool = try pool { [Double($0[2]), 0.001 * Double($0[1]), 1] }
    let score = try FactorVAEScore(.init(trainVotes: 100, testVotes: 100)).score(pool, seed: 1)
    #expect(score.activeDimensions == [0])
    #expect(score.votes[1] == [0, 0, 0])
    #expect(score.votes[0].reduce(0, +) == 100)
  }

  /// Bits are codes too: votes by popcount equal votes by arithmetic.
  @Test func votesOnBits() throws {
    let grid = PoolTests.grid
    let bits = try PackedBits(
      (0..<grid.count).map { image in
        let values = grid.values(of: image)
        return [
          values[0] == 1, values[1] == 0, values[1] == 2, values[2] > 1, values[2] % 2 == 0, image % 5 == 0,
        ]
      })
    let binary = try CodePool(grid: grid, codes: .binary(bits))
    let dense = try CodePool(grid: grid, codes: .dense(binary.codes(of: Array(0..<grid.count))))
    let metric = try FactorVAEScore(.init(trainVotes: 400, testVotes: 200))
    #expect(try metric.score(binary, seed: 2) == metric.score(dense, seed: 2))
    #expect(try metric.score(binary, seed: 2).accuracy > 0.9)
  }

  @Test func singleFactors() throws {
    let pool = try pool { [Double($0[2]), Double($0[1])] }
    let one = SampleOptions(factors: ["x"], trainSamples: 50, testSamples: 50)
    #expect(throws: MetricsError.tooFewFactors(metric: "modularity", needed: 2, given: 1)) {
      try Modularity(.init(factors: ["x"], samples: 50)).score(pool, seed: 1)
    }
    #expect(throws: MetricsError.tooFewFactors(metric: "DCI", needed: 2, given: 1)) {
      try DCI(.init(sample: one, boosting: .init(rounds: 1))).score(pool, seed: 1)
    }
    #expect(try LinearFactorReadout(.init(sample: one)).score(pool, seed: 1).factors == ["x"])
  }
}
