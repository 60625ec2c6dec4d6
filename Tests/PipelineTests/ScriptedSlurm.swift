import Files
import Foundation
import TestSupport

@testable import Pipeline

/// Slurm's commands as scripts that answer what a test tells them to, and write down how they were called.
struct ScriptedSlurm {
  let folder: TemporaryDirectory
  let store: Store

  init() throws {
    folder = try TemporaryDirectory()
    store = Store(root: folder.path("store"))
    try POSIXFileSystem().makeDirectories(folder.path("bin"))
    for name in ["sbatch", "squeue", "sacct", "scancel", "scontrol"] { try install(name) }
    try folder.file("next", Array("1".utf8))
    try answer("sacct", "", code: 1, errors: "Slurm accounting storage is disabled")
  }

  /// Only the scripts are on it, so that a Slurm of this machine stays out of the way.
  var environment: [String: String] { ["PATH": folder.path("bin"), "RETABLE_DATA": "/data/my sets"] }

  private func install(_ name: String) throws {
    let number =
      name == "sbatch"
      ? "if [ ! -e sbatch.out ]; then n=$(cat next); echo $((n + 1)) > next; echo $n; fi" : ""
    let path = try folder.file(
      "bin/\(name)",
      Array(
        """
        #!/bin/sh
        PATH=/usr/bin:/bin
        cd '\(folder.path)' || exit 99
        echo "\(name) $*" >> calls
        if [ -e \(name).hangs ]; then sleep 600; fi
        if [ -e \(name).err ]; then cat \(name).err >&2; fi
        if [ -e \(name).code ]; then cat \(name).out; exit "$(cat \(name).code)"; fi
        \(number)
        if [ -e \(name).out ]; then cat \(name).out; fi
        exit 0

        """.utf8))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
  }

  /// What a command prints and how it exits from now on.
  func answer(_ name: String, _ output: String, code: Int? = nil, errors: String = "") throws {
    try folder.file("\(name).out", Array((output.isEmpty ? "" : output + "\n").utf8))
    try folder.file("\(name).err", Array((errors.isEmpty ? "" : errors + "\n").utf8))
    if let code {
      try folder.file("\(name).code", Array("\(code)".utf8))
    } else {
      try POSIXFileSystem().removeTree(folder.path("\(name).code"))
    }
  }

  /// Lets sbatch accept jobs again, with the next number.
  func accept() throws {
    for file in ["sbatch.out", "sbatch.err", "sbatch.code", "sbatch.hangs"] {
      try POSIXFileSystem().removeTree(folder.path(file))
    }
  }

  func hang(_ name: String, _ hangs: Bool = true) throws {
    if hangs {
      try folder.file("\(name).hangs", [])
    } else {
      try POSIXFileSystem().removeTree(folder.path("\(name).hangs"))
    }
  }

  func remove(_ name: String) throws { try POSIXFileSystem().removeFile(folder.path("bin/\(name)")) }

  /// What squeue lists: job, state, reason.
  func list(_ jobs: (id: String, state: String, reason: String)...) throws {
    try answer("squeue", jobs.map { "\($0.id)|\($0.state)|\($0.reason)|retable-x" }.joined(separator: "\n"))
  }

  /// How a command was called, in order.
  func calls(_ name: String) -> [String] {
    let text = (try? POSIXFileSystem().text(of: folder.path("calls"))) ?? ""
    return text.split(separator: "\n").filter { $0.hasPrefix("\(name) ") }.map {
      String($0.dropFirst(name.count + 1))
    }
  }

  var batches: [(batch: SlurmBatch, tasks: [(index: Int, step: Step)])] { SlurmBatch.all(in: store) }

  /// The task folder of a step.
  func task(_ step: Step) -> TaskFolder? {
    for (batch, tasks) in batches {
      for task in tasks where task.step.identity == step.identity { return batch.task(task.index) }
    }
    return nil
  }

  /// As a worker on a node does it: the artifact, and the reply.
  func finish(_ step: Step) throws {
    try task(step)?.write(.finished(identity: step.identity, seconds: 2, peakMemory: 3))
  }

  /// The artifact alone, as of a worker that died before it could reply.
  func commit(_ step: Step) -> WorkerReply {
    let worker = Worker(registry: Registry([SumStep()]), environment: [:], replies: -1) { _ in }
    return worker.carryOut(Assignment(step: step, store: store.root))
  }

  func dispatcher(_ change: (inout SlurmSettings) -> Void = { _ in }) -> Dispatched {
    var settings = SlurmSettings()
    settings.commandLimit = .milliseconds(5000)
    settings.patience = 3
    settings.minutes = 30
    change(&settings)
    return Dispatched(self, settings)
  }
}

/// A dispatcher that belongs to a test, with what it delivered.
final class Dispatched {
  private(set) var events: [ExecutorEvent] = []
  private(set) var dispatcher: SlurmDispatcher!

  init(_ slurm: ScriptedSlurm, _ settings: SlurmSettings) {
    dispatcher = SlurmDispatcher(
      store: slurm.store, settings: settings, worker: ["/opt/retable", "worker"],
      environment: slurm.environment, deliver: { [unowned self] in events.append($0) })
  }

  func submit(_ steps: Step..., waiting: [Step] = []) {
    for step in steps { dispatcher.start(step) }
    dispatcher.flush(waiting: waiting)
  }

  func poll(_ times: Int = 1) { for _ in 0..<times { dispatcher.poll() } }

  /// Replies other than progress.
  var replies: [WorkerReply] {
    events.compactMap { if case .reply(let reply) = $0, !reply.isProgress { reply } else { nil } }
  }
  var progress: [String] {
    events.compactMap { if case .reply(.progress(_, _, let message)) = $0 { message } else { nil } }
  }
  var warnings: [String] { events.compactMap { if case .warning(let text) = $0 { text } else { nil } } }
  var losses: [String] {
    events.compactMap { if case .lost(_, let failure) = $0 { failure.message } else { nil } }
  }
}

extension WorkerReply {
  fileprivate var isProgress: Bool { if case .progress = self { true } else { false } }
}
