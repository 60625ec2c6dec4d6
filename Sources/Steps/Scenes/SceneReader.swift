import Datasets
import Files
import Manifest
import Models
import Pipeline
import Randomness
import Torch

/// What tells the class of every pixel of an image that a row has made: a classifier of images.
///
/// It decides what a column speaks of: one that reads photographs is asked of label maps that were made into photographs.
protocol SceneReader: Parameterised {
  /// The direction whose images it reads.
  static var reads: TranslationDirection { get }
  /// Adds what a step has to be given to read by it.
  ///
  /// - Parameter configured: the same parameters as a manifest wrote them.
  func addInputs(_ configured: Configured, to inputs: inout [String: String], in builder: inout PlanBuilder)
  /// Ready to read, by those inputs.
  func reading(_ context: StepContext) throws -> SceneReading
}

extension SceneReader {
  static var kind: Kind {
    Kind(name, summary, fields: parameters.map(\.field), takes: .images, gives: [.confusions], rules: rules)
  }
}

/// Class ids of images.
struct SceneReading {
  /// Row-major ids of each image, all of one size; an id beyond the classes is no class.
  let ids: (_ images: any ByteImages, _ indices: [Int]) throws -> [ClassMap]
}

/// What is said of each pixel of one image.
struct ClassMap {
  let height: Int
  let width: Int
  let ids: [UInt8]

  /// Counts by what is true and what is said, the map enlarged to the truth by the nearest pixel; a last column for what is
  /// no class. Pixels that are no class in truth are in no count.
  func confusions(
    with truth: UnsafeBufferPointer<UInt8>, height trueHeight: Int, width trueWidth: Int, classes: Int
  )
    -> [Int32]
  {
    var counts = [Int32](repeating: 0, count: classes * (classes + 1))
    let columns = (0..<trueWidth).map { (2 * $0 + 1) * width / (2 * trueWidth) }
    for row in 0..<trueHeight {
      let line = (2 * row + 1) * height / (2 * trueHeight) * width
      for column in 0..<trueWidth {
        let actual = Int(truth[row * trueWidth + column])
        guard actual < classes else { continue }
        let said = min(Int(ids[line + columns[column]]), classes)
        counts[actual * (classes + 1) + said] += 1
      }
    }
    return counts
  }

  /// A picture of it in the classes' colours; black where there is no class.
  var planes: [UInt8] {
    var planes = [UInt8](repeating: 0, count: 3 * ids.count)
    for (pixel, id) in ids.enumerated() where Int(id) < SceneClasses.colours.count {
      for channel in 0..<3 { planes[channel * ids.count + pixel] = SceneClasses.colours[Int(id)][channel] }
    }
    return planes
  }
}

/// The nearest of the palette's colours, pixel by pixel (Zhu et al. 2017, section 5.1, photo to labels).
struct NearestColour: SceneReader {
  var candidates = ColourDecoder.Candidates.classes
  var distance = ColourDecoder.Distance.l2

  static let name = "nearest-colour"
  static let summary = "reads a label map: the class of the nearest colour of the palette, pixel by pixel"
  static let reads = TranslationDirection.photosToLabels
  static let parameters: [Parameter<NearestColour>] = [
    Parameter(
      "candidates", \.candidates,
      "classes: the 19 that are scored; palette: all 30 colours, of which those of no class count as wrong"),
    Parameter("distance", \.distance, "between colours in RGB"),
  ]

  func addInputs(
    _ configured: Configured, to inputs: inout [String: String], in builder: inout PlanBuilder
  ) {}

  func reading(_ context: StepContext) -> SceneReading {
    let decoder = ColourDecoder(candidates: candidates, distance: distance)
    return SceneReading { images, indices in
      indices.map { index in
        ClassMap(
          height: images.height, width: images.width,
          ids: images.withPixels(of: index) { decoder.ids(planes: $0) })
      }
    }
  }
}

