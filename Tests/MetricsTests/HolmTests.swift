import Metrics
import Testing

@Suite struct HolmTests {
  /// Holm 1979: the smallest p against level / n, the next against level / (n - 1), until one stands.
  @Test func `hypotheses fall one after another until one stands`() {
    #expect(Holm.adjusted([0.01, 0.04, 0.03, 0.005]) == [0.03, 0.06, 0.06, 0.02])
    #expect(Holm.rejects([0.01, 0.04, 0.03, 0.005], level: 0.05) == [true, false, false, true])
    #expect(Holm.rejects([0.04], level: 0.05) == [true])
    #expect(Holm.rejects([0.04, 0.04], level: 0.05) == [false, false])
    #expect(Holm.rejects([0.02, 0.04], level: 0.05) == [true, true])
    #expect(Holm.rejects([], level: 0.05) == [])
  }
}
