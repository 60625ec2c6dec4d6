import ArgumentParser
import Datasets
import Files
import Foundation
import LinearAlgebra
import Metrics
import Models
import Randomness

/// The `dlib5` score of an encoder with 1200-unit layers on all of dSprites, the peer of `numpy_dlib5.py`.
///
/// The weights are random, which changes no time: what is measured is the way from packed images to the score.
struct DLib5: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "dlib5")
  @Option var threads = 2
  @Option var hidden = 1200
  @Option var latents = 10
  @Option var seed: UInt64 = 1
  @Option(help: "A folder to write images, weights and codes to, for the peer; nothing is scored then.")
  var write: String?

  func run() throws {
    BLAS.threads = threads
    let images = try DSprites.rendered()
    let layers = encoder()
    if let write { return try export(images, layers, to: write) }

    let clock = ContinuousClock()
    let start = clock.now
    let codes = encode(images, layers)
    let encoded = clock.now
    let pool = try CodePool(grid: images.grid, codes: .dense(codes))
    let metric = try HigginsScore(.dlib5)
    let points = try metric.points(from: pool, seed: seed)
    let drawn = clock.now
    let score = try metric.scores(on: points, seed: seed)[0]
    let end = clock.now

    let line: JSON = [
      "threads": .int(threads), "accuracy": .number(score.accuracy),
      "encoding_seconds": .number((encoded - start) / .seconds(1)),
      "differences_seconds": .number((drawn - encoded) / .seconds(1)),
      "classifier_seconds": .number((end - drawn) / .seconds(1)),
      "seconds": .number((end - start) / .seconds(1)),
      "peak_megabytes": .number(peakMegabytes()),
    ]
    print(line.canonical)
  }

  /// Every image once: 15,000 points of 64 pairs draw 93 % of all images, and each of those 2.8 times.
  private func encode(_ images: DSprites, _ layers: Layers) -> Matrix<Float> {
    BinaryPerceptron(layers: layers)
      .encode(images, Array(0..<images.grid.count), threads: threads)
  }

  private typealias Layers = [(weights: Matrix<Float>, bias: [Float])]

  /// Glorot-uniform weights and small biases.
  private func encoder() -> Layers {
    var stream = RandomStream(seed: seed)
    func uniform(_ count: Int, limit: Double) -> [Float] {
      (0..<count).map { _ in Float((2 * stream.uniform() - 1) * limit) }
    }
    let widths = [DSprites.side * DSprites.side, hidden, hidden, latents]
    return zip(widths, widths.dropFirst()).map { inputs, outputs in
      let limit = (6 / Double(inputs + outputs)).squareRoot()
      return (
        Matrix(rows: outputs, columns: inputs, elements: uniform(inputs * outputs, limit: limit)),
        uniform(outputs, limit: 0.01)
      )
    }
  }

  /// Little-endian numbers without headers: `images.u64` [737280, 64], `weights-<i>.f32` [outputs, inputs],
  /// `bias-<i>.f32`, and `codes.f32` [737280, latents], with which the peer compares its own.
  private func export(_ images: DSprites, _ layers: Layers, to folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    func write(_ numbers: [some Any], _ name: String) throws {
      try numbers.withUnsafeBytes { try DurableFile.write($0, to: "\(folder)/\(name)") }
    }
    try write(images.packedWords(for: Array(0..<images.grid.count)), "images.u64")
    for (index, layer) in layers.enumerated() {
      try write(layer.weights.elements, "weights-\(index).f32")
      try write(layer.bias, "bias-\(index).f32")
    }
    try write(encode(images, layers).elements, "codes.f32")
  }
}
