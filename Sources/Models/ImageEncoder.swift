import Datasets
import LinearAlgebra
import Torch

/// A network whose activations are features for a classifier. One instance is used from one thread.
public protocol ImageEncoder: AnyObject {
  /// Features of one image.
  var featureCount: Int { get }
  /// The features of each layer, in the order of the layers; together they are `0..<featureCount`.
  var layerFeatures: [Range<Int>] { get }
  /// Maps of the widest layer: what the papers call feature units.
  var units: Int { get }
  /// Whether `encode` has the statistics that it needs.
  var isPrepared: Bool { get }
  /// Takes the statistics that `encode` needs from these images: training images of the downstream task, never test
  /// images. `progress` is called with the share done, in 0...1.
  func prepare(_ images: any ByteImages, indices: [Int], progress: (Double) throws -> Void) throws
  /// Writes the features of these images row by row, `indices.count * featureCount` of them.
  ///
  /// Throws `ModelError.unprepared` before `prepare` or `restoreWeights` of a prepared encoder.
  func encode(
    _ images: any ByteImages, indices: [Int], into features: UnsafeMutableBufferPointer<Float>) throws
  /// Writes the weights and the statistics into one safetensors file.
  func saveWeights(to path: String) throws
  func restoreWeights(from path: String) throws
}

extension ImageEncoder {
  public func prepare(_ images: any ByteImages, indices: [Int]) throws {
    try prepare(images, indices: indices) { _ in }
  }

  /// The features of these images, n x `featureCount`.
  public func encode(_ images: any ByteImages, indices: [Int]) throws -> Matrix<Float> {
    try Matrix(rows: indices.count, columns: featureCount) {
      try encode(images, indices: indices, into: $0)
    }
  }

  public func encode(
    _ images: any ByteImages, indices: Range<Int>, into features: UnsafeMutableBufferPointer<Float>
  ) throws {
    try encode(images, indices: Array(indices), into: features)
  }
}

/// Consecutive ranges of these lengths.
func consecutiveRanges(_ lengths: [Int]) -> [Range<Int>] {
  var start = 0
  return lengths.map { length in
    defer { start += length }
    return start..<(start + length)
  }
}
