import Foundation
import LinearAlgebra
import Models
import Randomness
import Testing
import Torch

/// The bounds of two models, written by `reference/vae.py`.
struct BoundReference: Decodable, Sendable {
  struct M1: Decodable, Sendable {
    let inputs, latents, count: Int
    let hidden: [Int]
    let reconstruction, kl: Double
    let means, logVariances, decoded: [Float]
  }
  struct M2: Decodable, Sendable {
    let size, hidden, latents, classes, count: Int
    let labels, predictions: [Int]
    let alpha, labelled, unlabelled, classification, loss: Double
    let reconstructions: [Float]
  }
  let m1: M1
  let m2: M2

  static func load(file: String = #filePath) throws -> BoundReference {
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
    return try JSONDecoder().decode(
      BoundReference.self, from: Data(contentsOf: folder.appendingPathComponent("reference/vae.json")))
  }

  /// The rows of the reference.
  static func rows(_ count: Int, _ columns: Int) -> Matrix<Float> {
    var matrix = Matrix<Float>(rows: count, columns: columns)
    for row in 0..<count {
      for column in 0..<columns {
        matrix[row, column] = Float(2 * cos(0.9 * Double(row) + 0.4 * Double(column * column)))
      }
    }
    return matrix
  }
}

private func close(_ found: [Float], _ expected: [Float]) -> Bool {
  found.count == expected.count && zip(found, expected).allSatisfy { abs($0 - $1) < 1e-5 * max(1, abs($1)) }
}

@Suite("M1, a VAE of rows of real numbers")
struct GaussianVAETests {
  init() throws { try TorchInfo.setThreads(1) }

  private static let tiny = GaussianVAEConfiguration(
    hidden: [5, 4], latents: 3, batch: 4, learningRate: 1e-2)

  @Test("the bound, codes and decoded rows are those of the reference")
  func reference() throws {
    let expected = try BoundReference.load().m1
    let rows = BoundReference.rows(expected.count, expected.inputs)
    let model = try GaussianVAE(
      configuration: .init(hidden: expected.hidden, latents: expected.latents, batch: expected.count),
      inputs: rows, seed: 1)
    try model.setFormulaWeights()
    #expect(abs(try model.bound(of: rows) + expected.reconstruction + expected.kl) < 1e-4)
    let codes = try model.encode(0..<expected.count, of: rows)
    #expect(close(codes.means.elements, expected.means))
    #expect(close(codes.logVariances.elements, expected.logVariances))
    #expect(close(try model.decode(codes.means).elements, expected.decoded))
    let part = try model.encode(2..<4, of: rows)
    let middle = (2 * expected.latents)..<(4 * expected.latents)
    #expect(close(part.means.elements, Array(expected.means[middle])))
    let step = try model.update()
    #expect(abs(try #require(step["reconstruction"]) - expected.reconstruction) < 1e-4)
    #expect(abs(try #require(step["kl"]) - expected.kl) < 1e-4)
    #expect(abs(try #require(step["loss"]) - expected.reconstruction - expected.kl) < 1e-4)
  }

  @Test("without hidden layers, the mean bound is the closed form, the noise of the codes included")
  func linearCase() throws {
    // One latent and one input: z ~ N(0.8 x + 0.1, e^-1), p(x|z) = N(1.5 z - 0.3, e^0.4).
    let x: Float = 0.7
    let rows = Matrix<Float>(rows: 20_000, columns: 1, repeating: x)
    let model = try GaussianVAE(
      configuration: .init(hidden: [], latents: 1, batch: 1), inputs: rows, seed: 3)
    try model.setWeights([
      "encoder.mean.weight": [0.8], "encoder.mean.bias": [0.1], "encoder.log_variance.weight": [0],
      "encoder.log_variance.bias": [-1], "decoder.mean.weight": [1.5], "decoder.mean.bias": [-0.3],
      "decoder.log_variance.weight": [0], "decoder.log_variance.bias": [0.4],
    ])
    let (mean, variance) = (0.8 * Double(x) + 0.1, exp(-1.0))
    let error = Double(x) - (1.5 * mean - 0.3)
    let square = error * error + 1.5 * 1.5 * variance
    let expected =
      -0.5 * (log(2 * .pi) + 0.4 + square / exp(0.4)) - 0.5 * (mean * mean + variance + 1 - 1)
    // The square has a deviation of about 1.6, and 20,000 rows take it to 0.004 in the bound.
    #expect(abs(try model.bound(of: rows) - expected) < 0.02)
    #expect(try model.bound(of: rows) == model.bound(of: rows))
  }