/// A small fully convolutional network, trained here on photographs of the size that generators make: in place of the
/// FCN-8s of Long et al. 2015 that the published scores are read by.
struct SceneParsing: SceneReader {
  var readSide = 256
  var width = 16
  var batch = 16
  var learningRate = 2e-3
  var weightDecay = 1e-2
  var zoom = 1.3
  var updates = 0
  var threads = 1

  static let name = "fcn"
  static let summary =
    "reads a photograph: a fully convolutional network that is trained on the table's training photographs"
  static let reads = TranslationDirection.labelsToPhotos
  static let parameters: [Parameter<SceneParsing>] = [
    Parameter(
      "read-side", \.readSide, in: 16...2048,
      "pixels a side to which photographs are enlarged before they are read"),
    Parameter("width", \.width, in: 1...512, "maps of the first stage; every stage has twice as many"),
    Parameter("batch", \.batch, in: 1...4096, "photographs per update"),
    Parameter(
      "learning-rate", \.learningRate, in: 1e-9...1, "AdamW learning rate, falling to 0 by a half cosine"),
    Parameter("weight-decay", \.weightDecay, in: 0...1, "AdamW's decay"),
    Parameter(
      "zoom", \.zoom, in: 1...4, "the largest factor by which training photographs are enlarged and cut"),
    .updates(\.updates), .threads(\.threads),
  ]
  static let rules = [
    Kind.Rule("read-side") { values in
      guard let side = values["read-side"]?.int, side % 16 != 0 else { return nil }
      return "`read-side` must be a multiple of 16, because the network halves it four times, but is \(side)"
    }
  ]

  func addInputs(
    _ configured: Configured, to inputs: inout [String: String], in builder: inout PlanBuilder
  ) {
    let side = builder.sceneOptions.side
    let scenes = builder.addScenes(Split.train, side: side, truth: .side(readSide))
    let pixels = Double(updates * batch * readSide * readSide)
    inputs[SceneRole.reader] = builder.add(
      TrainStep(kinds: builder.kinds),
      .object(
        (configured.identified(by: Self.self).object ?? [:])
          .merging([TranslationTraining.sideKey: .int(side)]) { $1 }),
      inputs: [SceneRole.scenes: scenes],
      // One for all rows and repeats: what differs between them is not what reads them.
      seed: Seed.derive(root: builder.experiment.seed, path: "reader"),
      label: "train the reader of photographs",
      needs: Needs(cores: threads, memory: 2 << 30, seconds: 5 + pixels * 2e-6, device: true))
    inputs[SceneRole.readerScenes] = scenes
  }

  /// What the network is told.
  func configuration(side: Int) -> SceneParserConfiguration {
    var configuration = SceneParserConfiguration(side: side, readSide: readSide, updates: updates)
    configuration.width = width
    configuration.batch = batch
    configuration.learningRate = learningRate
    configuration.weightDecay = weightDecay
    configuration.zoom = zoom
    return configuration
  }

  func parser(_ scenes: ScenePairs, side: Int, seed: UInt64, device: Device) throws -> SceneParser {
    guard let truth = scenes.truth else { throw StepsError(.failed, "the training scenes have no truth") }
    return try SceneParser(
      configuration: configuration(side: side), photos: scenes.photos, truth: truth, seed: seed,
      device: device)
  }

  func reading(_ context: StepContext) throws -> SceneReading {
    let folder = context.input(SceneRole.reader)
    let scenes = try context.scenes(SceneRole.readerScenes)
    let parser = try TrainStep.model(in: folder) { parameters in
      try SceneParsing(parameters).parser(
        scenes, side: parameters[TranslationTraining.sideKey]?.int ?? 0, seed: 0,
        device: Device.checked(context.device))
    }
    try parser.restoreWeights(from: "\(folder)/\(TrainStep.weights)")
    return SceneReading { [readSide] images, indices in
      try parser.parse(images, indices: indices).map { ClassMap(height: readSide, width: readSide, ids: $0) }
    }
  }
}
