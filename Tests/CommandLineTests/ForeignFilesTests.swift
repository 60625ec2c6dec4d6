import Files
import Foundation
import Pipeline
import TestSupport
import Testing

/// Stores and results that somebody else has made, or can write to, or nobody can.
@Suite(.serialized) struct ForeignFilesTests {
  /// A table that costs next to nothing.
  private func program() throws -> Program {
    let program = try Program()
    try program.manifest(
      "tiny",
      """
      table: tiny
      title: A table of seconds
      source: {paper: Nobody 2000, place: Table 0}
      dataset: {kind: dsprites, pool: 200}
      repeats: 2
      columns:
        - {id: mig, label: MIG, better: higher, decimals: 3, metric: {kind: mig, points: 100}}
      rows:
        - {id: truth, label: Ground truth, published: {mig: 1}, representation: ground-truth}
        - {id: noise, label: Noise, representation: noise}
      """)
    return program
  }

  @Test func aStoreThatHoldsEverythingNeedNotBeWritable() throws {
    let program = try program()
    try program.takeImages()
    #expect(try program.run("run", "tiny", "--row", "truth").code == 0)
    let store = program.folder.path("store")
    // A file where a folder is needed stops the superuser too.
    for name in ["work", "locks", "runs"] {
      try POSIXFileSystem().removeTree("\(store)/\(name)")
      try program.folder.file("store/\(name)", [])
    }
    let before = try POSIXFileSystem().files(below: store)
    let second = try program.run("run", "tiny", "--row", "truth")
    #expect(second.code == 0, "\(second.errors)")
    #expect(second.errors.contains("nothing to run"))
    #expect(try program.run("plan", "tiny").code == 0)
    #expect(try POSIXFileSystem().files(below: store) == before)
    let third = try program.run("run", "tiny")
    #expect(third.code == 1)
    #expect(third.errors.contains("The store is chosen by --store or RETABLE_STORE."))
  }

