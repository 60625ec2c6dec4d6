import Metrics
import Testing

@Suite("Known answers for the doctor")
struct SelfTestTests {
  @Test func allPass() throws {
    let results = try MetricSelfTest.run()
    #expect(results.count == 25)
    for result in results {
      #expect(result.passed, "\(result.name): \(result.value), expected \(result.expected)")
    }
    #expect(Set(results.map(\.name)).count == results.count)
  }
}
