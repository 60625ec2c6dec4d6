import Foundation
import Models
import Testing

extension ExemplarCNNConfiguration {
  static let tiny = ExemplarCNNConfiguration(
    widths: [3, 4, 5], hidden: 6, seeds: 7, copies: 4, batch: 8, updates: 40)
}

/// Answers of PyTorch, NumPy and SciPy, written by `reference/exemplar.py`.
struct ExemplarReference: Decodable, Sendable {
  struct Training: Decodable, Sendable {
    /// Before the first update, of eight patches.
    let logits: [Double]
    let curve: [Double]
    let weights: [String: [Double]]
  }
  struct Features: Decodable, Sendable {
    let training, count, enlargement, size: Int
    let sums: [Double]
    /// Every fifth feature of the last image.
    let last: [Double]
  }
  struct Resampling: Decodable, Sendable {
    let source, target: Int
    let rows: [Int]
    let weights: [[Double]]
  }
  struct Contrast: Decodable, Sendable {
    let settings: [String: Double]
    let pixels: [[Float]]
    let changed: [[Float]]
  }
  struct Clusters: Decodable, Sendable {
    let points: [Float]
    let columns: Int
    let heights: [Double]
    let groups: [String: [Int]]
  }
  struct Quantiles: Decodable, Sendable {
    let values: [Float]
    /// Pairs of a quantile and its value.
    let quantiles: [[Double]]
  }
  let widths: [Int]
  let hidden, classes: Int
  let training: Training
  let features: [Features]
  let resamplings: [Resampling]
  let contrast: Contrast
  let clusters: Clusters
  let quantiles: Quantiles

  static func load(file: String = #filePath) throws -> ExemplarReference {
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
    return try JSONDecoder().decode(
      ExemplarReference.self,
      from: Data(contentsOf: folder.appendingPathComponent("reference/exemplar.json")))
  }
}