  @Test func `a folder of results that cannot be written is told before anything runs`() throws {
    let program = try program()
    try program.folder.file("Results", [])
    let outcome = try program.run("run", "tiny")
    #expect(outcome.code == 1)
    #expect(
      outcome.errors.hasSuffix(
        "error: cannot write to Results: Not a directory (ENOTDIR). A part of the path is a file where a folder is "
          + "needed: check the path. The folder of results is chosen by --results.\n"), "\(outcome.errors)")
    #expect(try !POSIXFileSystem().exists(program.folder.path("store/artifacts")))
    // Rows alone are shown and not written.
    #expect(try program.run("run", "tiny", "--row", "truth").code == 0)
  }

  @Test func withoutAHomeNothingIsPutWhereOneStands() throws {
    var program = try program()
    for name in ["HOME", "XDG_CACHE_HOME", "RETABLE_STORE"] { program.environment[name] = nil }
    for arguments in [["run", "tiny"], ["plan", "tiny"], ["store", "list"], ["status"]] {
      let outcome = try program.start(arguments).wait()
      #expect(outcome.code == 2, "\(arguments): \(outcome.errors)")
      #expect(
        outcome.errors.contains(
          "neither XDG_CACHE_HOME nor HOME names an absolute path. Set one of them, or name the folders with RETABLE_STORE"
        ))
    }
    #expect(try !POSIXFileSystem().exists(program.folder.path(".cache")))
  }

  @Test func numbersThatCannotBeAreNotCountedWith() throws {
    let program = try program()
    let identity = String(repeating: "ab", count: 32)
    try program.folder.file(
      "store/artifacts/ab/\(identity)/record.json",
      #"""
      {"outputs": {"a": {"size": 9223372036854775807, "sha256": "x"}}, "run": {"device": "cpu", "environment": {},
      "finished": "now", "host": "h", "peakMemory": 1, "seconds": 1e300, "threads": 1}, "stamp": "s", "step":
      {"identity": "i", "inputs": {}, "kind": "k", "label": "l", "needs": {"cores": 1, "memory": 1, "seconds": 1},
      "parameters": {}, "version": 1}}
      """#.utf8)
    let listed = try program.run("store", "list")
    #expect(listed.code == 0, "\(listed.errors)")
    #expect(
      listed.output.contains("abababababab  unreadable record; 'retable store verify' moves it to quarantine")
    )
    let verified = try program.run("store", "verify")
    #expect(verified.code == 6)
    #expect(verified.output.contains("record.json is missing or unreadable; moved to"))

    try program.folder.file(
      "store/runs/h-1.json",
      #"""
      {"title": "t", "host": "h", "process": 1, "started": "s", "updated": "u", "cached": 0, "total": 1, "finished": 0,
      "failed": 0, "secondsLeft": 1e300, "running": [{"step": "s", "label": "l", "fraction": 1e300, "message": ""}]}
      """#.utf8)
    let lock = try FileLock.tryLock(program.folder.path("store/runs/h-1.lock"))
    let status = try program.run("status")
    #expect(status.code == 0, "\(status.errors)")
    #expect(status.output.contains("about centuries left") && status.output.contains("100%  l"))
    withExtendedLifetime(lock) {}
  }

  /// Whatever the library does with it, a results file costs its reader no more than a message.
  @Test func aStrangersResultsEndInAMessage() throws {
    let program = try program()
    try program.takeImages()
    #expect(try program.run("run", "tiny").code == 0)
    let path = program.folder.path("Results/tiny/quick/results.h5")
    // Without the seal, which would find all of it.
    let bytes = Array(try POSIXFileSystem().contents(of: path).dropFirst(512))
    var mutator = Mutator(seed: 6)
    let count = Mutator.count(default: 30)
    var (refused, ended) = (0, 0)
    for number in 0..<count {
      try program.folder.file("Results/tiny/quick/results.h5", mutator.mutant(of: bytes))
      let outcome = try program.run("explain", "tiny", "truth", "mig")
      #expect([0, 2, 6].contains(outcome.code), "mutant \(number): \(outcome.code) \(outcome.errors)")
      if outcome.code == 6 { refused += 1 }
      if outcome.errors.contains("was ended by signal") { ended += 1 }
    }
    print(
      "mutants of results: \(count), refused \(refused), of which \(ended) ended the process that read them")

    try POSIXFileSystem().removeFile(path)
    #expect(mkfifo(path, 0o600) == 0)
    let pipe = try program.run("explain", "tiny", "truth", "mig")
    #expect(pipe.code == 6)
    #expect(pipe.errors.contains("it is a pipe, a socket or a device"))
  }

  @Test func tooFewOpenFilesAreNamedAsSuch() throws {
    let program = try program()
    try program.takeImages()
    for limit in [10, 14, 18, 22] {
      let outcome = try program.run("run", "tiny", "--jobs", "1", shell: "ulimit -n \(limit)")
      // At the lowest no worker starts; the others may be enough for one.
      #expect(outcome.code == 1 || outcome.code == 0 && limit > 10, "\(limit): \(outcome.errors)")
      #expect(
        outcome.code == 0 || outcome.errors.contains("raise the limit (ulimit -n)"),
        "\(limit): \(outcome.errors)")
    }
  }

  /// The rows that the store lacks are in the record alone.
  @Test func aRecordThatCannotBeReadIsNotWrittenOver() throws {
    let program = try program()
    try program.takeImages()
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"
    let path = try program.folder.file("Results/tiny/quick/results.h5", pointer.utf8)
    for arguments in [
      ["run", "tiny", "--row", "truth", "--record"], ["accept", "tiny", "--reason", "x"],
      ["score", "none.npy", "--table", "tiny"],
    ] {
      let outcome = try program.start(arguments).wait()
      #expect(outcome.code == 6, "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.contains("cannot open Results/tiny/quick/results.h5: it is not an HDF5 file"))
      #expect(try POSIXFileSystem().text(of: path) == pointer)
    }
    #expect(try !POSIXFileSystem().exists(program.folder.path("store/history.jsonl")), "nothing has run")
    // A run of all rows needs no record.
    let whole = try program.run("run", "tiny")
    #expect(whole.code == 0, "\(whole.errors)")
    #expect(whole.output.contains("written to Results/tiny/quick"))
  }

  @Test func filesThatWereChangedOrRemovedAreWrittenAgain() throws {
    let program = try program()
    try program.takeImages()
    #expect(try program.run("run", "tiny").code == 0)
    let digests = try program.resultDigests()
    #expect(try program.run("run", "tiny").output.contains("is up to date"))
    for name in ["table.md", "report.html", "results.h5"] {
      try POSIXFileSystem().removeFile(program.folder.path("Results/tiny/quick/\(name)"))
      #expect(try program.run("run", "tiny").output.contains("written to"), "\(name)")
      #expect(try program.resultDigests() == digests)
    }
    try program.folder.file("Results/tiny/quick/table.md", "another table".utf8)
    // What `report` writes is what was written, of the same results.
    let report = try program.run("report", "tiny", "--quiet")
    #expect(report.code == 0 && report.output == "", "\(report.errors)")
    #expect(try program.run("run", "tiny").output.contains("is up to date"))
    #expect(try program.resultDigests() == digests)
  }
}
