import Files
import Foundation
import TestSupport

/// A whole Slurm cluster of this one machine, private to the tests: munge, controller and node daemon on loopback
/// addresses, with configuration, keys and state in a temporary folder.
///
/// One shell holds the three daemons and ends them when its standard input does, so that none outlives the tests, not
/// even where those are killed.
final class RealSlurm: @unchecked Sendable {
  /// Nil where a cluster cannot be started: a package is missing, or this is not root.
  static let shared: RealSlurm? = try? RealSlurm()

  let environment: [String: String]
  private let folder: TemporaryDirectory
  private let keeper = Process()
  private let leash = Pipe()

  private struct Unavailable: Error {}

  private init() throws {
    let path = "/usr/sbin:/usr/bin:/sbin:/bin"
    let programs = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "scontrol", "sinfo"]
    guard getuid() == 0,
      programs.allSatisfy({ name in
        path.split(separator: ":").contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
      })
    else { throw Unavailable() }
    folder = try TemporaryDirectory()
    for name in ["munge", "state", "spool"] {
      try FileManager.default.createDirectory(
        atPath: folder.path(name), withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    }
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
    let key = try folder.file("munge/key", (0..<1024).map { _ in UInt8.random(in: .min ... .max) })
    try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: key)
    try folder.file("slurm.conf", Array(RealSlurm.configuration(folder).utf8))
    var environment = ProcessInfo.processInfo.environment
    environment["SLURM_CONF"] = folder.path("slurm.conf")
    environment["PATH"] = "\(environment["PATH"] ?? ""):\(path)"
    self.environment = environment
    try start()
  }

  private static func configuration(_ folder: TemporaryDirectory) -> String {
    let host = String(ProcessInfo.processInfo.hostName.prefix { $0 != "." })
    // The node claims more memory than it may have: what steps are thought to need is not what is tested.
    // Real ports could be taken; two of this process's own number hardly are.
    let port = 20000 + Int(getpid()) % 20000 * 2
    return """
      ClusterName=retable
      SlurmctldHost=\(host)(127.0.0.1)
      SlurmUser=root
      SlurmdUser=root
      AuthType=auth/munge
      CredType=cred/munge
      AuthInfo=cred_expire=6,socket=\(folder.path)/munge/socket
      SlurmctldPort=\(port)
      SlurmdPort=\(port + 1)
      StateSaveLocation=\(folder.path)/state
      SlurmdSpoolDir=\(folder.path)/spool
      SlurmctldPidFile=\(folder.path)/slurmctld.pid
      SlurmdPidFile=\(folder.path)/slurmd.pid
      ProctrackType=proctrack/linuxproc
      TaskPlugin=task/none
      MpiDefault=none
      ReturnToService=2
      SchedulerType=sched/backfill
      SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1
      SelectType=select/cons_tres
      SelectTypeParameters=CR_Core
      AccountingStorageType=accounting_storage/none
      JobAcctGatherType=jobacct_gather/none
      KillWait=5
      SlurmdParameters=config_overrides
      NodeName=\(host) NodeAddr=127.0.0.1 CPUs=\(ProcessInfo.processInfo.activeProcessorCount) RealMemory=64000 State=UNKNOWN
      PartitionName=debug Nodes=\(host) Default=YES MaxTime=INFINITE State=UP

      """
  }

  private func start() throws {
    let script = """
      cd '\(folder.path)' || exit 99
      munged -F --key-file="$PWD/munge/key" --socket="$PWD/munge/socket" --pid-file="$PWD/munge/pid" \
        --log-file="$PWD/munge/log" --seed-file="$PWD/munge/seed" > munged.out 2>&1 < /dev/null & munge=$!
      for i in $(seq 100); do [ -S munge/socket ] && break; sleep 0.1; done
      slurmctld -D > slurmctld.out 2>&1 < /dev/null & controller=$!
      slurmd -D -N '\(String(ProcessInfo.processInfo.hostName.prefix { $0 != "." }))' > slurmd.out 2>&1 < /dev/null &
      node=$!
      cat > /dev/null
      timeout 5 scancel --user=root
      for i in $(seq 100); do [ -z "$(timeout 5 squeue --noheader)" ] && break; sleep 0.1; done
      for daemon in $node $controller $munge; do
        # The tests' threads block signals, and a daemon that inherits that may not hear the first one.
        kill $daemon
        for i in $(seq 10); do kill -0 $daemon 2> /dev/null || break; sleep 0.1; done
        kill -9 $daemon 2> /dev/null
        wait $daemon
      done
      # The state is of no use, and whoever held the folder may have been killed.
      rm -rf '\(folder.path)'
      """
    keeper.executableURL = URL(fileURLWithPath: "/bin/bash")
    keeper.arguments = ["-c", script]
    keeper.environment = environment
    keeper.standardInput = leash
    keeper.standardOutput = FileHandle.nullDevice
    keeper.standardError = FileHandle.nullDevice
    try keeper.run()
    for _ in 0..<200 {
      if try run("sinfo", "--noheader", "--format=%T").contains("idle") {
        // Without this the daemons end as well, a little after the tests.
        atexit { RealSlurm.shared?.stop() }
        return
      }
      usleep(100_000)
    }
    stop()
    throw Unavailable()
  }

  /// Ends every job and every daemon, and waits for that.
  func stop() {
    try? leash.fileHandleForWriting.close()
    for _ in 0..<400 where keeper.isRunning { usleep(100_000) }
  }

  /// What a command of Slurm's prints; nothing where it fails.
  @discardableResult
  func run(_ program: String, _ arguments: String...) throws -> String {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["timeout", "20", program] + arguments
    process.environment = environment
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return text
  }

  /// Jobs in the queue, one a line.
  func queue() throws -> String { try run("squeue", "--noheader", "--array", "--format=%i %T") }
}
