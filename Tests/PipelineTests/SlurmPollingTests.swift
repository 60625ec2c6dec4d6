import Files
import Foundation
import Testing

@testable import Pipeline

@Suite struct SlurmPollingTests {
  let slurm: ScriptedSlurm
  let a = sum("a", add: 1)

  init() throws { slurm = try ScriptedSlurm() }

  @Test func theReplyEndsAStepAndItsFolderGoes() throws {
    let run = slurm.dispatcher()
    run.submit(a)
    try slurm.list(("1_0", "RUNNING", "None"))
    run.poll()
    #expect(run.progress == ["Slurm job 1_0 runs"])
    try slurm.finish(a)
    run.poll()
    #expect(run.replies == [.finished(identity: a.identity, seconds: 2, peakMemory: 3)])
    #expect(slurm.batches.isEmpty)
    #expect(!run.dispatcher.isWaiting)
  }

  @Test func aFailureKeepsItsFolderUntilTheNextAttempt() throws {
    let run = slurm.dispatcher()
    run.submit(a)
    try slurm.task(a)?.write(.failed(identity: a.identity, StepFailure(.diskFull, "no room")))
    run.poll()
    #expect(run.replies == [.failed(identity: a.identity, StepFailure(.diskFull, "no room"))])
    #expect(slurm.batches.count == 1)
    let later = slurm.dispatcher()
    try slurm.list(("1_0", "FAILED", "NonZeroExitCode"))
    later.submit(a)
    #expect(slurm.calls("sbatch").count == 2)
    #expect(slurm.batches.map(\.batch.id) == ["2"])
  }

