import ArgumentParser
import Datasets
import Files
import LinearAlgebra
import Metrics
import Models
import Torch

/// The Swift side of the benchmarks; each prints one JSON line, as its peer does.
@main
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retable-bench", abstract: "Times what Benchmarks/README.md lists.",
    subcommands: [
      VAETraining.self, PixelDifferences.self, SVMFit.self, KMeansIterations.self, PatchEncoding.self,
      NearestNeighbours.self, PrincipalComponents.self, TransductiveFit.self, M1Training.self,
      DCGANTraining.self,
      CycleGANTraining.self, DLib5.self,
    ])

  static func main() {
    ComputeEnvironment.enter()
    main(nil)
  }
}

/// Updates per second of the 1200-unit beta-VAE with Adagrad, the peer of `pytorch_vae.py`.
struct VAETraining: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "vae")
  @Option var batch = 64
  @Option var threads = 2
  @Option(help: "Per round.") var updates = 20
  @Option var rounds = 3
  @Option(help: "float32 or bf16: what products are computed of.") var precision = Precision.float32

  func run() throws {
    try TorchInfo.retainFreedMemory()
    try TorchInfo.setThreads(threads)
    let images = try DSprites.rendered(
      FactorSelection(.dSprites, keeping: ["orientation": [0], "scale": [3, 5]]))
    let model = try BetaVAE(
      configuration: BetaVAEConfiguration(batch: batch, initialAccumulator: 0), images: images, seed: 1)
    let (timing, loss) = try timeTraining(warmUp: 5, rounds: rounds, updates: updates) {
      try precision { try model.update()["loss"] ?? 0 }
    }
    let line: JSON = [
      "batch": .int(batch), "threads": .int(threads), "precision": .string(precision.rawValue),
      "updates_per_second": .number(Double(updates) / timing.seconds),
      "loss": .number(loss),
    ]
    print(line.canonical)
  }
}

/// Raw-pixel differences of 10,000 points with 64 pairs each, by XOR and vertical counters.
struct PixelDifferences: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "pixels")
  @Option var points = 10_000
  @Option var pairs = 64
  @Option var rounds = 5

  func run() throws {
    let images = try DSprites.rendered()
    let indices = Array(0..<images.grid.count)
    let bits = try PackedBits(count: indices.count, bits: 4096, words: images.packedWords(for: indices))
    let pool = try CodePool(grid: images.grid, codes: .binary(bits))
    let metric = try HigginsScore(
      .init(
        factors: images.grid.names, pairsPerPoint: pairs, trainPoints: points, testPoints: 1,
        classifier: .logistic(C: 1)))
    let bandwidth = ReadBandwidth(bits: bits)
    // Two images of 512 bytes per pair.
    let gigabytes = Double(points * pairs * 2 * 512) / 1e9
    var seconds: [Double] = []
    var sequential: [Double] = []
    var random: [Double] = []
    // In turns, so that what else the machine does falls on all three.
    for round in 0..<rounds {
      let order = ReadBandwidth.pairs(
        of: images.grid, points: points, pairsPerPoint: pairs, seed: UInt64(round))
      seconds.append(
        try ContinuousClock().measure { _ = try metric.points(from: pool, seed: UInt64(round)) } / .seconds(1)
      )
      random.append(bandwidth.random(order))
      sequential.append(bandwidth.sequential())
    }
    let shares = zip(seconds, random).map { gigabytes / $0 / $1 }
    let line: JSON = [
      "seconds": .number(median(seconds)), "gigabytes_per_second": .number(gigabytes / median(seconds)),
      "random_read_gigabytes_per_second": .number(median(random)),
      "sequential_read_gigabytes_per_second": .number(median(sequential)),
      "share_of_random_read": .number(median(shares)),
    ]
    print(line.canonical)
  }
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

extension Precision: ExpressibleByArgument {}
