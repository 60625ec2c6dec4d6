import Datasets
import LinearAlgebra
import Randomness

/// One known answer and what the metric returned.
public struct SelfTestResult: Sendable, Codable, Equatable {
  public var name: String
  /// What the value must be, in words.
  public var expected: String
  public var value: Double
  public var passed: Bool
}

/// Scores of representations whose answer is known: the factors themselves, a rotation of them, a constant, and
/// codes shuffled among the images. Takes seconds, on a small grid; `retable doctor` prints it.
public enum MetricSelfTest {
  /// Throws only when a metric throws, which is a failure of its own.
  public static func run() throws -> [SelfTestResult] {
    let representations = try Representations()
    return try higgins(representations) + voting(representations) + information(representations)
      + predictors(representations) + statistics()
  }
}

extension MetricSelfTest {
  struct Representations {
    let identity: CodePool
    /// The factors turned by 45 degrees in two planes (and scaled): linear, but no longer axis-aligned.
    let rotated: CodePool
    let constant: CodePool
    /// Identity codes of other images: independent of the factors.
    let shuffled: CodePool

    init() throws {
      let grid = FactorGrid(names: ["a", "b", "c", "d"], sizes: [6, 6, 6, 6])
      let factors = (0..<grid.count).map { image in grid.values(of: image).map { Float($0) / 5 } }
      func pool(_ codes: [[Float]]) throws -> CodePool {
        let columns = codes[0].count
        return try CodePool(
          grid: grid,
          codes: .dense(Matrix(rows: codes.count, columns: columns, elements: codes.flatMap { $0 })))
      }
      var stream = RandomStream(seed: 1)
      let order = stream.permutation(grid.count)
      identity = try pool(factors)
      // Whole numbers, so that no value falls on the wrong side of a bin's edge by rounding.
      rotated = try pool(
        (0..<grid.count).map { image in
          let values = grid.values(of: image).map { Float($0) }
          return [values[0] - values[1], values[0] + values[1], values[2] - values[3], values[2] + values[3]]
        })
      constant = try pool(factors.map { _ in [1, 2] })
      shuffled = try pool(order.map { factors[$0] })
    }
  }

  private static func higgins(_ codes: Representations) throws -> [SelfTestResult] {
    let metric = try HigginsScore(
      HigginsScore.Options(
        factors: ["a", "b", "c", "d"], pairsPerPoint: 32, trainPoints: 1000, testPoints: 1000,
        classifier: .logistic(C: 100)))
    func accuracy(_ pool: CodePool) throws -> Double { try metric.score(pool, seed: 1).accuracy }
    // Chance is 1/4; the bounds are four standard errors of a guess over 1000 points.
    return [
      check("Higgins score, identity", in: 0.99...1, try accuracy(codes.identity)),
      check("Higgins score, constant", in: 0.195...0.305, try accuracy(codes.constant)),
      check("Higgins score, shuffled", in: 0.195...0.305, try accuracy(codes.shuffled)),
    ]
  }

  private static func voting(_ codes: Representations) throws -> [SelfTestResult] {
    let metric = try FactorVAEScore(.init(trainVotes: 1000, testVotes: 500, varianceSamples: 1000))
    func accuracy(_ pool: CodePool) throws -> Double { try metric.score(pool, seed: 1).accuracy }
    return [
      check("FactorVAE score, identity", in: 1...1, try accuracy(codes.identity)),
      check("FactorVAE score, constant", in: 0...0, try accuracy(codes.constant)),
      check("FactorVAE score, shuffled", in: 0.15...0.4, try accuracy(codes.shuffled)),
    ]
  }

  private static func information(_ codes: Representations) throws -> [SelfTestResult] {
    let gap = try MutualInformationGap(.init(samples: 4000))
    let modularity = try Modularity(.init(samples: 4000))
    func gaps(_ pool: CodePool) throws -> Double { try gap.score(pool, seed: 1).gap }
    func modular(_ pool: CodePool) throws -> Double { try modularity.score(pool, seed: 1).modularity }
    return [
      check("MIG, identity", in: 0.97...1, try gaps(codes.identity)),
      check("MIG, rotated", in: 0...0.05, try gaps(codes.rotated)),
      check("MIG, constant", in: 0...0, try gaps(codes.constant)),
      check("MIG, shuffled", in: 0...0.05, try gaps(codes.shuffled)),
      check("modularity, identity", in: 0.99...1, try modular(codes.identity)),
      // Each rotated dimension tells two of the four factors equally well: 1 - 1/3.
      check("modularity, rotated", in: 0.64...0.69, try modular(codes.rotated)),
      check("modularity, constant", in: 0...0, try modular(codes.constant)),
    ]
  }

  private static func predictors(_ codes: Representations) throws -> [SelfTestResult] {
    let size = SampleOptions(trainSamples: 1000, testSamples: 500)
    let dci = try DCI(.init(sample: size, boosting: .init(rounds: 10)))
    let identity = try dci.score(codes.identity, seed: 1)
    let constant = try dci.score(codes.constant, seed: 1)
    let sap = try SAP(.init(sample: size, predictor: .squaredCorrelation))
    let explicitness = try Explicitness(ReadoutOptions(sample: size, inversePenalty: 100))
    let readout = try LinearFactorReadout(ReadoutOptions(sample: size, inversePenalty: 100))
    return [
      check("DCI disentanglement, identity", in: 0.95...1, identity.disentanglement),
      check("DCI completeness, identity", in: 0.95...1, identity.completeness),
      check("DCI informativeness, identity", in: 0.99...1, identity.informativeness),
      check("DCI disentanglement, constant", in: 0...0, constant.disentanglement),
      check("SAP by correlation, identity", in: 0.95...1, try sap.score(codes.identity, seed: 1).gap),
      check("SAP by correlation, rotated", in: 0...0.08, try sap.score(codes.rotated, seed: 1).gap),
      check("explicitness, identity", in: 0.99...1, try explicitness.score(codes.identity, seed: 1).area),
      check("explicitness, constant", in: 0.5...0.5, try explicitness.score(codes.constant, seed: 1).area),
      check("linear readout, rotated", in: 0.9...1, try readout.score(codes.rotated, seed: 1).accuracy),
      check("linear readout, shuffled", in: 0.1...0.24, try readout.score(codes.shuffled, seed: 1).accuracy),
    ]
  }

  private static func statistics() throws -> [SelfTestResult] {
    let sample = try SampleSummary([1, 2, 3, 4, 5])
    return [
      check("t interval of 1...5, half width 1.9632", in: 1.96324...1.96325, try sample.interval().upper - 3),
      check("normal quantile at 0.975", in: 1.959963984...1.959963985, Normal.quantile(0.975)),
    ]
  }

  private static func check(_ name: String, in expected: ClosedRange<Double>, _ value: Double)
    -> SelfTestResult
  {
    let words =
      expected.lowerBound == expected.upperBound
      ? "\(expected.lowerBound)" : "\(expected.lowerBound) to \(expected.upperBound)"
    // Values are compared to rounding error: a sum of logarithms may miss 1 by an ulp.
    let passed = value >= expected.lowerBound - 1e-12 && value <= expected.upperBound + 1e-12
    return SelfTestResult(name: name, expected: words, value: value, passed: passed)
  }
}
