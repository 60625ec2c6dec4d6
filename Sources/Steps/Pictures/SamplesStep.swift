import Datasets
import Files
import Images
import LinearAlgebra
import Models
import Pipeline

/// What a GAN makes, each sample beside the training images that are nearest to it in pixels: a network that had
/// learned its training set by heart would show pairs.
struct SamplesStep: StepKind {
  let name = "samples"
  let version = 1
  let kinds: Kinds

  private struct Parameters: Decodable {
    let samples: Int
    let neighbours: Int
  }

  func run(_ context: StepContext) throws {
    let parameters = try context.step.parameters.parameters(as: Parameters.self)
    let images = try context.collection("images")
    let gan = try kinds.generator(context)
    let samples = try gan.samples(parameters.samples, seed: context.seed)
    let nearest = try NearestImages(to: samples, count: parameters.neighbours, among: images) {
      if context.shouldStop { throw Interrupted() }
      context.progress($0, "looking for the nearest training images")
    }
    var grid = TileGrid(
      rows: (0..<samples.count).map { row in
        [TileGrid.Tile(samples.raster(row), border: .black)]
          + nearest.indices[row].map { TileGrid.Tile(images.raster($0)) }
      })
    grid.columnCaptions = ["sample", "nearest"]
    grid.enlargement = 2
    try DurableFile.write(try grid.composed().png(), to: "\(context.output)/samples.png")
  }
}

/// For each query image the images at the smallest Euclidean distance in pixels, nearest first.
struct NearestImages {
  let indices: [[Int]]

  init(
    to queries: some ByteImages, count: Int, among images: some ByteImages,
    progress: (Double) throws -> Void
  ) throws {
    var found = [[(index: Int, distance: Float)]](repeating: [], count: queries.count)
    let query = queries.matrix(0..<queries.count)
    let block = 1000
    for start in stride(from: 0, to: images.count, by: block) {
      let candidates = images.matrix(start..<min(start + block, images.count))
      // |q - c|^2 less |q|^2, which is the same for all candidates.
      let products = query.times(candidates, right: .transposed)
      for row in 0..<candidates.rows {
        let norm = candidates[row: row].reduce(0) { $0 + $1 * $1 }
        for q in 0..<query.rows {
          let distance = norm - 2 * products[q, row]
          guard found[q].count < count || distance < (found[q].last?.distance ?? .infinity) else { continue }
          let place = found[q].firstIndex { distance < $0.distance } ?? found[q].count
          found[q].insert((start + row, distance), at: place)
          if found[q].count > count { found[q].removeLast() }
        }
      }
      try progress(Double(start + candidates.rows) / Double(images.count))
    }
    indices = found.map { $0.map(\.index) }
  }
}
