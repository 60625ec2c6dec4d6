import Datasets
import Files
import Images
import Manifest
import Models
import Pipeline

/// A few test scenes as every row of a table renders them, between what was given and the truth (Zhu et al. 2017, Figs. 5
/// and 7); below each image what was read of it.
struct ComparisonStep: StepKind {
  let name = "comparison"
  let version = 1
  let kinds: Kinds

  /// The role of the images of a row, by its place.
  static func role(_ row: Int) -> String { "row-\(row)" }

  func run(_ context: StepContext) throws {
    let parameters = context.step.parameters
    let labels = (parameters["labels"]?.array ?? []).compactMap(\.string)
    let scenes = try context.scenes(Split.test)
    let reader = try kinds.reader(parameters["reader"] ?? .null)
    let direction = type(of: reader).reads
    let reading = try reader.reading(context)
    let items = ShownScenes.indices(of: scenes.count, parameters["scenes"]?.int ?? 6)
    let inputs = direction.inputs(of: scenes)
    let enlargement = ShownScenes.enlargement(of: inputs)

    func column(_ images: any ByteImages) throws -> [[TileGrid.Tile]] {
      let maps = try reading.maps(images, items, scenes.truth ?? scenes.labels)
      return zip(items, maps).map { item, map in
        [
          TileGrid.Tile(images.raster(item).enlarged(by: enlargement)),
          TileGrid.Tile(Self.picture(of: map, like: inputs, enlargement)),
        ]
      }
    }
    var columns = try labels.indices.map { row in
      try column(ImageCollection(file: "\(context.input(Self.role(row)))/\(TranslateStep.file)"))
    }
    columns.append(try column(direction.targets(of: scenes)))
    let given = items.map { item in
      [
        TileGrid.Tile(inputs.raster(item).enlarged(by: enlargement)),
        Self.truth(scenes, item, inputs, enlargement),
      ]
    }
    var grid = TileGrid(
      rows: items.indices.flatMap { scene in
        (0..<2).map { part in ([given] + columns).map { $0[scene][part] } }
      })
    grid.columnCaptions = (["input"] + labels + ["truth"]).map(Self.wrapped)
    grid.rowCaptions = items.flatMap { _ in ["made", "read"] }
    try DurableFile.write(try grid.composed().png(), to: "\(context.output)/comparison.png")
  }

  private static func picture(of map: ClassMap, like images: some ByteImages, _ enlargement: Int) -> Raster {
    let side = images.width * enlargement
    let rows = (0..<side).map { $0 * map.height / side }
    let columns = (0..<side).map { $0 * map.width / side }
    let ids = rows.flatMap { row in columns.map { map.ids[row * map.width + $0] } }
    return Raster(planes: ClassMap(height: side, width: side, ids: ids).planes, side: side, channels: 3)
  }

  /// The truth below what was given; nothing where the scenes have none.
  private static func truth(
    _ scenes: ScenePairs, _ item: Int, _ images: some ByteImages, _ enlargement: Int
  ) -> TileGrid.Tile {
    guard let truth = scenes.truth else {
      return TileGrid.Tile(images.raster(item).enlarged(by: enlargement))
    }
    let map = ClassMap(height: truth.height, width: truth.width, ids: truth.pixels(of: item))
    return TileGrid.Tile(picture(of: map, like: images, enlargement))
  }

  /// A label in lines that are no wider than a picture.
  private static func wrapped(_ label: String) -> String {
    var lines: [String] = []
    for word in label.split(separator: " ") {
      if let last = lines.last, last.count + word.count < 14 {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines.joined(separator: "\n")
  }
}

extension Planner {
  /// For each direction a picture of what all rows have made, where they make images.
  func addComparisons(of experiment: Experiment, _ data: [String: String], to plan: inout Plan) {
    for direction in TranslationDirection.allCases {
      addComparison(direction, of: experiment, data, to: &plan)
    }
  }

  private func addComparison(
    _ direction: TranslationDirection, of experiment: Experiment, _ data: [String: String],
    to plan: inout Plan
  ) {
    var shown: [(row: Row, images: String)] = []
    var reader: Configured?
    for row in experiment.rows {
      for column in experiment.columns {
        guard let configured = row.classifier(column),
          kinds.readers.first(where: { $0.name == configured.kind })?.reads == direction,
          let score = plan.targets.first(where: {
            $0.role == .score && $0.row == row.id && $0.name == column.id && $0.repetition == 0
          }), let fit = plan.step(score.identity)?.inputs["outcomes"],
          let images = plan.step(fit)?.inputs[SceneRole.images]
        else { continue }
        shown.append((row, images))
        reader = reader ?? configured
        break
      }
    }
    guard let first = shown.first?.row, let reader,
      let kind = kinds.readers.first(where: { $0.name == reader.kind })
    else { return }
    var builder = PlanBuilder(
      plan: plan, kinds: kinds, experiment: experiment, row: first, repetition: 0, data: data,
      sources: sources)
    var inputs = [Split.test: builder.addScenes(Split.test, side: builder.sceneOptions.side, truth: .native)]
    for (place, shown) in shown.enumerated() { inputs[ComparisonStep.role(place)] = shown.images }
    builder.settled(kind, reader).addInputs(reader, to: &inputs, in: &builder)
    builder.addTarget(
      .figure, "comparison-\(direction.rawValue).png",
      builder.add(
        ComparisonStep(kinds: kinds),
        [
          "reader": reader.identified(by: kind), "scenes": 6,
          "labels": .array(shown.map { .string($0.row.label) }),
        ], inputs: inputs, label: "comparison of rows, \(direction.rawValue)",
        needs: Needs(memory: 2 << 30, seconds: 10, device: true)))
    plan = builder.plan
  }
}
