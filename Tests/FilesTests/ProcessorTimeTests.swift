import Files
import Glibc
import Testing

@Suite(.serialized) struct ProcessorTimeTests {
  private var limit: rlim_t {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_CPU.rawValue), &limit)
    return limit.rlim_cur
  }

  private struct Failure: Error {}

  @Test func `a limit holds while something runs and is lifted behind it`() {
    let before = limit
    ProcessorTime.limited(to: 5000) {
      #expect(limit < before)
      ProcessorTime.limited(to: 9000) { #expect(limit < before) }
      #expect(limit < before)
    }
    #expect(limit == before)
    #expect(throws: Failure.self) { try ProcessorTime.limited(to: 5000) { throw Failure() } }
    #expect(limit == before)
  }
}