  @Test("gradients are those of finite differences")
  func gradients() throws {
    try expectNumericalGradients {
      try GaussianVAE(configuration: GaussianVAETests.tiny, inputs: BoundReference.rows(4, 6), seed: 2)
    } prepare: { model in
      // Log variances start without weights, and would leave the layers below them without gradients.
      try model.setWeights([
        "encoder.log_variance.weight": (0..<12).map { Float($0 % 5) * 0.2 - 0.4 },
        "decoder.log_variance.weight": (0..<24).map { Float($0 % 7) * 0.1 - 0.3 },
      ])
    }
  }

  @Test("weights start scaled by their inputs, biases and log variances at zero")
  func start() throws {
    let model = try GaussianVAE(
      configuration: .init(hidden: [50], latents: 40, batch: 1), inputs: BoundReference.rows(1, 30), seed: 2)
    let weights = try model.weights()
    for name in ["encoder.log_variance.weight", "decoder.log_variance.weight"] {
      #expect(try #require(weights[name]).allSatisfy { $0 == 0 })
    }
    for (name, elements) in weights where name.hasSuffix("bias") { #expect(elements.allSatisfy { $0 == 0 }) }
    for (name, fanIn) in [("encoder.1", 30), ("encoder.mean", 50), ("decoder.1", 40), ("decoder.mean", 50)] {
      let elements = try #require(weights["\(name).weight"])
      let variance = elements.reduce(0) { $0 + Double($1) * Double($1) } / Double(elements.count)
      #expect(abs(variance * Double(fanIn) - 1) < 0.15, "\(name)")
    }
  }

  @Test("a restored checkpoint continues as the unbroken run does")
  func continuation() throws {
    try expectContinuation {
      try GaussianVAE(configuration: GaussianVAETests.tiny, inputs: BoundReference.rows(13, 6), seed: $0)
    }
  }

  @Test("training raises the bound, and reading it changes nothing")
  func learning() throws {
    var stream = RandomStream(seed: 4)
    let rows = Matrix<Float>(
      rows: 256, columns: 6,
      elements: (0..<256).flatMap { _ in
        let source = stream.normal()
        return (0..<6).map { Float(source * Double($0 - 2) + 0.1 * stream.normal()) }
      })
    func make() throws -> GaussianVAE {
      try GaussianVAE(
        configuration: .init(hidden: [16], latents: 2, batch: 64, learningRate: 1e-2), inputs: rows, seed: 1)
    }
    let model = try make()
    let alone = try make()
    let before = try model.bound(of: rows)
    for _ in 0..<5 {
      _ = try model.update()
      _ = try alone.update()
      _ = try model.bound(of: rows)
    }
    #expect(try model.snapshot() == alone.snapshot())
    try model.update(times: 295)
    // Six independent Gaussians of these variances have 10.9 nats; one source behind them all saves more than five.
    #expect(try model.bound(of: rows) > before + 5)
  }

  @Test("rows that do not fit are refused with their sizes")
  func unsuitable() throws {
    let error = #expect(throws: ModelError.self) {
      _ = try GaussianVAE(
        configuration: GaussianVAETests.tiny, inputs: BoundReference.rows(3, 6), seed: 1)
    }
    #expect(
      error?.description
        == "Gaussian VAE cannot use 3 rows of 6 numbers; it needs at least a minibatch of 4 rows")
    let model = try GaussianVAE(
      configuration: GaussianVAETests.tiny, inputs: BoundReference.rows(4, 6), seed: 1)
    let narrow = #expect(throws: ModelError.self) { _ = try model.bound(of: BoundReference.rows(4, 5)) }
    #expect(narrow?.description == "Gaussian VAE cannot use rows of 5 numbers; it needs rows of 6")
    let beyond = #expect(throws: ModelError.self) {
      _ = try model.encode(2..<9, of: BoundReference.rows(4, 6))
    }
    #expect(beyond?.description == "Gaussian VAE cannot use rows 2..<9; it needs rows of a source of 4")
    #expect(throws: ModelError.self) { _ = try model.decode(BoundReference.rows(2, 4)) }
    #expect(throws: ModelError.self) { _ = try model.bound(of: Matrix<Float>(rows: 0, columns: 6)) }
  }
}
