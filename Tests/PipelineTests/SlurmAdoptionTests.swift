import Files
import Foundation
import Testing

@testable import Pipeline

/// The process that submitted died; its jobs live on.
@Suite struct SlurmAdoptionTests {
  let slurm: ScriptedSlurm
  let a = sum("a", add: 1)

  init() throws { slurm = try ScriptedSlurm() }

  @Test(arguments: ["PENDING", "RUNNING"])
  func aJobThatIsStillThereIsWaitedFor(_ state: String) throws {
    slurm.dispatcher().submit(a)
    try slurm.list(("1_0", state, "Priority"))
    let later = slurm.dispatcher()
    later.submit(a)
    #expect(slurm.calls("sbatch").count == 1)
    #expect(
      later.warnings == [
        "'a' is with Slurm already, as Slurm job 1_0 of an earlier run; waiting for that one"
      ])
    try slurm.finish(a)
    later.poll()
    #expect(later.replies == [.finished(identity: a.identity, seconds: 2, peakMemory: 3)])
  }

  @Test func aJobWhoseNumberWasNotKeptIsFoundByItsName() throws {
    slurm.dispatcher().submit(a)
    let batch = try #require(slurm.batches.first?.batch)
    try POSIXFileSystem().removeFile("\(batch.path)/job")
    try slurm.answer("squeue", "8_0|RUNNING|None|\(batch.name)")
    let later = slurm.dispatcher()
    later.submit(a)
    #expect(slurm.calls("sbatch").count == 1)
    #expect(later.warnings.first?.contains("Slurm job 8_0") == true)
  }

  @Test func aJobThatIsGoneIsReplacedAtOnce() throws {
    slurm.dispatcher().submit(a)
    try slurm.list()
    let later = slurm.dispatcher()
    later.submit(a)
    #expect(slurm.calls("sbatch").count == 2)
    #expect(slurm.batches.map(\.batch.id) == ["2"], "the old folder goes")
    #expect(later.warnings.isEmpty)
  }

  @Test func whereSqueueIsAwayTheJobIsBelievedUntilItAnswers() throws {
    slurm.dispatcher().submit(a)
    try slurm.answer("squeue", "", code: 1, errors: "squeue: error: Unable to contact slurm controller")
    let later = slurm.dispatcher()
    later.submit(a)
    later.poll(5)
    #expect(slurm.calls("sbatch").count == 1)
    try slurm.list()
    later.poll(3)
    #expect(slurm.calls("sbatch").count == 2)
    #expect(later.warnings.last == "'a': Slurm job 1_0 ended before the step did; submitting it again")
    #expect(later.losses.isEmpty)
  }

  @Test func dependentsOfAnAdoptedJobAreSubmittedBehindIt() throws {
    let b = sum("b", add: 2, of: [a])
    slurm.dispatcher().submit(a)
    try slurm.list(("1_0", "RUNNING", "None"))
    slurm.dispatcher().submit(a, waiting: [b])
    #expect(slurm.calls("sbatch").last?.contains("--dependency=afterok:1_0 ") == true)
  }

  @Test func anotherRunsJobsAreLeftAlone() throws {
    slurm.dispatcher().submit(a)
    try slurm.list(("1_0", "RUNNING", "None"))
    let other = slurm.dispatcher()
    other.submit(sum("b", add: 2))
    other.dispatcher.close()
    other.dispatcher.stop()
    #expect(!slurm.calls("scancel").contains { $0.contains("1_0") })
    #expect(slurm.task(a) != nil)
  }

  /// What Slurm says of an array tells nothing before sbatch has answered.
  @Test func whatAnotherRunIsSubmittingStaysItsOwn() throws {
    try slurm.answer("sbatch", "", code: 1, errors: "sbatch: error: Socket timed out on send/recv operation")
    let first = slurm.dispatcher()
    first.submit(a)
    try slurm.accept()
    let second = slurm.dispatcher()
    second.submit(a)
    #expect(slurm.batches.count == 2)
    #expect(second.warnings.isEmpty)
    first.poll()
    #expect(slurm.batches.compactMap(\.batch.id).sorted() == ["1", "2"])
    #expect(slurm.batches.allSatisfy { !$0.batch.isBeingSubmitted })
  }

  @Test func foldersOfFinishedStepsAreSweptUp() throws {
    slurm.dispatcher().submit(a)
    _ = slurm.commit(a)
    slurm.dispatcher().submit(sum("b", add: 2))
    #expect(slurm.task(a) == nil)
  }
}
