import Datasets
import Files
import Learners
import LinearAlgebra
import Models
import Pipeline
import Randomness

/// The codes of the pool's images: what every metric of a row reads.
struct FeaturesStep: StepKind {
  let name = "features"
  let version = 3

  private struct Parameters: Decodable {
    let representation: JSON
    let pool: Pool
  }

  func run(_ context: StepContext) throws {
    let parameters = try context.step.parameters.parameters(as: Parameters.self)
    let images = try context.images()
    let pool = try parameters.pool.indices(of: images.grid)
    try codes(parameters.representation, images, pool, context)
      .save(to: "\(context.output)/\(PooledCodes.file)")
  }

  private func codes(
    _ representation: JSON, _ images: DSprites, _ pool: [Int], _ context: StepContext
  ) throws -> PooledCodes {
    switch representation["kind"]?.string {
    case "ground-truth":
      return PooledCodes([.init(indices: pool, codes: scaledFactors(pool, images.grid))])
    case "raw-pixels":
      return PooledCodes([.init(indices: pool, codes: nil)])
    case "constant":
      return PooledCodes([.init(indices: pool, codes: Matrix(rows: pool.count, columns: 1))])
    case "noise":
      return PooledCodes([
        .init(indices: pool, codes: noise(pool, representation["latents"]?.int ?? 10, context.seed))
      ])
    case "pca":
      let pca = try context.pca("pca")
      let whiten = representation["whiten"]?.bool ?? true
      return PooledCodes([
        .init(indices: pool, codes: try project(pool, images, context) { pca.project($0, whiten: whiten) })
      ])
    case "ica":
      return try independentComponents(representation, images, pool, context)
    default:
      let model = try trainedModel(context, images)
      var encode = model.encode
      if let perceptron = try (model as? any PerceptronCoder)?.perceptron() {
        encode = { perceptron.encode(images, $0, threads: context.step.needs.cores) }
      }
      return PooledCodes([
        .init(indices: pool, codes: try project(pool, images, context, encode: encode))
      ])
    }
  }

  /// Each factor's index over its largest one: pool.count x factors, values in [0, 1].
  private func scaledFactors(_ pool: [Int], _ grid: FactorGrid) -> Matrix<Float> {
    let elements = pool.flatMap { index in
      zip(grid.values(of: index), grid.sizes).map { Float($0) / Float(max(1, $1 - 1)) }
    }
    return Matrix(rows: pool.count, columns: grid.sizes.count, elements: elements)
  }

  private func noise(_ pool: [Int], _ latents: Int, _ seed: UInt64) -> Matrix<Float> {
    var stream = RandomStream(seed: seed)
    return Matrix(
      rows: pool.count, columns: latents,
      elements: (0..<(pool.count * latents)).map { _ in Float(stream.normal()) })
  }

  /// One view per pair of shapes: FastICA on the pair's whitened components, for the pool's images of that pair.
  private func independentComponents(
    _ representation: JSON, _ images: DSprites, _ pool: [Int], _ context: StepContext
  ) throws -> PooledCodes {
    struct Options: Decodable {
      let tolerance: Double
      let maxIterations: Int
    }
    let options = try representation.parameters(as: Options.self)
    var views: [PooledCodes.View] = []
    for (index, pair) in ICAPlanner.shapePairs.enumerated() {
      let pca = try context.pca("pca-\(index)")
      let members = pool.filter { pair.contains(images.grid.values(of: $0)[0]) }
      let whitened = try project(members, images, context) { pca.project($0, whiten: true) }
      var stream = RandomStream(seed: context.seed, stream: UInt64(index))
      let ica = try FastICA.fit(
        whitened, components: whitened.columns, tolerance: options.tolerance,
        maximumIterations: options.maxIterations, stream: &stream)
      views.append(
        .init(
          indices: members, codes: ica.sources(whitened),
          note: ica.converged
            ? "FastICA converged after \(ica.iterations) iterations"
            : "FastICA did not converge in \(ica.iterations) iterations"))
    }
    return PooledCodes(views)
  }

  private func project(
    _ pool: [Int], _ images: DSprites, _ context: StepContext,
    _ transform: (Matrix<Float>) throws -> Matrix<Float>
  ) throws -> Matrix<Float> {
    try project(pool, images, context, encode: { try transform(images.matrix($0)) })
  }

  /// Batch by batch, so that pixels of the whole pool never exist at once.
  private func project(
    _ pool: [Int], _ images: DSprites, _ context: StepContext, encode: ([Int]) throws -> Matrix<Float>
  ) throws -> Matrix<Float> {
    let batch = 1024
    var elements: [Float] = []
    var columns = 0
    for start in stride(from: 0, to: pool.count, by: batch) {
      if context.shouldStop { throw Interrupted() }
      let codes = try encode(Array(pool[start..<min(start + batch, pool.count)]))
      columns = codes.columns
      elements.reserveCapacity(pool.count * columns)
      elements += codes.elements
      context.progress(
        Double(start + batch) / Double(pool.count),
        "\(min(start + batch, pool.count)) of \(pool.count) images")
    }
    return Matrix(rows: pool.count, columns: columns, elements: elements)
  }
}

/// The model of the `model` input, its weights restored.
func trainedModel(_ context: StepContext, _ images: any FactorImages) throws -> any TrainableModel {
  let folder = context.input("model")
  let configuration = try ModelDescription.read(from: folder)
  let model = try ModelFactory.make(configuration, images: images, seed: 0, device: context.device)
  try model.restoreWeights(from: "\(folder)/\(TrainStep.weights)")
  return model
}
