import Images
import LinearAlgebra
import Results

/// Lays decoded traversals out: one block per seed image, one row per latent, one column per value.
struct TraversalPicture {
  /// Decoded images, seed by seed, latent by latent, value by value: n x pixels in 0...1.
  let decoded: Matrix<Float>
  let seeds: Int
  let latents: [Int]
  let steps: Int
  /// Mean KL per latent in nats, by latent number.
  let kl: [Double]?
  let side: Int

  func png() throws -> [UInt8] {
    var rows: [[TileGrid.Tile]] = []
    // A row shows one latent with the strips of all seeds side by side.
    for (position, latent) in latents.enumerated() {
      let faded = kl.map { $0[latent] < TrainingCurve.activeKL } ?? false
      rows.append(
        (0..<seeds).flatMap { seed in
          (0..<steps).map { step in
            let row = (seed * latents.count + position) * steps + step
            return TileGrid.Tile(
              Raster(width: side, height: side, intensities: decoded[row: row]), isFaded: faded)
          }
        })
    }
    let captions = latents.map { latent in
      kl.map { "z\(latent) KL \(NumberTile.twoDigits($0[latent]))" } ?? "c\(latent)"
    }
    let grid = TileGrid(rows: rows, rowCaptions: captions)
    return try grid.composed().png()
  }
}
