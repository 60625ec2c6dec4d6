import ArgumentParser
import Datasets
import Files
import Models
import Randomness
import Torch

/// Seconds an update of CycleGAN, the peer of `cyclegan/pytorch_cyclegan.py`: one image of each domain, both generators
/// and both discriminators, adversarial and cycle terms.
struct CycleGANTraining: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "cyclegan")
  @Option var side = 64
  @Option(help: "Of the generators and of the discriminators.") var filters = 32
  @Option(help: "Residual blocks.") var blocks = 6
  @Option var threads = 1
  @Option(help: "Per round.") var updates = 8
  @Option var rounds = 3
  @Option(help: "Of products: float32 or bf16.") var precision = Precision.float32

  func run() throws {
    try TorchInfo.retainFreedMemory()
    try TorchInfo.setThreads(threads)
    var stream = RandomStream(seed: 0)
    let pixels = (0..<(16 * 3 * side * side)).map { _ in UInt8(stream.index(below: 256)) }
    let images = ImageStack(channels: 3, height: side, width: side, bytes: pixels)
    let networks = TranslationNetworks(filters: filters, blocks: blocks, discriminatorFilters: filters)
    let model = try TranslationGAN(
      configuration: TranslationConfiguration(networks: networks, side: side, updates: 1_000_000),
      photos: images, labels: images, seed: 1)
    let (timing, loss) = try timeTraining(warmUp: 2, rounds: rounds, updates: updates) {
      try precision { try model.update()["forward_cycle"] ?? 0 }
    }
    let line: JSON = [
      "side": .int(side), "filters": .int(filters), "threads": .int(threads),
      "precision": .string(precision.rawValue),
      "seconds_per_update": .number(timing.seconds / Double(updates)),
      "processor_seconds_per_update": .number(timing.processorSeconds / Double(updates)),
      "peak_megabytes": .number(peakMegabytes()), "forward_cycle": .number(loss),
    ]
    print(line.canonical)
  }
}
