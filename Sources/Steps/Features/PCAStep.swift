import Datasets
import Files
import Foundation
import Learners
import LinearAlgebra
import Pipeline
import Randomness

/// Principal components of random images of some of the shapes.
struct PCAStep: StepKind {
  let name = "pca"
  let version = 1
  static let file = "pca.json"

  private struct Parameters: Decodable {
    let components: Int
    let fitImages: Int
    let shapes: [Int]
  }

  func run(_ context: StepContext) throws {
    let parameters = try context.step.parameters.parameters(as: Parameters.self)
    let images = try context.images()
    var stream = RandomStream(seed: context.seed)
    let eligible = Set(parameters.shapes)
    let perShape = images.grid.count / images.grid.sizes[0]
    let population = perShape * eligible.count
    let shapes = parameters.shapes.sorted()
    let drawn = stream.sample(min(parameters.fitImages, population), of: population)
      .map { shapes[$0 / perShape] * perShape + $0 % perShape }
    context.progress(0, "covariance of \(drawn.count) images")
    let pca = try PCA.fit(
      samples: drawn.count, features: images.width * images.height, components: parameters.components
    ) {
      range in
      context.progress(
        0.6 * Double(range.upperBound) / Double(drawn.count), "covariance of \(drawn.count) images")
      return images.matrix(Array(drawn[range]))
    }
    try DurableFile.write(try JSON(encoding: pca).canonical, to: "\(context.output)/\(PCAStep.file)")
  }
}

extension StepContext {
  /// The fit that a `pca` step left.
  func pca(_ role: String) throws -> PCA {
    try JSON(parsing: try POSIXFileSystem().contents(of: "\(input(role))/\(PCAStep.file)")).decode(PCA.self)
  }
}

extension FactorImages {
  /// The chosen images as rows of pixels in 0...1: indices.count x (width * height).
  func matrix(_ indices: [Int]) -> Matrix<Float> {
    Matrix(rows: indices.count, columns: width * height) { fill(indices, into: $0) }
  }
}
