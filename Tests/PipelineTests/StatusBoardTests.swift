import Files
import Foundation
import TestSupport
import Testing

@testable import Pipeline

@Suite struct StatusBoardTests {
  private let folder: TemporaryDirectory
  private let store: Store
  private let step = sum("train vae, repeat 1", add: 1)

  init() throws {
    folder = try TemporaryDirectory()
    store = Store(root: folder.path("store"))
  }

  @Test func aRunIsSeenWhileItGoesOnAndNotAfterwards() throws {
    let board = StatusBoard(title: "tiny, quick profile", store: store, observer: Witness())
    board.handle(.planned(cached: 3, toRun: 2, expectedSeconds: 60))
    #expect(store.runs().isEmpty, "a run that has nothing to do writes nothing")
    board.handle(.started(step, expectedSeconds: 30))
    let (status, isAlive) = try #require(store.runs().first)
    #expect(isAlive)
    #expect(status.title == "tiny, quick profile")
    #expect((status.cached, status.total, status.finished) == (3, 2, 0))
    #expect(status.running.map(\.label) == ["train vae, repeat 1"])
    #expect(status.process == ProcessInfo.processInfo.processIdentifier)
    board.end()
    #expect(store.runs().isEmpty)
  }

  /// The scheduler waits for the disk at every writing.
  @Test func theBoardIsNotWrittenAtEveryEvent() throws {
    func running(_ interval: Duration) -> [String]? {
      let board = StatusBoard(title: "tiny", store: store, observer: Witness(), interval: interval)
      board.handle(.started(step, expectedSeconds: 1))
      board.handle(.started(sum("score", add: 2), expectedSeconds: 1))
      defer { board.end() }
      return store.runs().first?.status.running.map(\.label)
    }
    #expect(running(.zero) == ["train vae, repeat 1", "score"])
    #expect(running(.seconds(3600)) == ["train vae, repeat 1"])
    #expect(store.runs().isEmpty)
  }

  @Test func whatHappensIsCounted() {
    var status = RunStatus(title: "t", host: "h", process: 1, started: "now")
    let other = sum("score", add: 2)
    status.take(.planned(cached: 0, toRun: 4, expectedSeconds: 9))
    status.take(.started(step, expectedSeconds: 1))
    status.take(.started(other, expectedSeconds: 1))
    status.take(.progress(step, fraction: 0.25, message: "update 1 of 4"))
    #expect(status.running.map(\.fraction) == [0.25, 0])
    #expect(status.running.map(\.message) == ["update 1 of 4", ""])
    status.take(.finished(step, seconds: 1, peakMemory: 1))
    status.take(.failed(other, StepFailure(.failed, "no"), log: "log"))
    #expect((status.finished, status.failed) == (1, 1))
    #expect(status.running.isEmpty)
    status.take(.remaining(steps: 2, seconds: 5))
    #expect((status.secondsLeft, status.total) == (5, 4))
    // Two finished steps were damaged.
    status.take(.remaining(steps: 4, seconds: 9))
    #expect(status.total == 6)
  }

  /// The lock of a killed process is gone, whatever its file says.
  @Test func aRunThatWasKilledIsNotShownAsRunning() throws {
    let left = RunStatus(title: "tiny", host: "elsewhere", process: 1, started: "long ago")
    try POSIXFileSystem().makeDirectories(folder.path("store/runs"))
    try DurableFile.write(try JSON(encoding: left).canonical, to: store.board("elsewhere-1"))
    try DurableFile.write("{}", to: store.boardLock("elsewhere-1"))
    #expect(store.runs().map(\.isAlive) == [false])
    store.sweepBoards()
    #expect(store.runs().isEmpty)
    #expect(try POSIXFileSystem().sortedNames(in: folder.path("store/runs")).isEmpty)
  }

  @Test func aBoardThatIsNoJSONIsPassedOver() throws {
    try POSIXFileSystem().makeDirectories(folder.path("store/runs"))
    try DurableFile.write("{\"title\":", to: store.board("torn-1"))
    #expect(store.runs().isEmpty)
  }
}
