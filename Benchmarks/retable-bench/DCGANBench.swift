import ArgumentParser
import Datasets
import Files
import Models
import Randomness
import Torch

/// Training images per second of the 32 x 32 DCGAN, the peer of `dcgan/pytorch_dcgan.py`: minibatches taken from the data
/// by both networks together, of which an update takes one for each.
struct DCGANTraining: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "dcgan")
  @Option(help: "Channels of the discriminator's convolutions, joined by commas.")
  var widths = "32,32,64,64,128,128"
  @Option var batch = 128
  @Option var threads = 2
  @Option(help: "Per round; each takes two minibatches.") var updates = 4
  @Option var rounds = 3
  @Option(help: "Of products: float32 or bf16.") var precision = Precision.float32

  func run() throws {
    let channels = widths.split(separator: ",").compactMap { Int($0) }
    guard !channels.isEmpty, channels.count == widths.split(separator: ",").count else {
      throw ValidationError("--widths takes numbers joined by commas, not \(widths)")
    }
    try TorchInfo.retainFreedMemory()
    try TorchInfo.setThreads(threads)
    var stream = RandomStream(seed: 0)
    let pixels = (0..<(4 * batch * 3 * 32 * 32)).map { _ in UInt8(stream.index(below: 256)) }
    let model = try DCGAN(
      configuration: .imageNet(widths: channels, batch: batch),
      images: ImageStack(channels: 3, height: 32, width: 32, bytes: pixels), seed: 1)
    let (timing, loss) = try timeTraining(warmUp: 1, rounds: rounds, updates: updates) {
      try precision { try model.update()["discriminator"] ?? 0 }
    }
    let images = updates * 2 * batch
    let line: JSON = [
      "widths": .string(widths), "batch": .int(batch), "threads": .int(threads),
      "precision": .string(precision.rawValue),
      "images_per_second": .number(Double(images) / timing.seconds), "loss": .number(loss),
    ]
    print(line.canonical)
  }
}
