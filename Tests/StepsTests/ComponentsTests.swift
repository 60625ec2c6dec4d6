import Datasets
import Files
import Learners
import LinearAlgebra
import Pipeline
import Randomness
import TestSupport
import Testing

@testable import Steps

/// Independent components of random images, whose principal components are three of their pixels.
@Suite struct ComponentsTests {
  let folder: TemporaryDirectory

  init() throws {
    folder = try TemporaryDirectory()
    let grid = FactorGrid(names: FactorGrid.dSprites.names, sizes: [3, 1, 2, 4, 4])
    var stream = RandomStream(seed: 1)
    let words = (0..<(grid.count * DSprites.wordsPerImage)).map { _ in stream.next() }
    for name in ["data", "pca"] { try POSIXFileSystem().makeDirectories(folder.path(name)) }
    try DSprites(packed: words, grid: grid, provenance: .other("made up"))
      .save(to: folder.path("data/\(DatasetStep.file)"))
    let pixels = DSprites.side * DSprites.side
    var components = Matrix<Float>(rows: 3, columns: pixels)
    for component in 0..<3 { components[component, component * DSprites.side] = 1 }
    let pca = PCA(
      mean: [Float](repeating: 0.5, count: pixels), components: components,
      variances: [Double](repeating: 0.25, count: 3), explainedRatio: [Double](repeating: 0.1, count: 3))
    try JSON.write(pca, to: folder.path("pca/\(PCAStep.file)"))
  }

  /// What the step warns of where one iteration has to do.
  private func warnings(tolerance: Double) throws -> [String] {
    let output = folder.path("codes")
    try POSIXFileSystem().removeTree(output)
    try POSIXFileSystem().makeDirectories(output)
    let pca = folder.path("pca")
    let inputs = ["data": folder.path("data"), "pca-0": pca, "pca-1": pca, "pca-2": pca]
    let kind = FeaturesStep(kinds: .standard)
    let step = Step(
      kind: kind.name, version: kind.version,
      parameters: [
        "representation": [
          "kind": "ica", "components": 3, "tolerance": .number(tolerance), "max-iterations": 1,
        ], "pool": ["images": 0, "seed": "1"],
      ], inputs: inputs.mapValues { _ in "input" }, seed: 5, label: "codes")
    var warnings: [String] = []
    try kind.run(
      StepContext(
        step: step, inputs: inputs, output: output, checkpoint: folder.path, warn: { warnings.append($0) }))
    let views = try PooledCodes(file: "\(output)/\(PooledCodes.file)").views
    #expect(views.map(\.indices.count) == [64, 64, 64])
    return warnings
  }

  @Test func aFitThatDoesNotConvergeIsToldOf() throws {
    #expect(try warnings(tolerance: 1) == [])
    #expect(
      try warnings(tolerance: 1e-12)
        == [(0, 1), (0, 2), (1, 2)].map {
          "FastICA of the shapes \($0) and \($1) did not converge in 1 iterations: raise `max-iterations`"
        })
  }
}
