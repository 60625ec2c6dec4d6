import Randomness
import Testing

@testable import Metrics

private struct Tables: Decodable {
  struct Fixed: Decodable {
    var replicates, percentile90: [Double]
  }
  struct SciPy: Decodable { var values, percentile: [Double] }
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
    let percentile = Bootstrap.interval(of: fixed.replicates, confidence: 0.9)
    #expect(largestError([percentile.lower, percentile.upper], fixed.percentile90) < 1e-12)
  }

  /// Draws differ from SciPy's; the ends of 20,000 replicates lie within a hundredth of those of 200,000.
  @Test func agreesWithSciPy() throws {
    var stream = RandomStream(seed: 3)
    let values = tables.bootstrapSciPy.values
    let result = try Bootstrap(values, resamples: 20_000, confidence: 0.9, stream: &stream)
    let interval = [result.interval.lower, result.interval.upper]
    #expect(largestError(interval, tables.bootstrapSciPy.percentile) < 0.04)
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
