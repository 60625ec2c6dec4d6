import ArgumentParser
import Files
import LinearAlgebra
import Models
import Randomness
import Torch

/// Updates per second of M1 on rows of 600 numbers, the peer of `pytorch_m1.py`.
struct M1Training: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "m1")
  @Option var batch = 500
  @Option var threads = 1
  @Option(help: "Per round.") var updates = 20
  @Option var rounds = 3

  func run() throws {
    try TorchInfo.retainFreedMemory()
    try TorchInfo.setThreads(threads)
    var stream = RandomStream(seed: 1)
    let rows = Matrix<Float>(rows: 8 * batch, columns: 600) { elements in
      for index in elements.indices { elements[index] = Float(stream.normal()) }
    }
    let model = try GaussianVAE(
      configuration: GaussianVAEConfiguration(batch: batch), inputs: rows, seed: 1)
    let (timing, loss) = try timeTraining(warmUp: 5, rounds: rounds, updates: updates) {
      try model.update()["loss"] ?? 0
    }
    let line: JSON = [
      "batch": .int(batch), "threads": .int(threads),
      "updates_per_second": .number(Double(updates) / timing.seconds),
      "loss": .number(loss), "peak_megabytes": .number(peakMegabytes()),
    ]
    print(line.canonical)
  }
}
