import Datasets
import LinearAlgebra
import Manifest
import Pipeline
import Randomness

/// The factors themselves, each scaled to [0, 1]: the ceiling of every metric.
struct GroundTruth: DirectCodes {
  static let name = "ground-truth"
  static let summary = "the factors of variation themselves, each scaled to [0, 1]"

  func plan(_ configured: Configured, in builder: inout PlanBuilder) -> String {
    builder.addFeatures(configured, by: Self.self, label: "codes ground truth")
  }

  /// Each factor's index over its largest one.
  func codes(_ images: DSprites, pool: [Int], _ context: StepContext) -> PooledCodes {
    let grid = images.grid
    let elements = pool.flatMap { index in
      zip(grid.values(of: index), grid.sizes).map { Float($0) / Float(max(1, $1 - 1)) }
    }
    return PooledCodes([
      .init(
        indices: pool, codes: Matrix(rows: pool.count, columns: grid.sizes.count, elements: elements))
    ])
  }
}

/// The 4096 binary pixels.
struct RawPixels: DirectCodes {
  static let name = "raw-pixels"
  static let summary = "the binary pixels themselves"

  func plan(_ configured: Configured, in builder: inout PlanBuilder) -> String {
    builder.addFeatures(configured, by: Self.self, label: "codes raw pixels")
  }

  func codes(_ images: DSprites, pool: [Int], _ context: StepContext) -> PooledCodes {
    PooledCodes([.init(indices: pool, codes: nil)])
  }
}

/// The same number for every image: the floor of every metric.
struct ConstantCode: DirectCodes {
  static let name = "constant"
  static let summary = "one number that is the same for every image"

  func plan(_ configured: Configured, in builder: inout PlanBuilder) -> String {
    builder.addFeatures(configured, by: Self.self, label: "codes constant")
  }

  func codes(_ images: DSprites, pool: [Int], _ context: StepContext) -> PooledCodes {
    PooledCodes([.init(indices: pool, codes: Matrix(rows: pool.count, columns: 1))])
  }
}

/// Numbers that have nothing to do with the images: what a metric returns by chance.
struct NoiseCodes: DirectCodes {
  var latents = 10

  static let name = "noise"
  static let summary = "independent standard normal numbers for every image"
  static let parameters: [Parameter<NoiseCodes>] = [
    Parameter("latents", \.latents, in: 1...4096, "numbers per image")
  ]

  func plan(_ configured: Configured, in builder: inout PlanBuilder) -> String {
    builder.addFeatures(
      configured, by: Self.self, seed: builder.seed("train"),
      label: "codes noise, repeat \(builder.repetition + 1)")
  }

  func codes(_ images: DSprites, pool: [Int], _ context: StepContext) -> PooledCodes {
    var stream = RandomStream(seed: context.seed)
    return PooledCodes([
      .init(
        indices: pool,
        codes: Matrix(
          rows: pool.count, columns: latents,
          elements: (0..<(pool.count * latents)).map { _ in Float(stream.normal()) }))
    ])
  }
}
