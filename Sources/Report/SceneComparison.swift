import Images
import Manifest
import Results

/// A few test scenes as every row renders them, between what was given and the truth (Zhu et al. 2017, Figs. 5 and 7); below
/// each image what was read of it. Drawn from the results alone, so that rows of several machines stand side by side.
struct SceneComparison {
  /// The stem of the file name.
  let name: String
  let caption: String
  private let columns: [(caption: String, examples: SceneExamples)]

  /// One for each direction that has rows.
  static func all(of layout: TableLayout) -> [SceneComparison] {
    let results = layout.results
    return Set(results.examples.map(\.direction)).sorted().compactMap { direction in
      var columns: [(String, SceneExamples)] = []
      for row in layout.experiment.rows {
        guard let examples = results.examples(of: .row(row.id), direction) else { continue }
        columns.append((row.label, examples))
      }
      guard !columns.isEmpty else { return nil }
      if let input = results.examples(of: .input, direction) { columns.insert(("input", input), at: 0) }
      if let truth = results.examples(of: .truth, direction) { columns.append(("truth", truth)) }
      return SceneComparison(direction: direction, columns: columns, layout.experiment)
    }
  }

  private init(direction: String, columns: [(String, SceneExamples)], _ experiment: Experiment) {
    let words = direction.replacing("-", with: " ")
    name = "comparison-\(Figure.slug(direction))"
    caption =
      "Test scenes as every row renders them, \(words), and below each image what was read of it, "
      + "\(experiment.profile) profile."
    self.columns = columns.map { (caption: $0.0, examples: $0.1) }
  }

  /// The bytes of the picture; throws `ImageError` where it would be too large.
  func png() throws -> [UInt8] {
    let count = columns.map(\.examples.made.count).min() ?? 0
    var grid = TileGrid(
      rows: (0..<count).flatMap { scene in
        [
          columns.map { TileGrid.Tile(Self.enlarged($0.examples.made, scene)) },
          columns.map { TileGrid.Tile(Self.enlarged($0.examples.read, scene)) },
        ]
      })
    let width = grid.rows.first?.first?.picture.width ?? 0
    grid.columnCaptions = columns.map { Self.wrapped($0.caption, to: width) }
    grid.rowCaptions = (0..<count).flatMap { _ in ["made", "read"] }
    return try grid.composed().png()
  }

  private static func enlarged(_ pictures: SceneExamples.Pictures, _ index: Int) -> Raster {
    Raster(
      width: pictures.width, height: pictures.height, colour: .rgb, bytes: pictures.bytes(of: index)
    ).enlarged(by: max(1, 96 / pictures.width))
  }

  /// A label in lines that are no wider than a picture.
  private static func wrapped(_ label: String, to width: Int) -> String {
    var lines: [String] = []
    for word in label.split(separator: " ") {
      if let last = lines.last, Raster.size(ofText: "\(last) \(word)").width <= width {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines.joined(separator: "\n")
  }
}
