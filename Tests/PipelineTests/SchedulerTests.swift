import Files
import Foundation
import TestSupport
import Testing

@testable import Pipeline

@Suite struct SchedulerTests {
  let folder: TemporaryDirectory
  let store: Store

  init() throws {
    folder = try TemporaryDirectory()
    store = Store(root: "\(folder.path)/store")
  }

  func run(_ plan: Plan) async -> (summary: RunSummary, executor: InlineExecutor, witness: Witness) {
    let (executor, witness) = (InlineExecutor(), Witness())
    let scheduler = Scheduler(
      plan: plan, store: store, executor: executor, limits: Limits(cores: 2, memory: 1 << 32),
      observer: witness)
    return (await scheduler.run(), executor, witness)
  }

  func value(_ step: Step) throws -> String {
    try POSIXFileSystem().text(of: "\(store.artifact(step.identity))/value.txt")
  }

  @Test func inputsRunBeforeTheStepsThatReadThem() async throws {
    let a = sum("a", add: 1)
    let b = sum("b", add: 2)
    let c = sum("c", add: 4, of: [a, b])
    let result = await run(plan([a, b, c], targets: [c]))
    #expect(result.summary.isComplete)
    #expect(result.executor.started.last == "c")
    #expect(try value(c) == "7")
  }

  @Test func aSecondRunDoesNothing() async throws {
    let a = sum("a", add: 1)
    let b = sum("b", add: 2, of: [a])
    _ = await run(plan([a, b], targets: [b]))
    let before = try listing()
    let again = await run(plan([a, b], targets: [b]))
    #expect(again.executor.started.isEmpty)
    #expect(again.summary.cached == 1, "the input of a cached target is not needed")
    #expect(try listing() == before)
  }

  @Test func aPrunedInputOfACachedTargetIsNotMissed() async throws {
    let a = sum("a", add: 1)
    let b = sum("b", add: 2, of: [a])
    _ = await run(plan([a, b], targets: [b]))
    try POSIXFileSystem().removeTree(store.artifact(a.identity))
    #expect(await run(plan([a, b], targets: [b])).executor.started.isEmpty)
  }

  @Test func oneFailureTakesOnlyItsDependentsWithIt() async throws {
    let bad = sum("bad", add: 1, extra: ["fail": true])
    let behind = sum("behind", add: 1, of: [bad])
    let further = sum("further", add: 1, of: [behind])
    let good = sum("good", add: 5)
    let result = await run(plan([bad, behind, further, good], targets: [further, good]))
    #expect(result.summary.failures.map(\.step.label) == ["bad"])
    #expect(result.summary.failures.first?.failure.message == "asked to fail")
    #expect(result.summary.skipped.map(\.label) == ["behind", "further"])
    #expect(try value(good) == "5")
  }

  @Test func aFullDiskHasACauseOfItsOwn() async throws {
    let full = sum("full", add: 1, extra: ["full": true])
    let result = await run(plan([full], targets: [full]))
    #expect(result.summary.failures.first?.failure.cause == .diskFull)
    #expect(store.presence(full.identity) == .absent)
  }

  /// Bytes all over every stored file, one at a time: the flip is found and the artifact computed again.
  @Test func aFlippedByteIsFoundAndRepairedWhereverItIs() async throws {
    let a = sum("a", add: 1)
    let b = sum("b", add: 2, of: [a])
    let both = plan([a, b], targets: [b])
    _ = await run(both)
    var flips = 0
    for name in ["value.txt", "record.json"] {
      let path = "\(store.artifact(b.identity))/\(name)"
      let size = try POSIXFileSystem().contents(of: path).count
      for index in stride(from: 0, to: size, by: name == "record.json" ? 11 : 1) {
        var bytes = try POSIXFileSystem().contents(of: path)
        // A repaired record may be a byte or two shorter: the times in it are not the same.
        let index = min(index, bytes.count - 1)
        bytes[index] ^= 1
        try DurableFile.write(bytes, to: path)
        let result = await run(both)
        #expect(result.executor.started == ["b"], "byte \(index) of \(name)")
        #expect(result.witness.warnings.count == 1)
        #expect(try value(b) == "3")
        flips += 1
      }
    }
    #expect(flips > 50)
  }

  /// A large input is not hashed by the scheduler; the worker that reads it finds the damage, and it is repaired.
  @Test func damageFoundByAReaderIsRepaired() async throws {
    let a = sum("a", add: 1)
    let b = sum("b", add: 2, of: [a])
    _ = await run(plan([a], targets: [a]))
    let path = "\(store.artifact(a.identity))/value.txt"
    try DurableFile.write("9", to: path)
    #expect(store.verify(a.identity) == .corrupt("value.txt does not match its digest"))
    let result = await run(plan([a, b], targets: [b]))
    #expect(result.summary.isComplete)
    #expect(try value(b) == "3")
    #expect(result.witness.warnings.first?.contains("is computed again") == true)
  }

  /// Else hours of computing would end at a place that is taken.
  @Test func damageThatCannotBeMovedAwayFailsItsStepFirst() async throws {
    let a = sum("a", add: 1)
    _ = await run(plan([a], targets: [a]))
    try DurableFile.write("9", to: "\(store.artifact(a.identity))/value.txt")
    let quarantine = "\(store.root)/quarantine"
    try DurableFile.write("no folder", to: quarantine)
    let failed = await run(plan([a], targets: [a]))
    #expect(failed.summary.failures.first?.failure.message.contains("create folder \(quarantine)") == true)
    try POSIXFileSystem().removeFile(quarantine)
    #expect(await run(plan([a], targets: [a])).summary.isComplete)
    #expect(try value(a) == "1")
    #expect(try POSIXFileSystem().sortedNames(in: quarantine) == ["\(a.identity)-1"])
  }

  private func listing() throws -> [String: String] {
    var digests: [String: String] = [:]
    for name in try POSIXFileSystem().files(below: store.root) {
      digests[name] = try Digest.hexOfFile("\(store.root)/\(name)")
    }
    return digests
  }
}
