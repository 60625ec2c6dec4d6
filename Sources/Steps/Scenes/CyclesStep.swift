import Datasets
import Files
import Images
import Manifest
import Models
import Pipeline

/// A few label maps x and photographs y, what a model makes of them, and what it makes of that again: x, G(x), F(G(x)) (Zhu et
/// al. 2017, Fig. 4).
struct CyclesStep: StepKind {
  let name = "cycles"
  let version = 1
  let kinds: Kinds

  func run(_ context: StepContext) throws {
    let scenes = try context.scenes(SceneRole.scenes)
    let model = try SceneTraining.restored(context, scenes, kinds: kinds)
    let items = ShownScenes.indices(of: scenes.count, try context.number("scenes"))
    var columns: [[Raster]] = []
    for there in TranslationDirection.allCases {
      let inputs = there.inputs(of: scenes)
      let made = try model.translate(inputs, indices: items, there)
      let again = try model.translate(made, indices: Array(0..<made.count), there.reversed)
      columns += [
        items.map { inputs.raster($0) }, (0..<made.count).map { made.raster($0) },
        (0..<again.count).map { again.raster($0) },
      ]
    }
    var grid = TileGrid(rows: items.indices.map { row in columns.map { TileGrid.Tile($0[row]) } })
    grid.columnCaptions = ["x", "G(x)", "F(G(x))", "y", "F(y)", "G(F(y))"]
    grid.enlargement = ShownScenes.enlargement(of: scenes.photos)
    try DurableFile.write(try grid.composed().png(), to: "\(context.output)/cycles.png")
  }
}

/// The test scenes that pictures show: the same in every picture.
enum ShownScenes {
  static func indices(of count: Int, _ wanted: Int) -> [Int] {
    // Spread over the split, whose order goes by towns, and away from its first scene.
    (0..<min(count, wanted)).map { (2 * $0 + 1) * count / (2 * min(count, wanted)) }
  }

  static func enlargement(of images: some ByteImages) -> Int { max(1, 96 / max(1, images.width)) }
}