  @Test func progressOfTheWorkerIsPassedOn() throws {
    let run = slurm.dispatcher()
    run.submit(a)
    try slurm.list(("1_0", "RUNNING", "None"))
    let path = try #require(slurm.task(a)).progressPath
    let line = try JSON(
      encoding: WorkerReply.progress(identity: a.identity, fraction: 0.5, message: "update 2 of 4")
    ).canonical
    try DurableFile.append(line: line, to: path)
    try Data((line + "\n" + line.prefix(20)).utf8).write(to: URL(fileURLWithPath: path))
    run.poll(2)
    #expect(
      run.events == [.reply(.progress(identity: a.identity, fraction: 0.5, message: "update 2 of 4"))])
  }

  @Test func pendingIsNeverFailed() throws {
    let run = slurm.dispatcher()
    run.submit(a)
    try slurm.list(("1_0", "PENDING", "Resources"))
    run.poll(20)
    #expect(
      run.events == [
        .reply(.progress(identity: a.identity, fraction: 0, message: "Slurm job 1_0 waits (Resources)"))
      ])
  }

  @Test func aHeldJobIsToldOnceWithWhatToDo() throws {
    let run = slurm.dispatcher()
    run.submit(a)
    try slurm.list(("1_0", "PENDING", "launch failed requeued held"))
    run.poll(3)
    #expect(
      run.warnings == [
        "'a' is held by Slurm (launch failed requeued held): 'scontrol release 1_0' lets it go on, 'scancel 1_0' ends it"
      ])
    #expect(run.losses.isEmpty)
  }

  @Test(arguments: ["hangs", "is missing", "fails", "prints rubbish"])
  func aSqueueWithoutAnswerMeansUnknownAndNotFailed(_ what: String) throws {
    let run = slurm.dispatcher { $0.commandLimit = .milliseconds(what == "hangs" ? 2000 : 5000) }
    run.submit(a)
    switch what {
    case "hangs": try slurm.hang("squeue")
    case "is missing": try slurm.remove("squeue")
    case "fails": try slurm.answer("squeue", "", code: 1, errors: "slurm_load_jobs error: Unable to contact")
    default: try slurm.answer("squeue", "<html>502 Bad Gateway</html>\nJOBID PARTITION")
    }
    run.poll(what == "hangs" ? 2 : 6)
    #expect(run.progress == ["Slurm job 1_0: state unknown, squeue gives no answer"])
    #expect(run.losses.isEmpty && run.replies.isEmpty)
    try slurm.finish(a)
    run.poll()
    #expect(run.replies == [.finished(identity: a.identity, seconds: 2, peakMemory: 3)])
  }

  @Test func anUnknownStateCountsForNothing() throws {
    let run = slurm.dispatcher()
    run.submit(a)
    try slurm.answer("squeue", "1_0|POWERING_NAP|None|x")
    run.poll(6)
    #expect(run.losses.isEmpty)
  }

  @Test func theRecordDecidesWhereTheReplyIsMissing() throws {
    let run = slurm.dispatcher()
    run.submit(a)
    guard case .finished(_, let seconds, let peak) = slurm.commit(a) else {
      Issue.record("the step did not finish")
      return
    }
    try slurm.list(("1_0", "FAILED", "NonZeroExitCode"))
    run.poll(3)
    #expect(run.replies == [.finished(identity: a.identity, seconds: seconds, peakMemory: peak)])
    #expect(run.losses.isEmpty)
  }

  @Test func completedWithoutARecordIsNoSuccess() throws {
    let run = slurm.dispatcher()
    run.submit(a)
    try slurm.list(("1_0", "COMPLETED", "None"))
    run.poll(2)
    #expect(run.losses.isEmpty, "the reply may still be on its way")
    run.poll()
    #expect(run.losses == ["Slurm job 1_0 ended without a result (COMPLETED); it printed nothing"])
  }

  @Test func aJobThatVanishesFailsItsStepWithItsLastWords() throws {
    try slurm.remove("sacct")
    let run = slurm.dispatcher()
    run.submit(a)
    try slurm.list(("1_0", "RUNNING", "None"))
    run.poll()
    let output = try #require(slurm.task(a)).outputPath
    try Data("one\ntwo\nsrun: error: node7: killed\n".utf8).write(to: URL(fileURLWithPath: output))
    try slurm.list()
    run.poll(2)
    #expect(run.losses.isEmpty)
    run.poll()
    #expect(
      run.losses == [
        """
        Slurm job 1_0 is gone without a result, and Slurm does not say why. It printed last:
                 one
                 two
                 srun: error: node7: killed
        """
      ])
    #expect(!run.dispatcher.isWaiting)
  }

  @Test func absencesThatAreNotInARowDoNotAddUp() throws {
    let run = slurm.dispatcher()
    run.submit(a)
    for _ in 0..<3 {
      try slurm.list()
      run.poll(2)
      try slurm.list(("1_0", "PENDING", "Priority"))
      run.poll()
    }
    #expect(run.losses.isEmpty)
  }

  @Test(arguments: [
    (
      "TIMEOUT",
      "Slurm job 1_0 reached its time limit (30 min) before the step wrote a checkpoint; give it more with --slurm-time"
    ),
    (
      "OUT_OF_MEMORY",
      "Slurm job 1_0 used more memory than its 1536 MiB; give it more with --slurm-args \"--mem=…\""
    ),
    ("CANCELLED", "Slurm job 1_0 was cancelled; run again to continue from the last checkpoint"),
    ("FAILED", "Slurm job 1_0 ended without a result (FAILED)"),
  ])
  func slurmsWordIsAHintInTheMessage(_ state: String, _ message: String) throws {
    let listed = slurm.dispatcher()
    listed.submit(a)
    try slurm.list(("1_0", state, "None"))
    listed.poll(3)
    #expect(listed.losses == [message + "; it printed nothing"])

    // After squeue has forgotten the job, accounting may remember it.
    let other = try ScriptedSlurm()
    let remembered = other.dispatcher()
    remembered.submit(a)
    try other.answer("sacct", state == "CANCELLED" ? "CANCELLED by 1000" : state)
    remembered.poll(3)
    #expect(remembered.losses == [message + "; it printed nothing"])
    #expect(other.calls("sacct") == ["--noheader --parsable2 --allocations --jobs=1_0 --format=State"])
  }

  @Test func anAccountingThatHangsIsAskedOnce() throws {
    try slurm.hang("sacct")
    let b = sum("b", add: 2)
    let run = slurm.dispatcher { $0.commandLimit = .milliseconds(2000) }
    run.submit(a, b)
    run.poll(3)
    #expect(run.losses.count == 2)
    #expect(slurm.calls("sacct").count == 1)
  }

  // MARK: - Preemption and lost nodes

  @Test func aPreemptedJobThatWaitsAgainIsWaitedFor() throws {
    let run = slurm.dispatcher()
    run.submit(a)
    for state in ["RUNNING", "REQUEUED", "PENDING", "RUNNING"] {
      try slurm.list(("1_0", state, state == "PENDING" ? "BeginTime" : "None"))
      run.poll(4)
    }
    #expect(run.losses.isEmpty)
    #expect(slurm.calls("sbatch").count == 1)
    #expect(
      run.progress == [
        "Slurm job 1_0 runs", "Slurm job 1_0 waits (requeued)", "Slurm job 1_0 waits (BeginTime)",
        "Slurm job 1_0 runs",
      ])
  }

  @Test(arguments: ["PREEMPTED", "NODE_FAIL", "BOOT_FAIL"])
  func aJobThatLostItsNodeForGoodIsSubmittedAgain(_ state: String) throws {
    let run = slurm.dispatcher { $0.requeues = 2 }
    run.submit(a)
    for number in 1...3 {
      try slurm.list(("\(number)_0", state, "None"))
      run.poll(3)
    }
    #expect(slurm.calls("sbatch").count == 3)
    #expect(
      run.warnings.first
        == "'a': Slurm job 1_0 ended before the step did (\(state)); submitting it again")
    #expect(
      run.losses == [
        "Slurm job 3_0 lost its node too often (\(state)); run again to continue from the last checkpoint; it printed nothing"
      ])
  }
}
