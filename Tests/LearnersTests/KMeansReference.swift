import Foundation
import LinearAlgebra

/// Answers of NumPy and scikit-learn, written by `reference/kmeans.py`.
struct KMeansReference: Decodable {
  struct Whitening: Decodable {
    var rows: [Float]
    var columns: Int
    var mean, matrix, normalised, white: [Double]
  }

  struct Run: Decodable {
    var rows, start: [Float]
    var columns: Int
    var assignments: [Int]
    var inertia, inertiaAfterFive: Double
    var step, centroidsAfterFive: [Double]
  }

  struct Views: Decodable {
    var rows, start: [Float]
    var columns, views: Int
    var inertia, centroids: [Double]
  }

  struct Encoder: Decodable {
    /// Two images of 3 x edge x edge.
    var pixels: [UInt8]
    var edge, size: Int
    var mean, matrix, centroids: [Float]
    /// The first three, contrast-normalised.
    var patches: [Double]
    var triangle, triangleWithoutWhitening, hard: [Double]
  }

  struct Energy: Decodable {
    var rows: [Float]
    var columns: Int
    var correlation: [Double]
  }

  var zca: Whitening
  var lloyd: Run
  var views: Views
  var encoder: Encoder
  var energy: Energy

  static func load(file: String = #filePath) throws -> KMeansReference {
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
    let data = try Data(contentsOf: folder.appendingPathComponent("reference/kmeans.json"))
    return try JSONDecoder().decode(KMeansReference.self, from: data)
  }
}
