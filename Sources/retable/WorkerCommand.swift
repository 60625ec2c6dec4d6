import ArgumentParser
import LinearAlgebra
import Pipeline
import Steps
import Torch

struct WorkerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker", abstract: "Carry out steps given on standard input.", shouldDisplay: false)

  func run() throws {
    // Networks free and allocate the same large tensors in every update; giving the pages back each time costs more
    // than the arithmetic of a small convolution.
    try TorchInfo.retainFreedMemory()
    Worker.onStandardOutput(registry: registry, environment: Libraries.versions) { threads in
      BLAS.threads = threads
      try? TorchInfo.setThreads(threads)
    }.serve()
  }
}

/// What the last bits of a number depend on: versions, and the kernels that were chosen for this processor.
enum Libraries {
  static var versions: [String: String] {
    let blas = BLAS.info
    return [
      "retable": Version.text, "libtorch": "\(TorchInfo.version), \(TorchInfo.cpuCapability)",
      "openblas": "\(blas.version), \(blas.core)", "processor": ProcessFacts.processor,
    ]
  }
}
