import Files
import Foundation
import Testing

/// The same runs on a real Slurm, where its Debian packages are installed (scripts/test-tools.sh) and the user is root.
@Suite(
  .serialized,
  .enabled(
    if: RealSlurm.shared != nil,
    "needs a Slurm that can be started here: packages slurm-wlm and munge (scripts/test-tools.sh), and root"))
struct RealSlurmTests {
  @Test func aRealClusterGivesTheBytesOfALocalRun() throws {
    let slurm = try #require(RealSlurm.shared)
    let program = try program(on: slurm)
    try program.tinyTable()
    try program.takeImages()
    let outcome = try program.run("run", "tiny", "--executor", "slurm", "--slurm-poll", "0.5")
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(try waits { try slurm.queue() == "" })
    let local = try Program()
    try local.tinyTable()
    try local.takeImages()
    #expect(try local.run("run", "tiny").code == 0)
    #expect(try program.resultDigests() == local.resultDigests())
  }

  /// Slurm signals the time limit, the job goes back into the queue, the submitting process dies, and a second one
  /// waits for the same jobs: the weights are those of an unbroken training.
  @Test func aTrainingSurvivesItsTimeLimitAndItsSubmitter() throws {
    let slurm = try #require(RealSlurm.shared)
    let program = try program(on: slurm)
    try program.tinyTable(updates: 8000)
    try program.takeImages()
    let arguments = ["run", "tiny", "--row", "vae", "--executor", "slurm", "--slurm-poll", "0.5"]
    let first = try program.start(arguments)
    let store = program.folder.path("store")
    #expect(try waits { try !trainings(store).isEmpty })
    let job = try #require(try trainings(store).first)
    try slurm.run("scancel", "--batch", "--signal=USR1", job)
    #expect(
      try waits { try POSIXFileSystem().files(below: store).contains { $0.hasSuffix("/requeues.jsonl") } })
    kill(first.process.processIdentifier, SIGKILL)
    _ = try first.wait()
    let second = try program.start(arguments).wait()
    #expect(second.code == 0, "\(second.errors)")
    #expect(second.errors.contains("is with Slurm already, as Slurm job"))
    #expect(try waits { try slurm.queue() == "" })

    let local = try Program()
    try local.tinyTable(updates: 8000)
    try local.takeImages()
    #expect(try local.run("run", "tiny", "--row", "vae").code == 0)
    #expect(try weights(store) == weights(local.folder.path("store")))
  }

  @Test func interruptionEmptiesTheQueue() throws {
    let slurm = try #require(RealSlurm.shared)
    let program = try program(on: slurm)
    try program.tinyTable(updates: 100_000_000)
    try program.takeImages()
    let running = try program.start([
      "run", "tiny", "--row", "vae", "--executor", "slurm", "--slurm-poll", "0.5",
    ])
    let store = program.folder.path("store")
    #expect(try waits { try !trainings(store).isEmpty })
    kill(running.process.processIdentifier, SIGINT)
    let outcome = try running.wait()
    #expect(outcome.code == 130, "\(outcome.errors)")
    #expect(try waits { try slurm.queue() == "" })
    let kept = try POSIXFileSystem().files(below: "\(store)/work").filter {
      $0.contains("/checkpoint/model-")
    }
    #expect(!kept.isEmpty, "the training that ran left a checkpoint")
  }

  private func program(on slurm: RealSlurm) throws -> Program {
    var program = try Program()
    for name in ["SLURM_CONF", "PATH"] { program.environment[name] = slurm.environment[name] }
    return program
  }

  /// Numbers of jobs whose worker is in the middle of a training.
  private func trainings(_ store: String) throws -> [String] {
    let files = POSIXFileSystem()
    guard try files.exists("\(store)/slurm") else { return [] }
    return try files.files(below: "\(store)/slurm").filter { $0.hasSuffix("/progress.jsonl") }.compactMap {
      path in
      let parts = path.split(separator: "/")
      let line = try files.text(of: "\(store)/slurm/\(path)")
      guard line.contains("update "), try files.exists("\(store)/slurm/\(parts[0])/job") else { return nil }
      let array = try files.text(of: "\(store)/slurm/\(parts[0])/job").filter(\.isNumber)
      return "\(array)_\(parts[1])"
    }
  }

  private func weights(_ store: String) throws -> [String: String] {
    var digests: [String: String] = [:]
    for name in try POSIXFileSystem().files(below: "\(store)/artifacts")
    where name.hasSuffix("weights.safetensors") {
      digests[name] = try Digest.hexOfFile("\(store)/artifacts/\(name)")
    }
    return digests
  }

  /// Waits until something is so; false when it is not within two minutes.
  private func waits(until condition: () throws -> Bool) throws -> Bool {
    for _ in 0..<1200 {
      if (try? condition()) == true { return true }
      usleep(100_000)
    }
    return false
  }
}
