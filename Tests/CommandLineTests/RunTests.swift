import Files
import Foundation
import Results
import Testing

/// Whole runs of a tiny table: one after another, because each uses the machine.
@Suite(.serialized) struct RunTests {
  @Test func twoFreshRunsGiveEqualBytesAndASecondRunDoesNothing() throws {
    let program = try Program()
    try program.tinyTable()
    let first = try program.run("run", "tiny")
    #expect(first.code == 0, "\(first.errors)")
    #expect(first.output.contains("Ground truth"))
    let digests = try program.resultDigests()
    #expect(digests.keys.contains("results.h5"))
    #expect(digests.keys.contains("table.md"))
    #expect(digests.keys.contains("figures/traversal-vae.png"))
    #expect(digests.keys.contains("figures/responses-vae.png"))
    // What each of the ten latents tells of an image at the end, for both repeats of both models.
    let latents = try TableResults(file: program.folder.path("Results/tiny/quick/results.h5")).curves.map(
      \.latentKL)
    #expect(latents.count == 4 && latents.allSatisfy { $0?.count == 10 && $0?.contains { $0 > 0 } == true })

    let artifacts = try POSIXFileSystem().files(below: program.folder.path("store"))
    let second = try program.run("run", "tiny")
    #expect(second.code == 0)
    #expect(second.errors.contains("nothing to run"))
    #expect(second.output.contains("is up to date"))
    #expect(try POSIXFileSystem().files(below: program.folder.path("store")) == artifacts)
    #expect(try program.resultDigests() == digests)

    let other = try Program()
    try other.tinyTable()
    #expect(try other.run("run", "tiny", "--jobs", "1").code == 0)
    #expect(try other.resultDigests() == digests, "neither the store nor the number of jobs changes a byte")
  }

  /// Where the user is root, Dispatch changes the priority of its threads, and children have that of the thread they start from.
  @Test func workersAreAsNiceAsTheRun() throws {
    let program = try Program()
    try program.tinyTable(updates: 2000)
    try program.takeImages()
    let running = try program.start(["run", "tiny"], shell: "renice -n 3 -p $$ >/dev/null")
    #expect(try running.waits(for: "start  train vae, repeat 1"))
    let id = running.process.processIdentifier
    func niceness(_ selection: String) throws -> [Int] {
      try program.shell("ps -o ni= \(selection)").output.split(whereSeparator: \.isWhitespace).compactMap {
        Int($0)
      }
    }
    let own = try #require(try niceness("-p \(id)").first)
    let workers = try niceness("--ppid \(id)")
    #expect(!workers.isEmpty && workers.allSatisfy { $0 == own }, "\(workers), and the run itself \(own)")
    running.process.interrupt()
    _ = try running.wait()
  }

  @Test func aRunThatIsKilledInTrainingContinuesToTheSameBytes() throws {
    let unbroken = try Program()
    try unbroken.tinyTable(updates: 24)
    try unbroken.takeImages()
    #expect(try unbroken.run("run", "tiny").code == 0)

    var broken = try Program()
    try broken.tinyTable(updates: 24)
    try broken.takeImages()
    broken.environment["RETABLE_CHECKPOINT_SECONDS"] = "0"
    for label in ["start  train vae, repeat 1", "done   train vae, repeat 1"] {
      let running = try broken.start(["run", "tiny"])
      #expect(try running.waits(for: label))
      // The scheduler dies without a word; its workers notice and leave.
      kill(running.process.processIdentifier, SIGKILL)
      _ = try running.wait()
    }
    let resumed = try broken.run("run", "tiny")
    #expect(resumed.code == 0, "\(resumed.errors)")
    #expect(try broken.resultDigests() == unbroken.resultDigests())
  }

  @Test func interruptionLeavesWithItsOwnCodeAndLosesNothing() throws {
    let program = try Program()
    try program.tinyTable(updates: 100_000_000)
    try program.takeImages()
    for signals in [1, 2] {
      let running = try program.start(["run", "tiny", "--row", "vae"])
      #expect(try running.waits(for: "start  train vae"))
      kill(running.process.processIdentifier, SIGINT)
      if signals == 2 {
        #expect(try running.waits(for: "interrupted: running steps checkpoint"))
        kill(running.process.processIdentifier, SIGINT)
      }
      let outcome = try running.wait()
      #expect(outcome.code == 130)
      #expect(outcome.errors.contains("the same command continues"))
    }
    #expect(try program.run("store", "verify").code == 0)
  }

  @Test func aFullDiskFailsItsStepWithACodeOfItsOwn() throws {
    let program = try Program()
    try program.tinyTable()
    // 100 MB: too little for the rendered images, enough for everything else.
    let outcome = try program.run("run", "tiny", "--row", "truth", shell: "ulimit -f 100000")
    #expect(outcome.code == 7, "\(outcome.errors)")
    #expect(outcome.errors.contains("EFBIG"))
    #expect(try program.run("store", "verify").code == 0)
    #expect(try program.run("run", "tiny", "--row", "truth").code == 0)
  }

  @Test func aDamagedArtifactIsComputedAgainLoudly() throws {
    let program = try Program()
    try program.tinyTable()
    try program.takeImages()
    #expect(try program.run("run", "tiny").code == 0)
    let digests = try program.resultDigests()
    let store = program.folder.path("store")
    let score = try POSIXFileSystem().files(below: "\(store)/artifacts").first { $0.hasSuffix("/score.json") }
    let path = "\(store)/artifacts/\(try #require(score))"
    var bytes = try POSIXFileSystem().contents(of: path)
    bytes[bytes.count / 2] ^= 1
    try DurableFile.write(bytes, to: path)
    let outcome = try program.run("run", "tiny")
    #expect(outcome.code == 0)
    #expect(outcome.errors.contains("is damaged in the store (score.json does not match its digest)"))
    #expect(try program.resultDigests() == digests)
  }
}
