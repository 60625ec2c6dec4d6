import Files
import Foundation
import TestSupport
import Testing

/// A cluster of one core: `sbatch` runs arrays in the background in the order in which they come, `squeue` lists what
/// has not ended. Dependencies hold by that order.
struct StandInCluster {
  let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
    for name in ["jobs", "done"] { try POSIXFileSystem().makeDirectories(folder.path(name)) }
    try folder.file("next", Array("1".utf8))
    try install(
      "sbatch",
      """
      n=$(cat next); echo $((n + 1)) > next
      for argument; do
        case $argument in --array=0-*) last=${argument#--array=0-} ;; esac
        script=$argument
      done
      echo "$last" > "jobs/$n"
      {
        while [ "$n" -gt 1 ] && [ ! -e "done/$((n - 1))" ]; do sleep 0.05; done
        for i in $(seq 0 "$last"); do
          SLURM_ARRAY_JOB_ID=$n SLURM_ARRAY_TASK_ID=$i SLURM_CPUS_PER_TASK=1 \\
            bash "$script" >> "$(dirname "$script")/$i/output.txt"
        done
        touch "done/$n"
      } > /dev/null 2>&1 < /dev/null &
      echo "$n"
      """)
    try install(
      "squeue",
      """
      for job in jobs/*; do
        n=${job#jobs/}
        if [ -e "$job" ] && [ ! -e "done/$n" ]; then
          for i in $(seq 0 "$(cat "$job")"); do echo "${n}_$i|RUNNING|None|job"; done
        fi
      done
      """)
    for name in ["sacct", "scontrol"] { try install(name, "exit 1") }
    try install("scancel", "exit 0")
  }

  private func install(_ name: String, _ script: String) throws {
    let path = try folder.file(
      "bin/\(name)", Array("#!/bin/bash\ncd '\(folder.path)' || exit 99\n\(script)\n".utf8))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
  }

  func path(before path: String?) -> String { "\(folder.path("bin")):\(path ?? "/usr/bin:/bin")" }
}

@Suite(.serialized) struct SlurmRunTests {
  @Test func aRunOnAClusterGivesTheBytesOfALocalOne() throws {
    let cluster = try StandInCluster()
    var program = try Program()
    try program.tinyTable()
    try program.takeImages()
    program.environment["PATH"] = cluster.path(before: program.environment["PATH"])
    let outcome = try program.run("run", "tiny", "--executor", "slurm", "--slurm-poll", "0.2")
    #expect(outcome.code == 0, "\(outcome.errors)")
    let local = try Program()
    try local.tinyTable()
    try local.takeImages()
    #expect(try local.run("run", "tiny").code == 0)
    #expect(try program.resultDigests() == local.resultDigests())
    let left = try POSIXFileSystem().sortedNames(in: program.folder.path("store/slurm"))
    #expect(left.isEmpty, "no folder of a job stays")
  }

  @Test func withoutSlurmTheRunSaysWhereItBelongs() throws {
    var program = try Program()
    try program.tinyTable()
    program.environment["PATH"] = program.folder.path("empty")
    let outcome = try program.run("run", "tiny", "--executor", "slurm", "--row", "truth")
    #expect(outcome.code == 1)
    #expect(
      outcome.errors.contains("sbatch was not found on PATH; run this where Slurm's commands are installed"))
  }

  @Test(arguments: [
    (["--slurm-time", "5"], "the Slurm options have no effect without --executor slurm"),
    (["--executor", "slurm", "--slurm-time", "0"], "--slurm-time must be from 1 to "),
    (["--executor", "slurm", "--slurm-poll", "0"], "--slurm-poll must be from 0.01 to 86400"),
    (
      ["--executor", "slurm", "--slurm-args", "--comment='x"],
      "--slurm-args has a quote that is not closed: --comment='x"
    ),
  ])
  func wrongOptionsAreUsageErrors(_ arguments: [String], _ message: String) throws {
    let program = try Program()
    try program.tinyTable()
    let outcome = try program.start(["run", "tiny"] + arguments).wait()
    #expect(outcome.code == 2)
    #expect(outcome.errors.contains(message))
  }

  @Test func theHelpOfRunNamesTheExecutor() throws {
    let help = try Program().run("run", "--help").output
    for option in ["--executor", "--slurm-time", "--partition", "--slurm-args", "--slurm-poll"] {
      #expect(help.contains(option))
    }
  }
}
