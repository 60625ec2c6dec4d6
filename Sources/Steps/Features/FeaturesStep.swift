import Datasets
import Files
import LinearAlgebra
import Models
import Pipeline

/// The codes of the pool's images: what every metric of a row reads.
struct FeaturesStep: StepKind {
  let name = "features"
  let version = 3
  let kinds: Kinds

  private struct Parameters: Decodable {
    let pool: Pool
  }

  func run(_ context: StepContext) throws {
    let parameters = try context.step.parameters.parameters(as: Parameters.self)
    let images = try context.images()
    let pool = try parameters.pool.indices(of: images.grid)
    try codes(images, pool, context).save(to: "\(context.output)/\(PooledCodes.file)")
  }

  private func codes(_ images: DSprites, _ pool: [Int], _ context: StepContext) throws -> PooledCodes {
    guard context.hasInput("model") else {
      return try kinds.directCodes(context.step.parameters["representation"] ?? .null)
        .codes(images, pool: pool, context)
    }
    let model = try kinds.trained(context, images)
    var encode = model.encode
    if let perceptron = try (model as? any PerceptronCoder)?.perceptron() {
      encode = { perceptron.encode(images, $0, threads: context.step.needs.cores) }
    }
    return PooledCodes([.init(indices: pool, codes: try context.codes(of: pool, encode: encode))])
  }
}

extension Kinds {
  func directCodes(_ parameters: JSON) throws -> any DirectCodes {
    try representation(
      of: parameters, giving: .codes, as: (any DirectCodes.Type).self, or: "has no codes without a model"
    ).init(parameters)
  }
}

extension StepContext {
  /// Batch by batch, so that pixels of the whole pool never exist at once.
  func codes(of pool: [Int], encode: ([Int]) throws -> Matrix<Float>) throws -> Matrix<Float> {
    let batch = 1024
    var elements: [Float] = []
    var columns = 0
    for start in stride(from: 0, to: pool.count, by: batch) {
      if shouldStop { throw Interrupted() }
      let codes = try encode(Array(pool[start..<min(start + batch, pool.count)]))
      columns = codes.columns
      elements.reserveCapacity(pool.count * columns)
      elements += codes.elements
      progress(
        Double(start + batch) / Double(pool.count),
        "\(min(start + batch, pool.count)) of \(pool.count) images")
    }
    return Matrix(rows: pool.count, columns: columns, elements: elements)
  }
}
