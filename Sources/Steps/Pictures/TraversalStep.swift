import Datasets
import Files
import Foundation
import Images
import LinearAlgebra
import Models
import Pipeline
import Randomness

/// Latent traversals: one column per latent ordered by KL, one seed image per shape, the latent varied over the
/// model's range with the others as inferred (Higgins et al. 2017, Fig. 7).
struct TraversalStep: StepKind {
  let name = "traversal"
  let version = 2
  let kinds: Kinds

  private struct Parameters: Decodable {
    let steps: Int
  }

  func run(_ context: StepContext) throws {
    let steps = try context.step.parameters.parameters(as: Parameters.self).steps
    let images = try context.images()
    let model = try kinds.trained(context, images)
    let grid = images.grid
    var stream = RandomStream(seed: context.seed)
    // One image of each shape, large and off the axes, so that every factor can be seen to change.
    let seeds = (0..<grid.sizes[0]).map { shape in
      grid.index(of: [shape, grid.sizes[1] - 1, stream.index(below: grid.sizes[2]), 12, 18])
    }
    let kl = try Probe.latentKL(of: model, on: grid)
    let order = (0..<model.codeSize).sorted { (kl?[$0] ?? 0, $1) > (kl?[$1] ?? 0, $0) }
    let codes = try model.encode(seeds)
    let range = model.traversalRange
    let values = (0..<steps).map {
      range.lowerBound + (range.upperBound - range.lowerBound) * Float($0) / Float(steps - 1)
    }
    var rows: [Float] = []
    for seed in seeds.indices {
      for latent in order {
        for value in values {
          var code = Array(codes[row: seed])
          code[latent] = value
          rows += code
        }
      }
    }
    let decoded = try model.decode(
      Matrix(rows: seeds.count * order.count * steps, columns: model.codeSize, elements: rows))
    guard let decoded else { throw StepsError(.failed, "the model has no decoder, so it has no traversals") }
    let picture = TraversalPicture(
      decoded: decoded, seeds: seeds.count, latents: order, steps: steps, kl: kl, side: images.width)
    try DurableFile.write(try picture.png(), to: "\(context.output)/traversal.png")
  }
}
