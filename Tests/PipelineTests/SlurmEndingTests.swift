import Files
import Foundation
import Testing

@testable import Pipeline

@Suite struct SlurmEndingTests {
  let slurm: ScriptedSlurm
  let a = sum("a", add: 1)
  let b = sum("b", add: 2)

  init() throws { slurm = try ScriptedSlurm() }

  @Test func stopLetsRunningStepsCheckpointAndTakesTheRestOutOfTheQueue() throws {
    let c = sum("c", add: 3, of: [a])
    let run = slurm.dispatcher()
    run.submit(a, b, waiting: [c])
    run.dispatcher.stop()
    #expect(
      slurm.calls("scancel").map { $0.split(separator: " ").prefix { $0.hasPrefix("-") } } == [
        ["--quiet", "--state=PENDING"], ["--quiet", "--batch", "--signal=USR2"],
      ])
    for call in slurm.calls("scancel") {
      #expect(Set(call.split(separator: " ").filter { !$0.hasPrefix("-") }) == ["1_0", "1_1", "2_0"])
    }
    // One was running and answers, one was waiting and is gone.
    try slurm.task(a)?.write(.interrupted(identity: a.identity))
    try slurm.list(("1_1", "CANCELLED", "None"))
    run.poll(3)
    #expect(run.replies == [.interrupted(identity: a.identity), .interrupted(identity: b.identity)])
    #expect(!run.dispatcher.isWaiting)
    #expect(slurm.batches.isEmpty)
  }

  @Test func stopGivesUpWhatSlurmHasNotTaken() throws {
    try slurm.answer("sbatch", "", code: 1, errors: "sbatch: error: Socket timed out on send/recv operation")
    let run = slurm.dispatcher()
    run.submit(a)
    run.dispatcher.start(b)
    run.dispatcher.stop()
    #expect(
      Set(run.replies.map(\.identity)) == [a.identity, b.identity]
        && run.replies.allSatisfy { $0 == .interrupted(identity: $0.identity) })
    #expect(slurm.batches.isEmpty)
  }

  @Test func killEndsAllAtOnce() throws {
    let run = slurm.dispatcher()
    run.submit(a, b)
    run.dispatcher.kill()
    #expect(slurm.calls("scancel") == ["--quiet 1_0 1_1"])
    #expect(run.replies == [.interrupted(identity: a.identity), .interrupted(identity: b.identity)])
    #expect(!run.dispatcher.isWaiting)
  }

  @Test func closeCancelsWhatNobodyWaitsFor() throws {
    let c = sum("c", add: 3, of: [a])
    let run = slurm.dispatcher()
    run.submit(a, waiting: [c])
    try slurm.task(a)?.write(.failed(identity: a.identity, StepFailure(.failed, "asked to")))
    run.poll()
    run.dispatcher.close()
    #expect(slurm.calls("scancel") == ["--quiet 2_0"])
    #expect(slurm.task(c) == nil)
  }

  @Test func aStepWhoseInputFailedInSlurmIsSubmittedWhenItsTurnComes() throws {
    let c = sum("c", add: 3, of: [a])
    let run = slurm.dispatcher()
    run.submit(a, waiting: [c])
    try slurm.finish(a)
    try slurm.list(("2_0", "CANCELLED", "DependencyNeverSatisfied"))
    run.poll()
    run.submit(c)
    #expect(slurm.calls("sbatch").count == 3)
    #expect(run.losses.isEmpty)
  }
}
