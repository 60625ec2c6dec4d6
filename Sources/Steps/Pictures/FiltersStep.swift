import Files
import Images
import Learners
import LinearAlgebra
import Pipeline

/// The centroids of a dictionary as pictures, each scaled to its own range; at most 400, the first ones.
struct FiltersStep: StepKind {
  let name = "filters"
  let version = 1

  private static let most = 400

  func run(_ context: StepContext) throws {
    let encoder = try PatchEncoder(
      dictionary: "\(context.input("dictionary"))/\(DictionaryStep.file)")
    let (grid, centroids) = (encoder.grid, encoder.centroids)
    let shown = min(Self.most, centroids.rows)
    let tiles = (0..<shown).map { index in
      TileGrid.Tile(Self.picture(Array(centroids[row: index]), side: grid.size, channels: grid.channels))
    }
    let across = max(1, Int(Double(shown).squareRoot().rounded(.up)))
    var picture = TileGrid(
      rows: stride(from: 0, to: shown, by: across).map { Array(tiles[$0..<min($0 + across, shown)]) })
    picture.enlargement = 5
    try DurableFile.write(try picture.composed().png(), to: "\(context.output)/filters.png")
  }

  /// Numbers of a patch, channel after channel, as a picture that uses the whole range of brightness.
  private static func picture(_ patch: [Float], side: Int, channels: Int) -> Raster {
    let low = patch.min() ?? 0
    let range = max((patch.max() ?? 1) - low, .leastNormalMagnitude)
    let bytes = patch.map { UInt8(255 * ($0 - low) / range) }
    return Raster(planes: bytes, side: side, channels: channels)
  }
}
