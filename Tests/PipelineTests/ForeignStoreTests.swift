import Files
import Foundation
import TestSupport
import Testing

@testable import Pipeline

/// What lies in a store that others can write to, or whose disk forgets.
@Suite struct ForeignStoreTests {
  private let folder: TemporaryDirectory
  private let store: Store
  private let step = sum("a", add: 41)

  init() throws {
    folder = try TemporaryDirectory()
    store = Store(root: folder.path("store"))
  }

  private func commit() throws -> String {
    let worker = Worker(registry: Registry([SumStep()]), environment: [:], replies: -1) { _ in }
    guard case .finished = worker.carryOut(Assignment(step: step, store: store.root)) else {
      Issue.record("the step was not carried out")
      return ""
    }
    return "\(store.artifact(step.identity))/record.json"
  }

  /// The lines of a record with another number in the place of one.
  private func changed(_ record: String, _ key: String, to number: String) throws -> String {
    let text = try POSIXFileSystem().text(of: record)
    let pattern = try Regex("\"\(key)\":[-0-9.e]+")
    #expect(text.contains(pattern))
    return text.replacing(pattern, with: "\"\(key)\":\(number)")
  }

  @Test(arguments: [
    ("seconds", "1e300"), ("seconds", "-1"), ("size", "9223372036854775807"), ("size", "-1"),
    ("peakMemory", "-1"), ("threads", "-1"), ("cores", "0"), ("cores", "9223372036854775807"),
  ])
  func aRecordOfImpossibleNumbersIsNone(_ key: String, _ number: String) throws {
    let record = try commit()
    try DurableFile.write(try changed(record, key, to: number), to: record)
    #expect(throws: DecodingError.self) { try store.record(step.identity) }
    #expect(store.presence(step.identity) == .corrupt("record.json is missing or unreadable"))
  }

  /// Members that this build knows nothing of are stamped like all others.
  @Test func aRecordOfALaterBuildIsWholeUntilItIsChanged() throws {
    let path = try commit()
    var record = try #require(JSON(parsing: POSIXFileSystem().contents(of: path)).object)
    var run = try #require(record["run"]?.object)
    run["energy"] = .number(1.25)
    record["run"] = .object(run)
    record["stamp"] = nil
    record["stamp"] = .string(JSON.object(record).digest)
    try DurableFile.write(JSON.object(record).canonical, to: path)
    #expect(store.verify(step.identity) == .cached)
    #expect(try store.record(step.identity).step == step)
    run["energy"] = .number(1.5)
    record["run"] = .object(run)
    try DurableFile.write(JSON.object(record).canonical, to: path)
    #expect(store.verify(step.identity) == .corrupt("record.json does not match its stamp"))
  }

  @Test func whatIsWholeAtASecondLookOrBeingMadeStaysOutOfQuarantine() throws {
    _ = try commit()
    #expect(try store.quarantine(step.identity) == nil)
    try DurableFile.write("43", to: "\(store.artifact(step.identity))/value.txt")
    var lock = try FileLock.tryLock(store.lock(step.identity))
    #expect(lock != nil)
    #expect(try store.quarantine(step.identity) == nil)
    #expect(store.holds(step.identity))
    lock = nil
    #expect(try store.quarantine(step.identity) == "\(store.root)/quarantine/\(step.identity)-1")
    #expect(store.verify(step.identity) == .absent)
  }

  @Test func aRecordNamesNoFileOutsideItsArtifact() throws {
    let record = try commit()
    let text = try POSIXFileSystem().text(of: record)
    for name in ["../../secret", "/etc/passwd", "a/../b"] {
      try DurableFile.write(text.replacing("value.txt", with: name), to: record)
      #expect(throws: DecodingError.self, "\(name)") { try store.record(step.identity) }
    }
  }

