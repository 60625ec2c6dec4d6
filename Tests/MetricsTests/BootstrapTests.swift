import Randomness
import Testing

@testable import Metrics

private struct Tables: Decodable {
  struct Fixed: Decodable {
    var replicates, jackknife, percentile90, bca90: [Double]
    var estimate: Double
  }
  struct SciPy: Decodable { var values, percentile, bca: [Double] }
  var bootstrap: Fixed
  var bootstrapSciPy: SciPy
}

@Suite("Bootstrap")
struct BootstrapTests {
  private let tables: Tables

  init() throws {
    tables = try Reference.load(Tables.self, "statistics.json")
  }

  @Test func formulasOnFixedReplicates() {
    let fixed = tables.bootstrap
    let percentile = Bootstrap.percentileInterval(fixed.replicates, confidence: 0.9)
    #expect(largestError([percentile.lower, percentile.upper], fixed.percentile90) < 1e-12)
    let bca = Bootstrap.bcaInterval(
      fixed.replicates, estimate: fixed.estimate, jackknife: fixed.jackknife, confidence: 0.9)
    #expect(largestError([bca.lower, bca.upper], fixed.bca90) < 1e-10)
  }

  /// Draws differ from SciPy's; the ends of 20,000 replicates lie within a hundredth of those of 200,000.
  @Test(arguments: Bootstrap.Method.allCases)
  func agreesWithSciPy(_ method: Bootstrap.Method) throws {
    var stream = RandomStream(seed: 3)
    let values = tables.bootstrapSciPy.values
    let result = try Bootstrap(values, resamples: 20_000, confidence: 0.9, method: method, stream: &stream)
    let expected = method == .bca ? tables.bootstrapSciPy.bca : tables.bootstrapSciPy.percentile
    #expect(largestError([result.interval.lower, result.interval.upper], expected) < 0.04)
    #expect(abs(result.estimate - 1.24) < 1e-12)
  }

  @Test func seeded() throws {
    var first = RandomStream(seed: 3)
    var again = RandomStream(seed: 3)
    let values = tables.bootstrapSciPy.values
    #expect(
      try Bootstrap(values, resamples: 500, stream: &first)
        == Bootstrap(values, resamples: 500, stream: &again))
  }

  @Test func pairedDifferenceUsesThePairs() throws {
    let first = (0..<40).map { Double($0) }
    var stream = RandomStream(seed: 4)
    // Each pair differs by one exactly; as unpaired samples the spread would drown it.
    let result = try Bootstrap.pairedDifference(first, first.map { $0 - 1 }, resamples: 200, stream: &stream)
    #expect(result.interval == Interval(lower: 1, upper: 1))
  }

  @Test func otherStatistics() throws {
    var stream = RandomStream(seed: 4)
    let result = try Bootstrap([1, 2, 3, 4, 100], resamples: 2000, stream: &stream) { values in
      values.sorted()[values.count / 2]
    }
    #expect(result.estimate == 3)
    #expect(result.interval.contains(3))
  }
}
