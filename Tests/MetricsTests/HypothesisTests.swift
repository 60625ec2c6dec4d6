import Randomness
import Testing

@testable import Metrics

private struct Hypotheses: Decodable {
  struct Samples: Decodable { var first, second, paired: [Double] }
  struct Equivalence: Decodable { var margin, constant, welch: Double }
  var samples: Samples
  var summary, interval95: [Double]
  var welch, oneSample, pairedT: [String: [Double]]
  var equivalence: Equivalence
  var signFlip: [String: Double]
  var wilson, clopperPearson, shareEquivalence, mcnemar, toSettle: [[Double]]
}

@Suite("Tests and intervals against SciPy")
struct HypothesisTests {
  private let tables: Hypotheses
  private let first: SampleSummary
  private let second: SampleSummary

  init() throws {
    tables = try Reference.load(Hypotheses.self, "statistics.json")
    first = try SampleSummary(tables.samples.first)
    second = try SampleSummary(tables.samples.second)
  }

  @Test func summary() throws {
    #expect(relativeError(first.mean, tables.summary[0]) < 1e-14)
    #expect(relativeError(first.standardDeviation, tables.summary[1]) < 1e-13)
    let interval = try first.interval()
    #expect(largestError([interval.lower, interval.upper], tables.interval95) < 1e-13)
    #expect(interval.contains(first.mean))
  }

  @Test func equalValuesHaveNoSpread() throws {
    let summary = try SampleSummary([0.1, 0.1, 0.1])
    #expect(summary.mean == 0.1)
    #expect(summary.standardDeviation == 0)
  }

  @Test func topHalf() throws {
    let top = try SampleSummary.topHalf(of: [0.1, 0.9, 0.5, 0.7, 0.3])
    #expect(top.count == 3)
    #expect(abs(top.mean - 0.7) < 1e-15)
    #expect(abs(top.standardDeviation - 0.2) < 1e-15)
  }

  @Test(arguments: Alternative.allCases)
  func tTests(_ alternative: Alternative) throws {
    for (test, table) in [
      (try TTest.welch(first, second, alternative: alternative), tables.welch),
      (try TTest.oneSample(first, expected: 0.83, alternative: alternative), tables.oneSample),
      (
        try TTest.paired(tables.samples.first, tables.samples.paired, alternative: alternative),
        tables.pairedT
      ),
    ] {
      let values = [test.statistic, test.degreesOfFreedom, test.pValue]
      #expect(largestError(values, table[alternative.rawValue] ?? []) < 1e-10, "\(values)")
    }
  }

  @Test func withoutSpread() throws {
    let still = SampleSummary(count: 3, mean: 0.5, standardDeviation: 0)
    #expect(try TTest.oneSample(still, expected: 0.5).pValue == 1)
    #expect(try TTest.oneSample(still, expected: 0.4).pValue == 0)
    #expect(try TTest.welch(still, still).pValue == 1)
    #expect(try TTest.welch(still, SampleSummary(count: 3, mean: 0.4, standardDeviation: 0)).pValue == 0)
  }

  @Test func equivalence() throws {
    let margin = tables.equivalence.margin
    let constant = try EquivalenceTest(first, expected: 0.83, margin: margin)
    #expect(relativeError(constant.pValue, tables.equivalence.constant) < 1e-9)
    let welch = try EquivalenceTest(first, second, margin: margin)
    #expect(relativeError(welch.pValue, tables.equivalence.welch) < 1e-9)
  }

  @Test func wilson() throws {
    for row in tables.wilson {
      let interval = try Binomial.wilson(successes: Int(row[0]), trials: Int(row[1]), confidence: row[2])
      #expect(largestError([interval.lower, interval.upper], [row[3], row[4]]) < 1e-12, "\(row)")
    }
  }

  @Test func clopperPearson() throws {
    for row in tables.clopperPearson {
      let interval = try Binomial.clopperPearson(
        successes: Int(row[0]), trials: Int(row[1]), confidence: row[2])
      #expect(largestError([interval.lower, interval.upper], [row[3], row[4]]) < 1e-11, "\(row)")
    }
  }

  @Test func equivalenceOfAShare() throws {
    for row in tables.shareEquivalence {
      let test = try EquivalenceTest(
        successes: Int(row[0]), trials: Int(row[1]), expected: row[2], margin: row[3])
      for (p, expected) in zip([test.lower, test.upper, test.inside], row[4...]) {
        #expect(abs(p - expected) < 1e-12, "\(row)")
      }
      #expect(test.degreesOfFreedom == nil)
      // The interval decides as the two tests do.
      let isInside = test.interval.lower > -row[3] && test.interval.upper < row[3]
      #expect(isInside == (test.pValue < EquivalenceTest.level), "\(row)")
    }
  }

  @Test func mcNemar() throws {
    for row in tables.mcnemar {
      let test = McNemar(firstOnly: Int(row[0]), secondOnly: Int(row[1]))
      #expect(relativeError(test.pValue, row[2]) < 1e-12, "\(row)")
    }
    #expect(McNemar(firstOnly: 0, secondOnly: 0).pValue == 1)
    let test = try McNemar(first: [true, true, false, true], second: [true, false, true, false])
    #expect(test.firstOnly == 2)
    #expect(test.secondOnly == 1)
  }

  @Test func signFlip() throws {
    for alternative in [Alternative.greater, .less] {
      let test = try SignFlipTest(tables.samples.first, tables.samples.paired, alternative: alternative)
      #expect(abs(test.pValue - (tables.signFlip[alternative.rawValue] ?? .nan)) < 1e-12)
      #expect(test.smallestPossible == 1.0 / 128)
    }
  }

  /// All differences of one sign: the observed pattern is the most extreme of the 2^n.
  @Test func signFlipAtItsLimit() throws {
    let test = try SignFlipTest([3, 5, 4], [1, 2, 3])
    #expect(test.pValue == 1.0 / 8)
    #expect(test.pValue == test.smallestPossible)
    #expect(test.meanDifference == 2)
    #expect(try SignFlipTest([3, 5, 4], [1, 2, 3], alternative: .twoSided).pValue == 2.0 / 8)
  }

  /// Beyond the limit of enumeration random patterns estimate the same p-value.
  @Test func signFlipByDraws() throws {
    let first = (0..<24).map { Double($0 % 5) }
    let second = (0..<24).map { Double(($0 * 7 + 2) % 5) - 0.4 }
    let drawn = try SignFlipTest(first, second, draws: 20_000)
    // The differences are close to normal in sum: the t test says nearly the same.
    let t = try TTest.paired(first, second, alternative: .greater)
    #expect(abs(drawn.pValue - t.pValue) < 0.02)
    #expect(try SignFlipTest(first, second, draws: 20_000) == drawn)
  }

  @Test func repeatsToSettle() {
    for row in tables.toSettle {
      #expect(SampleSize.toSettle(standardDeviation: row[0], margin: row[1]) == Int(row[2]), "\(row)")
    }
    #expect(SampleSize.toSettle(standardDeviation: 0.1, margin: 0) == nil)
    #expect(SampleSize.toSettle(standardDeviation: 0.1, margin: 1e-9) == nil)
    #expect(SampleSize.toSettle(standardDeviation: 0, margin: 0.1) == 2)
  }
}
