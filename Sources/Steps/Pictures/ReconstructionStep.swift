import Datasets
import Files
import Images
import LinearAlgebra
import Manifest
import Models
import Pipeline
import Results

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

/// What makes codes of images and images of codes, so that another model may stand between the two.
protocol Autoencoding: Reconstructing {
  /// By the model of the `model` input, with the items' own codes.
  func autoencoder(
    of images: ImageCollection, _ indices: [Int], _ context: StepContext
  ) throws -> ImageAutoencoder
}

/// An autoencoder and the codes that it has made of some images.
struct ImageAutoencoder {
  /// What it sees of each image, and what that is called.
  let seen: (caption: String, images: ImageStack)
  let caption: String
  /// items x latents
  let codes: Matrix<Float>
  let images: (_ codes: Matrix<Float>) throws -> ImageStack
}

extension Autoencoding {
  func reconstructions(
    of images: ImageCollection, _ indices: [Int], _ context: StepContext
  ) throws -> [(caption: String, images: ImageStack)] {
    let autoencoder = try autoencoder(of: images, indices, context)
    return [autoencoder.seen, (autoencoder.caption, try autoencoder.images(autoencoder.codes))]
  }
}

/// A model of codes that gives codes back.
protocol Recoding: Parameterised {
  /// What the model of the `classifier` input gives back of each row of codes.
  func recoded(_ codes: Matrix<Float>, classes: Int, _ context: StepContext) throws -> Matrix<Float>
}

/// The first images of a split, and below each what a model gives back of it: an autoencoder alone, or an autoencoder
/// with a model of its codes between coding and decoding.
struct ReconstructionStep: StepKind {
  let name = "reconstructions"
  let version = 1
  let kinds: Kinds

  static let classifier = "classifier"

  func run(_ context: StepContext) throws {
    let images = try context.collection(Split.test)
    let count = min(images.count, try context.number("images"))
    let indices = Array(0..<count)
    var rows: [(caption: String, images: ImageStack)]
    if context.hasInput(Self.classifier) {
      let kind = try TrainStep.model(in: context.input("model")) {
        try kinds.able((any Autoencoding).self, $0)
      }
      let recoding = try TrainStep.model(in: context.input(Self.classifier)) {
        try kinds.able((any Recoding).self, $0)
      }
      let autoencoder = try kind.autoencoder(of: images, indices, context)
      let recoded = try recoding.recoded(autoencoder.codes, classes: images.classes.count, context)
      rows = [
        autoencoder.seen, (autoencoder.caption, try autoencoder.images(autoencoder.codes)),
        ("and its classifier", try autoencoder.images(recoded)),
      ]
    } else {
      let kind = try TrainStep.model(in: context.input("model")) {
        try kinds.able((any Reconstructing).self, $0)
      }
      rows = try kind.reconstructions(of: images, indices, context)
    }
    var grid = TileGrid(
      rows: [indices.map { TileGrid.Tile(images.raster($0)) }]
        + rows.map { row in (0..<count).map { TileGrid.Tile(row.images.raster($0)) } })
    grid.rowCaptions = ["image"] + rows.map(\.caption)
    grid.enlargement = 2
    try DurableFile.write(try grid.composed().png(), to: "\(context.output)/reconstructions.png")
  }
}

extension Kinds {
  /// The representation or classifier that these parameters describe, as something that can do what is asked of it.
  fileprivate func able<Model>(_: Model.Type, _ parameters: JSON) throws -> Model {
    let name = parameters["kind"]?.string
    let kinds = (representations as [any Parameterised.Type]) + classifiers
    guard let kind = kinds.first(where: { $0.name == name }), let model = try kind.init(parameters) as? Model
    else { throw StepsError(.failed, "'\(name ?? "")' gives no images back") }
    return model
  }
}

extension PlanBuilder {
  /// Whether a classifier of the row gives codes back, and with it a picture that shows what the codes' own model does, too.
  var givesCodesBack: Bool {
    experiment.columns.contains { column in
      guard column.includes(row), let kind = try? kinds.classifier(row.classifier(column)?.kind) else {
        return false
      }
      return kind is any Recoding.Type
    }
  }

  /// Adds the picture of what a classifier gives back, where it gives back anything: images, or the codes that the row's
  /// representation has made of them.
  mutating func addReconstructions<Kind: TrainedClassifier>(
    by classifier: Kind, model: String, features: String?
  ) {
    if let images = classifier as? any Reconstructing {
      if images.givesImagesBack { addReconstructions(by: model) }
    } else if classifier is any Recoding, let encoding = features.flatMap(plan.step),
      let autoencoder = encoding.inputs["model"], let seen = encoding.inputs["features"],
      kinds.representations.contains(where: {
        $0.name == row.representation.kind && $0 is any Autoencoding.Type
      })
    {
      addReconstructions(by: autoencoder, inputs: ["features": seen, ReconstructionStep.classifier: model])
    }
  }

  /// Adds the picture of a model's reconstructions, of the first repeat alone.
  mutating func addReconstructions(by model: String, inputs: [String: String] = [:]) {
    guard repetition == 0, let test = data[Split.test], let train = data[Split.train] else { return }
    let picture = add(
      ReconstructionStep(kinds: kinds), ["images": 12],
      inputs: inputs.merging(["model": model, Split.test: test, Split.train: train]) { $1 },
      seed: seed("draws"), label: "reconstructions of \(row.id)",
      needs: Needs(memory: 2 << 30, seconds: 10, device: true))
    // Rows that share a model share its picture; the first of them shows it. Of the trainings that columns of other draws ask for
    // a row shows the first.
    let file = PictureKind.reconstructions.file(of: row.id)
    guard
      !plan.targets.contains(where: {
        $0.role == .figure && ($0.identity == picture || ($0.row == row.id && $0.name == file))
      })
    else { return }
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
