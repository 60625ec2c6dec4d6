import Datasets
import Files
import Images
import Manifest
import Models
import Pipeline

/// What makes images of what it has made of images.
protocol Reconstructing: Parameterised {
  /// Whether the model of these parameters does.
  var givesImagesBack: Bool { get }
  /// The images of a split's items as the model of the `model` input gives them back, a row of the picture each.
  func reconstructions(
    of images: ImageCollection, _ indices: [Int], _ context: StepContext
  ) throws -> [(caption: String, images: ImageStack)]
}

extension Reconstructing {
  var givesImagesBack: Bool { true }
}

/// The first images of a split, and below each what a model gives back of it.
struct ReconstructionStep: StepKind {
  let name = "reconstructions"
  let version = 1
  let kinds: Kinds

  func run(_ context: StepContext) throws {
    let images = try context.collection(Split.test)
    let count = min(images.count, context.step.parameters["images"]?.int ?? 12)
    let indices = Array(0..<count)
    let kind = try TrainStep.model(in: context.input("model")) { try kinds.reconstructing($0) }
    let rows = try kind.reconstructions(of: images, indices, context)
    var grid = TileGrid(
      rows: [indices.map { TileGrid.Tile(images.raster($0)) }]
        + rows.map { row in (0..<count).map { TileGrid.Tile(row.images.raster($0)) } })
    grid.rowCaptions = ["image"] + rows.map(\.caption)
    grid.enlargement = 2
    try DurableFile.write(try grid.composed().png(), to: "\(context.output)/reconstructions.png")
  }
}

extension Kinds {
  fileprivate func reconstructing(_ parameters: JSON) throws -> any Reconstructing {
    let name = parameters["kind"]?.string
    let kinds = (representations as [any Parameterised.Type]) + classifiers
    guard let kind = kinds.first(where: { $0.name == name && $0 is any Reconstructing.Type }),
      let reconstructing = kind as? any Reconstructing.Type
    else { throw StepsError(.failed, "'\(name ?? "")' gives no images back") }
    return try reconstructing.init(parameters)
  }
}

extension PlanBuilder {
  /// Adds the picture of a model's reconstructions, of the first repeat alone.
  mutating func addReconstructions(by model: String, inputs: [String: String] = [:]) {
    guard repetition == 0, let test = data[Split.test], let train = data[Split.train] else { return }
    let picture = add(
      ReconstructionStep(kinds: kinds), ["images": 12],
      inputs: inputs.merging(["model": model, Split.test: test, Split.train: train]) { $1 },
      seed: seed("draws"), label: "reconstructions of \(row.id)",
      needs: Needs(memory: 2 << 30, seconds: 10, device: true))
    // Rows that share a model share its picture; the first of them shows it.
    guard !plan.targets.contains(where: { $0.role == .figure && $0.identity == picture }) else { return }
    addPicture(.reconstructions, picture)
  }
}

extension ImageStack {
  /// Rows of pixels, channel after channel, each rounded to the nearest of 256 levels.
  ///
  /// - Parameter scale: what takes a pixel to 0...255.
  init(rows: [[Float]], like images: ImageCollection, scale: Float) {
    self.init(
      channels: images.channels, height: images.height, width: images.width,
      bytes: rows.flatMap { $0.map { UInt8(min(255, max(0, (scale * $0).rounded()))) } })
  }
}
