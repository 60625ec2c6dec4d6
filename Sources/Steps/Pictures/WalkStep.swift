import Files
import Images
import LinearAlgebra
import Models
import Pipeline

/// Walks through the input space of a GAN: each row goes in equal steps from one random point to the next (Radford et al.
/// 2016, Fig. 4). Smooth changes say that the generator has not learned single images by heart.
struct WalkStep: StepKind {
  let name = "walk"
  let version = 1
  let kinds: Kinds

  private struct Parameters: Decodable {
    let walks: Int
    let steps: Int
  }

  func run(_ context: StepContext) throws {
    let parameters = try context.step.parameters.parameters(as: Parameters.self)
    let gan = try kinds.generator(context)
    let points = try gan.latents(parameters.walks + 1, seed: context.seed)
    let path = Matrix<Float>(
      rows: parameters.walks * parameters.steps, columns: points.columns,
      elements: (0..<parameters.walks).flatMap { walk in
        (0..<parameters.steps).flatMap { step in
          let share = Float(step) / Float(max(1, parameters.steps - 1))
          return (0..<points.columns).map {
            (1 - share) * points[walk, $0] + share * points[walk + 1, $0]
          }
        }
      })
    let images = try gan.images(of: path)
    var grid = TileGrid(
      rows: (0..<parameters.walks).map { walk in
        (0..<parameters.steps).map {
          TileGrid.Tile(images.raster(walk * parameters.steps + $0))
        }
      })
    grid.enlargement = 2
    try DurableFile.write(try grid.composed().png(), to: "\(context.output)/walk.png")
  }
}

extension Kinds {
  /// The GAN of the `model` input, on the images of the `images` input, its weights restored.
  func generator(_ context: StepContext) throws -> DCGAN {
    let folder = context.input("model")
    let model = try TrainStep.model(in: folder) { try network($0) }.untrained(context, seed: 0)
    guard let gan = model as? DCGAN else {
      throw StepsError(.failed, "only a generative network has samples")
    }
    try gan.restoreWeights(from: "\(folder)/\(TrainStep.weights)")
    return gan
  }
}
