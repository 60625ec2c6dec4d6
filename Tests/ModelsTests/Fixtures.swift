import Datasets
import Foundation
import LinearAlgebra
import Models
import TestSupport
import Testing
import Torch

/// Small images on a small grid of dSprites' factors.
struct PatternImages: FactorImages {
  /// Whether the pixels follow the place in the batch instead of the index, so that a test need not know which images
  /// a model drew.
  var byRow = false
  let grid = FactorGrid(names: ["shape", "scale", "orientation", "x", "y"], sizes: [3, 2, 4, 5, 5])
  let width = 16
  let height = 16

  func fill(_ indices: [Int], into pixels: UnsafeMutableBufferPointer<Float>) {
    for (row, index) in indices.enumerated() {
      let number = byRow ? row : index
      for y in 0..<height {
        for x in 0..<width {
          let isSet = (x * (number + 1) + y * 3 + number) % 7 < 3
          pixels[(row * height + y) * width + x] = isSet ? 1 : 0
        }
      }
    }
  }
}

/// The three models in tiny configurations.
enum Kind: String, CaseIterable, Sendable {
  case vae, adamVAE, dcign, infogan

  func make(seed: UInt64 = 5, images: any FactorImages = PatternImages()) throws -> any TrainableModel {
    // A team of threads for each of these small tensors would only wait for its members.
    try TorchInfo.setThreads(1)
    return switch self {
    case .vae:
      try BetaVAE(configuration: .init(hidden: 16, latents: 3, batch: 8), images: images, seed: seed)
    case .adamVAE:
      try BetaVAE(
        configuration: .init(
          hidden: 16, latents: 3, beta: 1, batch: 8, optimiser: .adam, learningRate: 1e-3,
          initialisation: .fanIn),
        images: images, seed: seed)
    case .dcign: try DCIGN(configuration: .tiny, images: images, seed: seed)
    case .infogan: try InfoGAN(configuration: .tiny, images: images, seed: seed)
    }
  }

  var latents: Int {
    switch self {
    case .vae, .adamVAE: 3
    case .dcign: 6
    case .infogan: 2
    }
  }
}

extension DCIGNConfiguration {
  static let tiny = DCIGNConfiguration(
    channels: [2, 3, 4], latents: 6, batch: 8, learningRate: 0.0005, smoothing: 0.1, weightDecay: 0.0005,
    clampPull: 0.01, intrinsicShare: 5)
}

extension InfoGANConfiguration {
  static let tiny = InfoGANConfiguration(
    codes: 2, noise: 3, hidden: 8, channels: [4, 3, 2], batch: 8, information: 0.5, instanceNoise: 0.1,
    generatorRate: 1e-2, discriminatorRate: 2e-3)
}

extension Trainable {
  func update(times: Int) throws { for _ in 0..<times { _ = try update() } }

  /// All that a continued run depends on, as bytes.
  func snapshot() throws -> Data {
    let folder = try TemporaryDirectory()
    try saveCheckpoint(to: folder.path("snapshot"))
    return try Data(contentsOf: URL(fileURLWithPath: folder.path("snapshot")))
  }

  /// The weights by name, row-major.
  func weights() throws -> [String: [Float]] {
    let folder = try TemporaryDirectory()
    try saveWeights(to: folder.path("weights"))
    let file = try SafetensorsFile(path: folder.path("weights"))
    return try Dictionary(
      uniqueKeysWithValues: file.names.map { ($0, try file.tensor(named: $0).elements()) })
  }
}

/// PyTorch's runs, written by `reference/generate.py`.
struct Reference: Decodable, Sendable {
  struct VAE: Decodable, Sendable {
    var hidden, latents: Int
    var beta: Double
    /// Of every update: loss, reconstruction, divergence.
    var curve: [[Double]]
    /// The sum and the sum of squares of every tensor after the last update.
    var weights: [String: [Double]]
  }
  struct Run: Decodable, Sendable {
    var curve: [[Double]]
    var weights: [String: [Double]]
  }
  var vae: [VAE]
  var dcign, infogan: Run

  static let seed: UInt64 = 20_170_424

  static func load(file: String = #filePath) throws -> Reference {
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
    return try JSONDecoder().decode(
      Reference.self, from: Data(contentsOf: folder.appendingPathComponent("reference/models.json")))
  }
}

/// A NumPy file of 32-bit floats.
func npy(_ elements: [Float], _ shape: [Int]) -> [UInt8] {
  let sizes = shape.map { "\($0)," }.joined(separator: " ")
  var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(sizes)), }"
  while (header.utf8.count + 11) % 64 != 0 { header += " " }
  header += "\n"
  let length = UInt16(header.utf8.count)
  return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 255), UInt8(length >> 8)] + Array(header.utf8)
    + elements.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian, Array.init) }
}
