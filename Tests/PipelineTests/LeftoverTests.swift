import Files
import TestSupport
import Testing

@testable import Pipeline

@Suite struct LeftoverTests {
  @Test func whatNobodyAsksForIsFoundAndRemoved() async throws {
    let folder = try TemporaryDirectory()
    let store = Store(root: folder.path("store"))
    let (kept, old) = (sum("kept", add: 1), sum("old", add: 2))
    let scheduler = Scheduler(
      plan: plan([kept, old], targets: [kept, old]), store: store, executor: InlineExecutor(),
      limits: Limits(cores: 1, memory: 1 << 40), observer: Witness())
    _ = await scheduler.run()
    let abandoned = sum("abandoned", add: 3).identity
    try POSIXFileSystem().makeDirectories(store.work(abandoned))
    try DurableFile.write("half", to: "\(store.work(abandoned))/checkpoint")

    let leftovers = try store.leftovers { $0 == kept.identity }
    #expect(leftovers.map(\.identity) == [old.identity, abandoned])
    #expect(leftovers[1].bytes == 4)
    for leftover in leftovers { try store.remove(leftover) }
    #expect(store.presence(kept.identity) == .cached)
    #expect(store.presence(old.identity) == .absent)
    #expect(try store.leftovers { $0 == kept.identity }.isEmpty)
  }

  @Test func workSaysWhichStepItIsOf() throws {
    let folder = try TemporaryDirectory()
    let store = Store(root: folder.path("store"))
    let (bad, abandoned) = (sum("bad", add: 1, extra: ["fail": true]), sum("abandoned", add: 3))
    let worker = Worker(registry: Registry([SumStep()]), environment: [:], replies: -1) { _ in }
    for _ in 0..<2 {
      guard case .failed = worker.carryOut(Assignment(step: bad, store: store.root)) else {
        Issue.record("the step did not fail")
        return
      }
      #expect(store.step(bad.identity) == bad)
    }
    try POSIXFileSystem().makeDirectories(store.work(abandoned.identity))
    #expect(store.step(abandoned.identity) == nil)
    try DurableFile.append(
      line: try JSON(encoding: bad).canonical, to: "\(store.work(abandoned.identity))/step.json")
    #expect(store.step(abandoned.identity) == nil, "it is that of another step")
  }

  @Test func workThatAProcessIsOnStays() throws {
    let folder = try TemporaryDirectory()
    let store = Store(root: folder.path("store"))
    let identity = sum("busy", add: 1).identity
    try POSIXFileSystem().makeDirectories(store.work(identity))
    try POSIXFileSystem().makeDirectories(folder.path("store/locks"))
    let lock = try #require(try FileLock.tryLock(store.lock(identity)))
    #expect(try store.leftovers { _ in false }.isEmpty)
    withExtendedLifetime(lock) {}
  }
}
