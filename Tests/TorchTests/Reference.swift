import Foundation
import Testing
import Torch

/// PyTorch's answers, written by `reference/generate.py`.
enum Reference {
  struct Values: Decodable, Sendable {
    var shape: [Int]
    var elements: [Float]

    func tensor() throws -> Tensor { try Tensor(elements, shape: shape) }
  }

  struct Operation: Decodable, Sendable {
    var name: String
    var inputs: [Values]
    var output, weights: Values
    var gradients: [Values]
  }

  struct Optimisation: Decodable, Sendable {
    var name: String
    var settings: [String: Double]
    var start: [[Float]]
    /// Of every update, for every parameter; empty where no gradient has reached it.
    var gradients, after: [[[Float]]]
  }

  struct Normalisation: Decodable, Sendable {
    var weight, bias: [Float]
    var batches, outputs: [Values]
    var means, variances: [[Float]]
  }

  struct Streams: Decodable, Sendable {
    /// Decimal digits of 64 bits.
    var seed: String
    var uniform, normal, few: [Float]
  }

  struct Layers: Decodable, Sendable {
    var normalisation: [Normalisation]
    var streams: Streams
  }

  static let operations = load([Operation].self, "operations.json")
  static let optimisations = load([Optimisation].self, "optimisers.json")
  static let layers = load(Layers.self, "layers.json")

  private static func load<Value: Decodable>(_ type: Value.Type, _ name: String, file: String = #filePath)
    -> Result<Value, any Error>
  {
    Result {
      let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
      let data = try Data(contentsOf: folder.appendingPathComponent("reference/\(name)"))
      return try JSONDecoder().decode(Value.self, from: data)
    }
  }
}

/// The largest difference, relative to the largest expected magnitude; infinite for different counts and for NaN.
func distance(_ found: [Float], _ expected: [Float]) -> Float {
  guard found.count == expected.count else { return .infinity }
  let scale = max(expected.reduce(0) { max($0, abs($1)) }, .leastNormalMagnitude)
  return zip(found, expected).reduce(0) { worst, pair in
    let difference = abs(pair.0 - pair.1) / scale
    return difference.isNaN ? .infinity : max(worst, difference)
  }
}

/// A few roundings of 32-bit arithmetic: sums may be taken in another order on another machine.
let tolerance: Float = 4e-6
