import Datasets
import Files
import Learners
import LinearAlgebra
import Manifest
import Pipeline
import Randomness

/// Principal components of the pixels.
struct PrincipalComponents: DirectCodes {
  var components = 10
  var fitImages = 50_000
  var whiten = true

  static let name = "pca"
  static let summary = "principal components of the pixels"
  static let parameters: [Parameter<PrincipalComponents>] = [
    .components(\.components), .fitImages(\.fitImages),
    Parameter("whiten", \.whiten, use: .encoding, "divide every component by its standard deviation"),
  ]

  func plan(_ configured: Configured, in builder: inout PlanBuilder) -> String {
    let fit = builder.addPCA(components, fitImages, shapes: [0, 1, 2])
    return builder.addFeatures(configured, by: Self.self, inputs: ["pca": fit], label: "codes PCA")
  }

  func codes(_ images: DSprites, pool: [Int], _ context: StepContext) throws -> PooledCodes {
    let pca = try context.pca("pca")
    return PooledCodes([
      .init(
        indices: pool,
        codes: try context.codes(of: pool) {
          try pca.project(images.matrix($0), whiten: whiten)
        })
    ])
  }
}

/// Independent components of whitened pixels, fitted to each pair of the three shapes (Higgins et al. 2017).
struct IndependentComponents: DirectCodes {
  var components = 10
  var fitImages = 50_000
  var tolerance = 1e-4
  var maxIterations = 400

  static let name = "ica"
  static let summary = "FastICA on whitened pixels, one fit for each pair of the three shapes"
  static let parameters: [Parameter<IndependentComponents>] = [
    .components(\.components), .fitImages(\.fitImages),
    Parameter(
      "tolerance", \.tolerance, in: 1e-12...1, "change of the unmixing matrix that counts as converged"),
    Parameter("max-iterations", \.maxIterations, in: 1...100_000, "FastICA iterations at most"),
  ]

  private static let shapePairs = [[0, 1], [0, 2], [1, 2]]

  func plan(_ configured: Configured, in builder: inout PlanBuilder) -> String {
    var inputs: [String: String] = [:]
    for (index, pair) in Self.shapePairs.enumerated() {
      inputs["pca-\(index)"] = builder.addPCA(components, fitImages, shapes: pair)
    }
    return builder.addFeatures(
      configured, by: Self.self, inputs: inputs, seed: builder.seed("train"),
      label: "codes ICA, repeat \(builder.repetition + 1)")
  }

  /// One view per pair of shapes: FastICA on the pair's whitened components, for the pool's images of that pair.
  func codes(_ images: DSprites, pool: [Int], _ context: StepContext) throws -> PooledCodes {
    var views: [PooledCodes.View] = []
    for (index, pair) in Self.shapePairs.enumerated() {
      let pca = try context.pca("pca-\(index)")
      let members = pool.filter { pair.contains(images.grid.values(of: $0)[0]) }
      let whitened = try context.codes(of: members) { try pca.project(images.matrix($0), whiten: true) }
      var stream = RandomStream(seed: context.seed, stream: UInt64(index))
      let ica = try FastICA.fit(
        whitened, components: whitened.columns, tolerance: tolerance, maximumIterations: maxIterations,
        stream: &stream)
      if !ica.converged {
        context.warn(
          "FastICA of the shapes \(pair[0]) and \(pair[1]) did not converge in \(ica.iterations) iterations: raise "
            + "`max-iterations`")
      }
      views.append(.init(indices: members, codes: ica.sources(whitened)))
    }
    return PooledCodes(views)
  }
}

extension Parameter {
  fileprivate static func components(_ path: WritableKeyPath<Root, Int> & Sendable) -> Parameter {
    Parameter("components", path, in: 1...4096, "how many components are kept")
  }

  fileprivate static func fitImages(_ path: WritableKeyPath<Root, Int> & Sendable) -> Parameter {
    Parameter(
      "fit-images", path, in: 2...737_280,
      "random images that the components are fitted to; all, where there are fewer")
  }
}

extension PlanBuilder {
  fileprivate mutating func addPCA(_ components: Int, _ fitImages: Int, shapes: [Int]) -> String {
    add(
      PCAStep(),
      [
        "components": .int(components), "fit-images": .int(fitImages),
        "shapes": .array(shapes.map { .int($0) }),
      ], inputs: data, seed: Seed.derive(root: experiment.seed, path: "pca"),
      label: "PCA of shapes \(shapes.map(String.init).joined(separator: ", "))",
      needs: Needs(memory: 2 << 30, seconds: 40))
  }
}
