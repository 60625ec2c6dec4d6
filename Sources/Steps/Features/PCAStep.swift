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
      DrawnImages(images: images, indices: drawn), components: parameters.components
    ) {
      context.progress(0.6 * $0, "covariance of \(drawn.count) images")
    }
    try JSON.write(pca, to: "\(context.output)/\(PCAStep.file)")
  }
}

/// The chosen images as rows of pixels in 0...1, made as they are read.
private struct DrawnImages: RowSource {
  let images: DSprites
  let indices: [Int]
  var rows: Int { indices.count }
  var columns: Int { images.width * images.height }

  func withRows<R>(_ range: Range<Int>, _ body: (UnsafeBufferPointer<Float>) throws -> R) throws -> R {
    try images.matrix(Array(indices[range])).withUnsafeElements(body)
  }
}

extension StepContext {
  /// The fit that a `pca` step left.
  func pca(_ role: String) throws -> PCA { try JSON.read(PCA.self, at: "\(input(role))/\(PCAStep.file)") }
}

extension FactorImages {
  /// The chosen images as rows of pixels in 0...1: indices.count x (width * height).
  func matrix(_ indices: [Int]) -> Matrix<Float> {
    Matrix(rows: indices.count, columns: width * height) { fill(indices, into: $0) }
  }
}