  @Test func anArtifactGoesFromStoreToStoreByWayOfAFolder() throws {
    _ = try commit()
    let copy = folder.path("kept")
    #expect(try store.copy(step.identity, to: copy) == ["record.json", "value.txt"])
    // Over what is there; nothing tells of the host.
    #expect(try store.copy(step.identity, to: copy).count == 2)
    #expect(try POSIXFileSystem().text(of: "\(copy)/record.json").contains("\"host\":\"\""))

    let other = Store(root: folder.path("other"))
    #expect(try other.adopt(step.identity, from: folder.path("nothing")) == false)
    #expect(try other.adopt(step.identity, from: copy))
    #expect(other.verify(step.identity) == .cached)
    #expect(try other.record(step.identity).outputs == store.record(step.identity).outputs)
    #expect(try other.adopt(step.identity, from: copy), "what another process has adopted meanwhile")

    // Of another step than its folder says, and with other bytes than its record says.
    let third = Store(root: folder.path("third"))
    let foreign = String(repeating: "0", count: 64)
    #expect(throws: StepFailure.self) { try third.adopt(foreign, from: copy) }
    try DurableFile.write("43", to: "\(copy)/value.txt")
    let failure = #expect(throws: StepFailure.self) { try third.adopt(step.identity, from: copy) }
    #expect(failure?.cause == .corruptInput)
    #expect(
      failure?.message
        == "\(copy) is not what was recorded: value.txt does not match its digest. Restore it, or remove the folder."
    )
    #expect(!third.holds(step.identity))
  }

  @Test func aPlantedLinkFailsTheStepAndKeepsItsTarget() throws {
    let victim = try folder.file("victim", "precious".utf8)
    try POSIXFileSystem().makeDirectories("\(store.root)/locks")
    try FileManager.default.createSymbolicLink(
      atPath: store.lock(step.identity), withDestinationPath: victim)
    let worker = Worker(registry: Registry([SumStep()]), environment: [:], replies: -1) { _ in }
    guard case .failed(_, let failure) = worker.carryOut(Assignment(step: step, store: store.root)) else {
      Issue.record("the step was carried out")
      return
    }
    #expect(failure.message.contains("it is a symbolic link"))
    try POSIXFileSystem().removeFile(store.lock(step.identity))
    try FileManager.default.createSymbolicLink(atPath: store.historyPath, withDestinationPath: victim)
    _ = try commit()
    #expect(store.presence(step.identity) == .cached)
    #expect(try POSIXFileSystem().text(of: victim) == "precious")
  }

  @Test func aBoardThatSpeaksOfAnotherPlaceRemovesNothingThere() throws {
    let victim = try folder.file("victim-1.json", "precious".utf8)
    let status = RunStatus(title: "t", host: "../../victim", process: 1, started: "now")
    try POSIXFileSystem().makeDirectories("\(store.root)/runs")
    try DurableFile.write(try JSON(encoding: status).canonical, to: store.board("board"))
    store.sweepBoards()
    #expect(store.runs().isEmpty)
    #expect(try POSIXFileSystem().exists(victim))
  }

  @Test func theStoreIsNeverInTheFolderWhereOneStandsByAccident() throws {
    #expect(try Store.standard(environment: ["RETABLE_STORE": "s", "HOME": "/h"]).root == "s")
    #expect(try Store.standard(environment: ["HOME": "/h"]).root == "/h/.cache/retable/store")
    for environment in [[:], ["HOME": ""], ["XDG_CACHE_HOME": "relative"]] {
      let error = #expect(throws: FileError.self) { try Store.standard(environment: environment) }
      #expect(error?.reason == "neither XDG_CACHE_HOME nor HOME names an absolute path")
    }
  }

  @Test func anAssignmentWithAnotherContentIsNotCarriedOut() throws {
    let task = TaskFolder(path: folder.path)
    try task.write(Assignment(step: step, store: store.root))
    let bytes = try POSIXFileSystem().contents(of: task.assignmentPath)
    #expect(try task.assignment().step == step)
    var refused = 0
    try ByteFlips.forEach(of: bytes) { _, damaged in
      try folder.file("assignment.json", damaged)
      guard let assignment = try? task.assignment() else {
        refused += 1
        return
      }
      #expect(assignment.step.identity == step.identity)
      #expect(assignment.step.parameters == step.parameters)
    }
    #expect(refused > bytes.count / 4)
  }

  @Test func timeThatNobodySpentIsNotCounted() throws {
    for text in ["inf 1", "nan nan", "-5 1", "1e300 1"] {
      try folder.file("time", text.utf8)
      #expect(WorkSlices(folder: folder.path).time == WorkTime())
    }
    try folder.file("time", "5 1".utf8)
    #expect(WorkSlices(folder: folder.path).time == WorkTime(seconds: 5, processorSeconds: 1))
  }
}

/// Seeded damage of every kind to what is read back: no crash, no hang, and nothing damaged counts as whole.
@Suite struct StoreMutantTests {
  private static let count = Mutator.count(default: 2000)
  private let folder: TemporaryDirectory
  private let store: Store

  init() throws {
    folder = try TemporaryDirectory()
    store = Store(root: folder.path("store"))
  }

  @Test func records() throws {
    let step = sum("a", add: 41, extra: ["rate": 0.25])
    let worker = Worker(registry: Registry([SumStep()]), environment: ["toy": "1"], replies: -1) { _ in }
    _ = worker.carryOut(Assignment(step: step, store: store.root))
    let path = "\(store.artifact(step.identity))/record.json"
    let bytes = try POSIXFileSystem().contents(of: path)
    let whole = try store.record(step.identity)
    var mutator = Mutator(seed: 1)
    var refused = 0
    for _ in 0..<Self.count {
      try Data(mutator.mutant(of: bytes)).write(to: URL(fileURLWithPath: path))
      switch store.presence(step.identity) {
      case .cached:
        let record = try store.record(step.identity)
        #expect(record.outputs == whole.outputs && record.step.identity == whole.step.identity)
      case .corrupt: refused += 1
      case .absent: Issue.record("the artifact is gone")
      }
      _ = History(store: store)
    }
    #expect(refused > Self.count / 2)
    print("mutants of records: \(Self.count), refused \(refused)")
  }

  @Test func historyAndBoards() throws {
    let step = sum("a", add: 41)
    let line =
      #"{"bytes":12,"identity":"\#(step.identity)","key":"\#(step.costKey)","kind":"sum","label":"a","peakMemory":1000,"seconds":2.5}"#
    var status = RunStatus(title: "t", host: "h", process: 1, started: "now")
    status.take(.started(step, expectedSeconds: 1))
    let board = Array(try JSON(encoding: status).canonical.utf8)
    let history = Array("\(line)\n\(line)\n".utf8)
    var mutator = Mutator(seed: 2)
    for _ in 0..<Self.count {
      try folder.file("store/history.jsonl", mutator.mutant(of: history))
      let read = History(store: store)
      #expect((0...1e9).contains(read.seconds(for: step)) && read.memory(for: step) >= 0)
      #expect(read.disk(for: step) ?? 0 >= 0)
      try folder.file("store/runs/h-1.json", mutator.mutant(of: board))
      _ = store.runs()
    }
    store.sweepBoards()
    print("mutants of histories and boards: \(2 * Self.count)")
  }
}
