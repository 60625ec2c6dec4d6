import ArgumentParser
import LinearAlgebra
import Pipeline
import Steps
import Torch

struct WorkerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker", abstract: "Carry out steps given on standard input.", shouldDisplay: false)

  @Option(help: "Carry out the one assignment in this file and leave the answer beside it.")
  var assignment: String?
  @Option(help: "How often a job may go back into Slurm's queue at its time limit.") var requeues = 20

  func validate() throws { try check(requeues, in: 0...1_000_000, "--requeues") }

  func run() throws {
    ComputeEnvironment.enter()
    // Networks free and allocate the same large tensors in every update; giving the pages back each time costs more
    // than the arithmetic of a small convolution.
    try? TorchInfo.retainFreedMemory()
    guard let assignment else {
      return Worker.onStandardOutput(
        registry: Kinds.standard.registry, environment: try Libraries.versions, setThreads: Self.setThreads
      ).serve()
    }
    let exit = Worker.carryOut(
      assignmentFile: assignment, registry: Kinds.standard.registry, environment: try Libraries.versions,
      requeues: requeues,
      setThreads: Self.setThreads)
    if exit != .done { throw ExitCode(exit.rawValue) }
  }

  private static func setThreads(_ threads: Int) {
    BLAS.threads = threads
    try? TorchInfo.setThreads(threads)
  }
}

/// What the last bits of a number depend on: versions, and the kernels that were chosen for this processor.
enum Libraries {
  static var versions: [String: String] {
    get throws {
      let blas = BLAS.info
      let kernels = [blas.version, blas.core, ComputeEnvironment.chosenKernels].compactMap { $0 }
      return [
        "retable": Version.text, "libtorch": "\(try TorchInfo.version), \(try TorchInfo.cpuCapability)",
        "openblas": kernels.joined(separator: ", "), "processor": ProcessFacts.processor,
      ]
    }
  }
}
