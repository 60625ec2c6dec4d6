import Images
import Metrics
import Results

/// One row per number of the code: heat maps of position, lines for scale and orientation, bars of explained variance.
struct ResponsesPicture {
  let pool: CodePool
  let latents: [Int]
  /// Mean KL per latent in nats, by latent number.
  let kl: [Double]?
  /// Numbers of the factors in the grid.
  private let shape, scale, orientation, x, y: Int

  private static let height = 64
  /// Deviations of the code from its mean that the colours and the lines reach to.
  private static let reach = 2.0
  private static let shapes = ["square", "ellipse", "heart"]
  private static let inks = [
    Ink(red: 0x00, green: 0x72, blue: 0xB2), Ink(red: 0xD5, green: 0x5E, blue: 0x00), Ink.black,
  ]

  /// - Throws: `StepsError` for a grid without the factors of dSprites.
  init(pool: CodePool, latents: [Int], kl: [Double]?) throws {
    (self.pool, self.latents, self.kl) = (pool, latents, kl)
    let needed = ["shape", "scale", "orientation", "x", "y"]
    let numbers = needed.compactMap { pool.grid.names.firstIndex(of: $0) }
    guard numbers.count == needed.count, pool.grid.sizes[numbers[0]] == Self.shapes.count else {
      throw StepsError(.failed, "responses are drawn over \(needed.joined(separator: ", "))")
    }
    (shape, scale, orientation, x, y) = (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4])
  }

  func png() throws -> [UInt8] {
    let names = pool.grid.names
    var grid = TileGrid(
      rows: latents.map(tiles),
      columnCaptions: Self.shapes.map { "position,\n\($0)" } + ["\nscale", "\norientation"]
        + names.map { "explained\nby \($0)" },
      rowCaptions: latents.map { latent in
        "z\(latent)" + (kl.map { "\nKL \(NumberTile.twoDigits($0[latent]))" } ?? "")
      })
    grid.padding = 6
    return try grid.composed().png()
  }

  func tiles(of latent: Int) -> [TileGrid.Tile] {
    let response = pool.response(ofDimension: latent)
    let isFaded = kl.map { $0[latent] < TrainingCurve.activeKL } ?? false
    var pictures = positions(response)
    pictures.append(lines(response, by: scale))
    pictures.append(lines(response, by: orientation))
    for factor in pool.grid.names.indices {
      pictures.append(NumberTile.bar(response.explained(by: [factor]), height: Self.height))
    }
    return pictures.map { TileGrid.Tile($0, border: Ink(grey: 200), isFaded: isFaded) }
  }

  /// -1...1 for a mean that lies `reach` deviations from the mean of all.
  private func level(_ mean: Double, of response: CodeResponse) -> Double? {
    guard mean.isFinite, response.deviation > 0 else { return mean.isFinite ? 0 : nil }
    return max(-1, min(1, (mean - response.mean) / (Self.reach * response.deviation)))
  }

  /// A heat map for each shape: red above the mean, blue below, grey where the pool has no image.
  private func positions(_ response: CodeResponse) -> [Raster] {
    let (width, height) = (pool.grid.sizes[x], pool.grid.sizes[y])
    let means = response.means(by: [shape, y, x])
    return Self.shapes.indices.map { shape in
      var map = Raster(width: width, height: height, colour: .rgb, filledWith: Ink(grey: 230))
      for row in 0..<height {
        for column in 0..<width {
          let mean = means[(shape * height + row) * width + column]
          if let level = level(mean, of: response) { map[row: row, column: column] = Ink(level: level) }
        }
      }
      return map.enlarged(by: max(1, Self.height / height))
    }
  }

  /// A line for each shape over the values of a factor.
  private func lines(_ response: CodeResponse, by factor: Int) -> Raster {
    let (count, height) = (pool.grid.sizes[factor], Self.height)
    let means = response.means(by: [shape, factor])
    var picture = Raster(width: 3 * height / 2, height: height, colour: .rgb, filledWith: .white)
    picture.fill(rows: (height / 2)..<(height / 2 + 1), columns: 0..<picture.width, with: Ink(grey: 210))
    for (shape, ink) in zip(Self.shapes.indices, Self.inks) {
      var last: Int?
      for column in 0..<picture.width {
        let place = Double(column) / Double(picture.width - 1) * Double(count - 1)
        let (below, above) = (Int(place), min(count - 1, Int(place) + 1))
        guard let from = level(means[shape * count + below], of: response),
          let to = level(means[shape * count + above], of: response)
        else { continue }
        let value = from + (to - from) * (place - Double(below))
        let row = Int((Double(height - 1) * (1 - value) / 2).rounded())
        let start = last ?? row
        picture.fill(rows: min(start, row)..<(max(start, row) + 1), columns: column..<(column + 1), with: ink)
        last = row
      }
    }
    return picture
  }
}

extension Ink {
  /// White at 0, towards red at 1 and towards blue at -1.
  fileprivate init(level: Double) {
    let end = level > 0 ? (178.0, 24.0, 43.0) : (33.0, 102.0, 172.0)
    func mixed(_ channel: Double) -> UInt8 { UInt8((255 + (channel - 255) * abs(level)).rounded()) }
    self.init(red: mixed(end.0), green: mixed(end.1), blue: mixed(end.2))
  }
}
