import Files
import Foundation
import Pipeline
import Testing

/// What happens to stored bytes, and how several processes get along.
@Suite(.serialized) struct StoreDamageTests {
  /// One byte of every stored file, one file at a time; then of all of them at once.
  @Test func aFlippedByteInAnyStoredFileIsFoundAndRepaired() throws {
    let program = try Program()
    try program.tinyTable(updates: 12)
    #expect(try program.run("run", "tiny").code == 0)
    let digests = try program.resultDigests()
    let artifacts = program.folder.path("store/artifacts")
    let files = try POSIXFileSystem().files(below: artifacts)
    #expect(files.count > 40)
    for name in files { try flip("\(artifacts)/\(name)") }
    let verified = try program.run("store", "verify")
    #expect(verified.code == 6)
    let folders = Set(files.map { Paths.parent(of: $0) })
    #expect(verified.output.contains("\(folders.count) artifacts checked, \(folders.count) damaged"))
    let repaired = try program.run("run", "tiny")
    #expect(repaired.code == 0, "\(repaired.errors)")
    #expect(try program.resultDigests() == digests)

    let store = Store(root: program.folder.path("store"))
    var found = 0
    for identity in store.identities() {
      for name in try POSIXFileSystem().files(below: store.artifact(identity)) {
        let path = "\(store.artifact(identity))/\(name)"
        let position = try flip(path)
        let presence = store.verify(identity)
        guard case .corrupt = presence else {
          Issue.record("byte \(position) of \(name) of \(identity): \(presence)")
          continue
        }
        found += 1
        try flip(path, at: position)
        #expect(store.verify(identity) == .cached)
      }
    }
    #expect(found == files.count)
    print("bytes flipped: \(files.count) at once and \(found) one by one, all found")
  }

  /// Unfinished work, logs, histories, boards, locks: what a run finds of an earlier one decides no number.
  @Test func aFlippedByteInWhateverElseIsReadBackChangesNoNumber() throws {
    var unbroken = try Program()
    unbroken.environment["RETABLE_CHECKPOINT_SECONDS"] = "0"
    try unbroken.tinyTable(updates: 24)
    try unbroken.takeImages()
    #expect(try unbroken.run("run", "tiny").code == 0)

    var broken = try Program()
    broken.environment["RETABLE_CHECKPOINT_SECONDS"] = "0"
    try broken.tinyTable(updates: 24)
    try broken.takeImages()
    #expect(try broken.run("run", "tiny", "--row", "truth").code == 0)
    var (flipped, setAside) = (0, 0)
    for places in [15, 20] {
      // Every worker dies in its training, after some checkpoints.
      broken.environment["RETABLE_FAULT"] = "worker:renamed:\(places)"
      #expect(try broken.run("run", "tiny").code == 1)
      broken.environment["RETABLE_FAULT"] = nil
      let store = broken.folder.path("store")
      try broken.folder.file(
        "store/runs/elsewhere-1.json", try POSIXFileSystem().contents(of: "\(store)/history.jsonl"))
      for name in try POSIXFileSystem().files(below: store) where !name.hasPrefix("artifacts/") {
        guard try POSIXFileSystem().status(of: "\(store)/\(name)", followingLinks: false).size > 0 else {
          continue
        }
        try flip("\(store)/\(name)")
        flipped += 1
      }
      let outcome = try broken.run("run", "tiny", "--row", places == 15 ? "vae" : "beta")
      #expect(outcome.code == 0, "\(outcome.errors)")
      setAside += outcome.errors.split(separator: "\n").count { $0.contains("the checkpoint of update") }
    }
    #expect(setAside > 0)
    #expect(try broken.run("run", "tiny").code == 0)
    #expect(try broken.resultDigests() == unbroken.resultDigests())
    print("bytes flipped outside artifacts: \(flipped), checkpoints set aside: \(setAside)")
  }

  /// Flips a bit of the byte at `position`, or of one that the name of the file chooses.
  @discardableResult
  private func flip(_ path: String, at position: Int? = nil) throws -> Int {
    let handle = try #require(FileHandle(forUpdatingAtPath: path))
    defer { try? handle.close() }
    let size = Int(try handle.seekToEnd())
    let place = position ?? path.utf8.reduce(7) { ($0 &* 31 &+ Int($1)) & 0xffff_ffff } % size
    try handle.seek(toOffset: UInt64(place))
    let byte = try #require(try handle.read(upToCount: 1)?.first)
    try handle.seek(toOffset: UInt64(place))
    try handle.write(contentsOf: Data([byte ^ 0x10]))
    return place
  }

  @Test func twoRunsOnOneStoreShareTheWork() throws {
    let alone = try Program()
    try alone.tinyTable(updates: 24)
    try alone.takeImages()
    #expect(try alone.run("run", "tiny").code == 0)

    let program = try Program()
    try program.tinyTable(updates: 24)
    try program.takeImages()
    let arguments = ["run", "tiny", "--jobs", "1", "--results"]
    let runs = try ["A", "B"].map { try program.start(arguments + [program.folder.path($0)]) }
    let outcomes = try runs.map { try $0.wait() }
    #expect(outcomes.map(\.code) == [0, 0], "\(outcomes.map(\.errors))")
    let digests = try alone.resultDigests()
    for name in ["A", "B"] { #expect(try program.resultDigests(in: name) == digests) }
    // Every step was computed once, by one of the two.
    let computed = outcomes.map { outcome in
      outcome.errors.split(separator: "\n").filter {
        $0.hasPrefix("done") && !$0.contains("by another process")
      }
      .compactMap { $0.dropFirst("done   ".count).split(separator: "  ").first.map(String.init) }
    }
    #expect(Set(computed[0]).isDisjoint(with: computed[1]))
    #expect(try program.run("store", "verify").code == 0)
    #expect(try program.run("run", "tiny").errors.contains("nothing to run"))
  }

  @Test func aFullDiskFailsItsStepAndNoOther() throws {
    let program = try Program()
    try program.tinyTable(hidden: 600)
    try program.takeImages()
    // 8 MB: less than the weights of the networks, enough for everything else.
    let outcome = try program.run("run", "tiny", shell: "ulimit -f 8000")
    #expect(outcome.code == 7, "\(outcome.errors)")
    let failed = outcome.errors.split(separator: "\n").filter { $0.hasPrefix("FAILED") }
    #expect(failed.count == 4 && failed.allSatisfy { $0.contains("FAILED train") }, "\(failed)")
    #expect(outcome.errors.contains("done   score pixels, repeat 2: score"))
    #expect(outcome.output.contains("Raw pixels"))
    #expect(try program.run("store", "verify").code == 0)
    let resumed = try program.run("run", "tiny")
    #expect(resumed.code == 0)
    #expect(!resumed.errors.contains("start  score pixels"))
  }
}
