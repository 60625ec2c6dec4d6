import Files
import Foundation
import Testing

@testable import Pipeline

/// Sends its own process a signal, as Slurm does, and obeys; with a checkpoint it finishes.
struct SignalledStep: StepKind {
  let name = "signalled"
  let version = 1

  func run(_ context: StepContext) throws {
    let checkpoint = "\(context.checkpoint)/half"
    if try POSIXFileSystem().exists(checkpoint) {
      return try DurableFile.write("whole", to: "\(context.output)/value.txt")
    }
    context.progress(0.5, "half")
    kill(getpid(), Int32(context.step.parameters["signal"]?.int ?? 0))
    while !context.shouldStop { usleep(1000) }
    try DurableFile.write("half", to: checkpoint)
    throw Interrupted()
  }
}

/// Signals go to the whole process, so one after another.
@Suite(.serialized) struct WorkerTaskTests {
  let slurm: ScriptedSlurm
  let task: TaskFolder

  init() throws {
    slurm = try ScriptedSlurm()
    task = TaskFolder(path: slurm.folder.path("task"))
    try POSIXFileSystem().makeDirectories(task.path)
  }

  private func carryOut(_ step: Step, requeues: Int = 2, inSlurm: Bool = true) throws -> Worker.Exit {
    try task.write(Assignment(step: step, store: slurm.store.root))
    var variables = slurm.environment
    if inSlurm {
      variables["SLURM_JOB_ID"] = "12"
      variables["SLURM_ARRAY_JOB_ID"] = "12"
      variables["SLURM_ARRAY_TASK_ID"] = "3"
    }
    return Worker.carryOut(
      assignmentFile: task.assignmentPath, registry: Registry([SumStep(), SignalledStep()]), environment: [:],
      requeues: requeues, variables: variables, setThreads: { _ in })
  }

  private func signalled(_ signal: Int32) -> Step {
    Step(kind: "signalled", version: 1, parameters: ["signal": .int(Int(signal))], label: "signalled")
  }

  private var failure: String? {
    if case .failed(_, let failure)? = task.reply() { failure.message } else { nil }
  }

  @Test func theReplyLiesBesideTheAssignment() throws {
    let step = sum("a", add: 1)
    #expect(try carryOut(step) == .done)
    guard case .finished(step.identity, _, _)? = task.reply() else {
      Issue.record("the reply is \(String(describing: task.reply()))")
      return
    }
    #expect(slurm.store.presence(step.identity) == .cached)
    #expect(try carryOut(step) == .done)
    #expect(task.reply() == .shared(identity: step.identity))
  }

  /// On a full disk the log takes nothing more; the step's own error still has to be told.
  @Test func aLogThatCannotGrowEndsNoProcess() async throws {
    let path = slurm.folder.path("log.txt")
    await #expect(processExitsWith: .success) { [path = path as String] in
      Signals.ignoreFileSizeLimit()
      var limit = rlimit(rlim_cur: 0, rlim_max: 0)
      setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      #expect(throws: StepFailure.self) {
        try StepLog.capturing(to: path) { () throws -> Void in throw StepFailure(.diskFull, "no room") }
      }
    }
  }

  @Test func aFailureHasItsReplyAndItsExitCode() throws {
    let step = sum("bad", add: 1, extra: ["fail": true])
    #expect(try carryOut(step) == .failed)
    #expect(task.reply() == .failed(identity: step.identity, StepFailure(.failed, "asked to fail")))
  }

  @Test func nearItsTimeLimitAStepGoesBackIntoTheQueueAndContinues() throws {
    let step = signalled(SIGUSR1)
    try task.write(WorkerReply.interrupted(identity: step.identity))
    #expect(try carryOut(step) == .interrupted)
    #expect(slurm.calls("scontrol") == ["requeue 12_3"], "never the number that stands for the whole array")
    #expect(task.reply() == nil, "an older reply does not stay either")
    #expect(task.progress()?.message == "half")
    #expect(try carryOut(step) == .done)
    #expect(slurm.store.presence(step.identity) == .cached)
  }

  @Test func aRecordHasTheTimeOfAllPartsOfItsStep() throws {
    let step = signalled(SIGUSR1)
    #expect(try carryOut(step) == .interrupted)
    let first = WorkSlices(folder: slurm.store.work(step.identity))
    #expect(first.time.seconds > 0)
    // A part of known length, far longer than the rest.
    let part = WorkTime(seconds: 1000, processorSeconds: 2000)
    first.add(part)
    let both = WorkSlices(folder: slurm.store.work(step.identity)).time
    #expect(both == first.time + part)
    #expect(try carryOut(step) == .done)
    let facts = try slurm.store.record(step.identity).run
    #expect(facts.seconds > both.seconds)
    #expect(try #require(facts.processorSeconds) >= both.processorSeconds)
    #expect(WorkSlices(folder: slurm.store.work(step.identity)).time == WorkTime(), "it went with the work")
  }

  @Test func requeuesAreCountedAndCapped() throws {
    let step = signalled(SIGUSR1)
    for _ in 0..<2 {
      #expect(try carryOut(step) == .interrupted)
      try POSIXFileSystem().removeTree(slurm.store.work(step.identity))
    }
    #expect(try carryOut(step) == .failed)
    #expect(slurm.calls("scontrol").count == 2)
    #expect(
      failure
        == "the step reached its time limit 3 times; a checkpoint is kept, and running again continues from it (--slurm-time gives each job more)"
    )
  }

  @Test func aRequeueThatSlurmRefusesIsAFailureThatSaysSo() throws {
    try slurm.answer("scontrol", "", code: 1, errors: "slurm_requeue error: Requested operation is disabled")
    #expect(try carryOut(signalled(SIGUSR1)) == .failed)
    #expect(
      failure
        == "the step wrote a checkpoint before its time limit and could not be queued again (scontrol requeue 12_3: exit code 1, slurm_requeue error: Requested operation is disabled); running again continues from it"
    )
  }

  @Test func outsideSlurmThereIsNoQueueToGoBackTo() throws {
    #expect(try carryOut(signalled(SIGUSR1), inSlurm: false) == .failed)
    #expect(failure == "the step wrote a checkpoint and stopped; running again continues from it")
    #expect(slurm.calls("scontrol").isEmpty)
  }

  @Test func aStopLeavesAReplyAndAnEvictionNone() throws {
    let stopped = signalled(SIGUSR2)
    #expect(try carryOut(stopped) == .interrupted)
    #expect(task.reply() == .interrupted(identity: stopped.identity))
    #expect(try carryOut(signalled(SIGTERM)) == .interrupted)
    #expect(task.reply() == nil, "whoever took the node decides whether the job comes back")
    #expect(slurm.calls("scontrol").isEmpty)
  }

  @Test func anAssignmentThatCannotBeReadHasAnExitCodeOfItsOwn() throws {
    let exit = Worker.carryOut(
      assignmentFile: "\(task.path)/none.json", registry: Registry([]), environment: [:], requeues: 1,
      setThreads: { _ in })
    #expect(exit == .noAssignment)
    try DurableFile.write("{}", to: task.assignmentPath)
    let error = #expect(throws: FileError.self) { try task.assignment() }
    #expect(
      error?.description
        == "cannot read \(task.assignmentPath): it is damaged, or no assignment of this version of retable. Run the table again with this build."
    )
  }
}
