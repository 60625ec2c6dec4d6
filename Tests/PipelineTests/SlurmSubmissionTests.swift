import Files
import Foundation
import Testing

@testable import Pipeline

@Suite struct SlurmSubmissionTests {
  let slurm: ScriptedSlurm
  let a = sum("a", add: 1)
  let b = sum("b", add: 2)

  init() throws { slurm = try ScriptedSlurm() }

  @Test func equalStepsGoOutAsOneArrayWithTheseArguments() throws {
    let run = slurm.dispatcher {
      $0.partition = "cpu"
      $0.arguments = ["--account=vision", "--qos=long"]
    }
    run.submit(a, b)
    let batch = try #require(slurm.batches.first?.batch)
    #expect(
      slurm.calls("sbatch") == [
        "--parsable --job-name=\(batch.name) --array=0-1 --nodes=1 --ntasks=1 --cpus-per-task=1 --mem=1536M "
          + "--time=30 --signal=B:USR1@120 --requeue --open-mode=append --output=\(batch.path)/%a/output.txt "
          + "--partition=cpu --account=vision --qos=long \(batch.path)/script.sh"
      ])
    #expect(batch.id == "1")
    #expect(slurm.batches.map { $0.tasks.map(\.step.label) } == [["a", "b"]])
  }

  @Test func theScriptStartsTheWorkerOnTheFolderOfItsNumber() throws {
    slurm.dispatcher().submit(a)
    let batch = try #require(slurm.batches.first?.batch)
    #expect(
      try POSIXFileSystem().text(of: "\(batch.path)/script.sh") == """
        #!/bin/bash
        # Written by retable: each task of this array carries out the step in the folder of its number.
        export RETABLE_DATA='/data/my sets'
        export OMP_NUM_THREADS="${SLURM_CPUS_PER_TASK:-1}" OPENBLAS_NUM_THREADS="${SLURM_CPUS_PER_TASK:-1}"
        exec /opt/retable worker \\
          --assignment \(batch.path)/"$SLURM_ARRAY_TASK_ID"/assignment.json --requeues 20

        """)
  }

  @Test func stepsWithOtherNeedsAreAnArrayOfTheirOwn() throws {
    let wide = Step(
      kind: "sum", version: 1, parameters: ["add": 3], label: "wide",
      needs: Needs(cores: 4, memory: 1 << 32, seconds: 7200))
    let run = slurm.dispatcher { $0.minutes = nil }
    run.submit(a, wide, b)
    let calls = slurm.calls("sbatch")
    #expect(calls.count == 2)
    #expect(calls[0].contains("--array=0-1 --nodes=1 --ntasks=1 --cpus-per-task=1 --mem=1536M --time=15 "))
    #expect(
      calls[1].contains(
        "--array=0-0 --nodes=1 --ntasks=1 --cpus-per-task=4 --mem=6656M --time=375 --signal=B:USR1@120 "))
  }

  @Test func onlyStepsThatUseADeviceAskForAGPU() throws {
    let gpu = Step(
      kind: "sum", version: 1, parameters: ["add": 1], label: "gpu", needs: Needs(device: true),
      device: "cuda")
    slurm.dispatcher().submit(gpu, a)
    #expect(slurm.calls("sbatch").map { $0.contains("--gres=gpu:1") } == [true, false])
  }

  @Test func aShortTimeLimitWarnsHalfWay() {
    var settings = SlurmSettings()
    settings.minutes = 2
    let request = SlurmRequest(cores: 1, memory: 0, seconds: 1, usesGPU: false, settings: settings)
    #expect(request.warning == 60)
    #expect(request.summary == "1 core, 512 MiB, 2 min")
  }

  @Test func waitingStepsAreSubmittedBehindTheirInputs() throws {
    let c = sum("c", add: 3, of: [a, b])
    let d = sum("d", add: 4, of: [c])
    let cached = sum("cached", add: 5)
    let e = sum("e", add: 6, of: [cached, c])
    // Its input is neither submitted nor about to be: Slurm could not know what it waits for.
    let far = sum("far", add: 7, of: [sum("elsewhere", add: 8)])
    let run = slurm.dispatcher()
    run.submit(a, b, waiting: [d, c, e, far])
    let calls = slurm.calls("sbatch")
    #expect(calls.count == 3)
    #expect(calls[1].contains(" --array=0-0 "))
    #expect(calls[1].contains(" --dependency=afterok:1_0:1_1 --kill-on-invalid-dep=yes "))
    #expect(calls[2].contains(" --array=0-1 "))
    #expect(calls[2].contains(" --dependency=afterok:2_0 --kill-on-invalid-dep=yes "))
    #expect(!calls[0].contains("dependency"))

    run.submit(waiting: [d, c, e, far])
    #expect(slurm.calls("sbatch").count == 3, "nothing is submitted twice")
    for step in [a, b, c] { try slurm.finish(step) }
    run.poll()
    #expect(run.replies.map(\.identity) == [a.identity, b.identity], "what nobody waits for is kept")
    run.submit(c, waiting: [d, e, far])
    run.poll()
    #expect(run.replies.last?.identity == c.identity)
    #expect(slurm.calls("sbatch").count == 3)
  }

  @Test func nothingIsSubmittedAheadWhereTheUserLimitsWhatRuns() throws {
    let run = slurm.dispatcher { $0.submitsAhead = false }
    run.submit(a, waiting: [sum("c", add: 3, of: [a])])
    #expect(slurm.calls("sbatch").count == 1)
  }

  @Test(arguments: ["Job dependency problem", "Job violates accounting/QOS policy (job submit limit)"])
  func whatSlurmWillNotTakeAheadGoesWhenItsTurnComes(_ reason: String) throws {
    let c = sum("c", add: 3, of: [a])
    let run = slurm.dispatcher()
    run.submit(a)
    try slurm.answer("sbatch", "", code: 1, errors: "sbatch: error: \(reason)")
    run.submit(waiting: [c])
    run.submit(waiting: [c])
    #expect(slurm.calls("sbatch").count == 2, "asked once")
    #expect(run.losses.isEmpty && run.warnings.isEmpty)
    try slurm.accept()
    run.submit(c)
    #expect(slurm.calls("sbatch").count == 3)
    #expect(!slurm.calls("sbatch")[2].contains("dependency"))
  }

  // MARK: - What sbatch answers

  @Test func aRefusalFailsTheStepWithSlurmsReason() throws {
    try slurm.answer(
      "sbatch", "", code: 1,
      errors: """
        sbatch: error: invalid partition specified: gpu
        sbatch: error: Batch job submission failed: Invalid partition name specified
        """)
    let run = slurm.dispatcher()
    run.submit(a)
    #expect(
      run.losses == [
        "the step could not be given to Slurm (1 core, 1536 MiB, 30 min): sbatch refused it (exit code 1): Batch job submission failed: Invalid partition name specified"
      ])
    #expect(slurm.batches.isEmpty)
  }

  @Test func aMissingSbatchSaysWhereToRun() throws {
    try slurm.remove("sbatch")
    let run = slurm.dispatcher()
    run.submit(a)
    #expect(
      run.losses == [
        "the step could not be given to Slurm (1 core, 1536 MiB, 30 min): sbatch was not found on PATH; run this where Slurm's commands are installed"
      ])
  }

  @Test func aBusyControllerIsAskedAgain() throws {
    try slurm.answer(
      "sbatch", "", code: 1,
      errors: "sbatch: error: Slurm temporarily unable to accept job, sleeping and retrying")
    let run = slurm.dispatcher()
    run.submit(a)
    run.poll()
    #expect(run.losses.isEmpty)
    let name = try #require(slurm.batches.first?.batch.name)
    #expect(
      run.warnings == [
        "sbatch: Slurm temporarily unable to accept job, sleeping and retrying; trying again (\(name))"
      ])
    try slurm.accept()
    run.poll()
    #expect(slurm.calls("sbatch").count == 3)
    try slurm.finish(a)
    run.poll()
    #expect(run.replies == [.finished(identity: a.identity, seconds: 2, peakMemory: 3)])
  }

  @Test func aControllerThatStaysAwayFailsTheStepInTheEnd() throws {
    try slurm.answer(
      "sbatch", "", code: 1, errors: "sbatch: error: Unable to contact slurm controller (connect failure)")
    let run = slurm.dispatcher { $0.submissions = 3 }
    run.submit(a)
    run.poll(5)
    #expect(slurm.calls("sbatch").count == 3)
    #expect(
      run.losses == [
        "the step could not be given to Slurm (1 core, 1536 MiB, 30 min): sbatch: Unable to contact slurm controller (connect failure), 3 times"
      ])
  }

  @Test func anSbatchThatHangsIsKilledAndItsArrayIsFoundByName() throws {
    try slurm.hang("sbatch")
    let run = slurm.dispatcher { $0.commandLimit = .milliseconds(2000) }
    run.submit(a)
    let batch = try #require(slurm.batches.first?.batch)
    #expect(run.warnings == ["sbatch did not answer in 2 s; trying again (\(batch.name))"])
    try slurm.answer("squeue", "7_0|RUNNING|None|\(batch.name)")
    run.poll()
    #expect(batch.id == "7")
    #expect(run.progress == ["Slurm job 7_0 runs"])
    #expect(slurm.calls("sbatch").count == 1)
  }

  @Test func withoutSqueuesWordAHungSbatchIsNotRepeated() throws {
    try slurm.hang("sbatch")
    try slurm.answer("squeue", "", code: 1, errors: "squeue: error: Zero Bytes were transmitted or received")
    let run = slurm.dispatcher {
      $0.commandLimit = .milliseconds(300)
      $0.submissions = 5
    }
    run.submit(a)
    run.poll(3)
    #expect(slurm.calls("sbatch").count == 1)
    #expect(run.losses.isEmpty)
  }
}
