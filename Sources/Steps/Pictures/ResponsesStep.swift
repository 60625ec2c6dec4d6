import Files
import Images
import Metrics
import Pipeline

/// What each number of a code answers to: its mean by position for each shape, by scale and by orientation, as Fig. 7 of
/// Higgins et al. 2017 has it, and the share of its variance that each factor explains.
///
/// Numbers are ordered by their KL where a model knows it, and as they come otherwise.
struct ResponsesStep: StepKind {
  let name = "responses"
  let version = 1
  let kinds: Kinds

  /// More numbers make no picture that anybody reads.
  private static let most = 32

  func run(_ context: StepContext) throws {
    let codes = try PooledCodes(file: "\(context.input("features"))/\(PooledCodes.file)")
    let images = try context.images()
    guard let view = codes.views.first else {
      throw StepsError(.corruptInput, "the codes have no view to draw")
    }
    let pool = try view.codePool(of: images)
    let kl: [Double]? =
      context.hasInput("model")
      ? try kinds.trained(context, images).latentKL(
        Probe.indices(of: images.grid).prefix(Probe.latentKLCount).map { $0 }) : nil
    let order = (0..<pool.dimensions).sorted { (kl?[$0] ?? 0, $1) > (kl?[$1] ?? 0, $0) }
    let picture = try ResponsesPicture(pool: pool, latents: Array(order.prefix(Self.most)), kl: kl)
    try DurableFile.write(try picture.png(), to: "\(context.output)/responses.png")
  }
}

/// One row per number of the code: heat maps of position, lines for scale and orientation, bars of explained variance.
struct ResponsesPicture {
  let pool: CodePool
  let latents: [Int]
  /// Mean KL per latent in nats, by latent number.
  let kl: [Double]?
  private let factors: [String: Int]

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
    factors = Dictionary(uniqueKeysWithValues: pool.grid.names.enumerated().map { ($1, $0) })
    let needed = ["shape", "scale", "orientation", "x", "y"]
    guard needed.allSatisfy({ factors[$0] != nil }), pool.grid.sizes[factors["shape"] ?? 0] == 3 else {
      throw StepsError(.failed, "responses are drawn over \(needed.joined(separator: ", "))")
    }
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
    let isFaded = kl.map { $0[latent] < TraversalPicture.inactive } ?? false
    var pictures = positions(response)
    pictures.append(lines(response, by: "scale"))
    pictures.append(lines(response, by: "orientation"))
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
    let (x, y) = (factors["x"] ?? 0, factors["y"] ?? 0)
    let (width, height) = (pool.grid.sizes[x], pool.grid.sizes[y])
    let means = response.means(by: [factors["shape"] ?? 0, y, x])
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
  private func lines(_ response: CodeResponse, by factor: String) -> Raster {
    let (number, height) = (factors[factor] ?? 0, Self.height)
    let count = pool.grid.sizes[number]
    let means = response.means(by: [factors["shape"] ?? 0, number])
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

/// A number as a bar with the number in it.
enum NumberTile {
  static func bar(_ value: Double, height: Int) -> Raster {
    var picture = Raster(width: height, height: height, colour: .rgb, filledWith: .white)
    let top = height - Int((Double(height) * max(0, min(1, value))).rounded())
    picture.fill(rows: top..<height, columns: 0..<height, with: Ink(red: 0xA6, green: 0xCE, blue: 0xE3))
    let text = twoDigits(value)
    let size = Raster.size(ofText: text, scale: 2)
    picture.draw(
      text, row: (height - size.height) / 2, column: (height - size.width) / 2, ink: .black, scale: 2)
    return picture
  }

  static func twoDigits(_ value: Double) -> String {
    let hundredths = Int((max(0, min(1e6, value)) * 100).rounded())
    return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
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

extension PlanBuilder {
  /// Adds the picture of what codes answer to, of the first repeat alone.
  ///
  /// - Parameter model: the training that left the model, where one tells its latents' KL.
  mutating func addResponses(of codes: String, model: String? = nil) {
    guard repetition == 0 else { return }
    var inputs = data.merging(["features": codes]) { $1 }
    inputs["model"] = model
    let picture = add(
      ResponsesStep(kinds: kinds), [:], inputs: inputs, label: "responses of \(row.id)",
      needs: Needs(memory: 1 << 30, seconds: 3, device: model != nil))
    addPicture(.responses, picture)
  }
}
