import Datasets
import Foundation
import Models
import Testing
import Torch

/// The images of `reference/dcgan.py`: bytes that follow a formula, no two of five neighbours alike.
func patternImages(_ count: Int, channels: Int = 3, side: Int = 16) -> ImageStack {
  var bytes: [UInt8] = []
  for i in 0..<count {
    for c in 0..<channels {
      for y in 0..<side {
        for x in 0..<side {
          let row = y * 3 + i * 7 + c * 5
          bytes.append(UInt8((x * (i % 5 + 1) + row) % 11 * 23))
        }
      }
    }
  }
  return ImageStack(channels: channels, height: side, width: side, bytes: bytes)
}

extension DCGANConfiguration {
  static let tiny = DCGANConfiguration(widths: [3, 4, 5], strides: [1, 2, 2], latents: 6, batch: 8)
}

/// PyTorch's runs, written by `reference/dcgan.py`.
struct DCGANReference: Decodable, Sendable {
  struct Features: Decodable, Sendable {
    let training, count: Int
    /// The sum and the sum of squares of every layer's features.
    let layers: [[Double]]
    /// Every seventh feature of the second image.
    let first: [Double]
  }
  let widths, strides: [Int]
  let kernel, latents, batch: Int
  let prior: DCGANConfiguration.Prior
  let rate: Double
  let untrained, trained: Features
  /// Of every update: the generator's loss, the discriminator's, its accuracies on real and on generated images.
  let curve: [[Double]]
  let weights: [String: [Double]]

  var configuration: DCGANConfiguration {
    DCGANConfiguration(
      widths: widths, strides: strides, kernel: kernel, latents: latents, prior: prior, batch: batch,
      learningRate: rate)
  }

  static func load(file: String = #filePath) throws -> [DCGANReference] {
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
    return try JSONDecoder().decode(
      [DCGANReference].self, from: Data(contentsOf: folder.appendingPathComponent("reference/dcgan.json")))
  }
}

/// Whether a tensor has this sum and this sum of squares, up to rounding; a sum may cancel, so it is judged by the
/// magnitude of its terms.
func matches(_ elements: some Collection<Float>, _ sums: [Double], tolerance: Double = 1e-4) -> Bool {
  let sum = elements.reduce(0) { $0 + Double($1) }
  let squares = elements.reduce(0) { $0 + Double($1) * Double($1) }
  let scale = max(1e-3, sums[1])
  return abs(squares - sums[1]) < tolerance * scale
    && abs(sum - sums[0]) < tolerance * (scale * Double(elements.count)).squareRoot()
}
