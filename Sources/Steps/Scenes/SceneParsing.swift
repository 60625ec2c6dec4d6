import Datasets
import Files
import Manifest
import Models
import Pipeline
import Randomness
import Torch

/// A small fully convolutional network, trained here on photographs of the size that generators make: in place of the
/// FCN-8s of Long et al. 2015 that the published scores are read by.
struct SceneParsing: SceneReader {
  var configuration = SceneParserConfiguration(side: 128, readSide: 256, updates: 0)
  var threads = 1

  static let name = "fcn"
  static let summary =
    "reads a photograph: a fully convolutional network that is trained on the table's training photographs"
  static let reads = TranslationDirection.labelsToPhotos
  static let parameters: [Parameter<SceneParsing>] = [
    Parameter(
      "read-side", \.configuration.readSide, in: 16...2048,
      "pixels a side to which photographs are enlarged before they are read"),
    Parameter(
      "width", \.configuration.width, in: 1...512, "maps of the first stage; every stage has twice as many"),
    Parameter("batch", \.configuration.batch, in: 1...4096, "photographs per update"),
    Parameter(
      "learning-rate", \.configuration.learningRate, in: 1e-9...1,
      "AdamW learning rate, falling to 0 by a half cosine"),
    Parameter("weight-decay", \.configuration.weightDecay, in: 0...1, "AdamW's decay"),
    Parameter(
      "zoom", \.configuration.zoom, in: 1...4,
      "the largest factor by which training photographs are enlarged and cut"),
    .updates(\.configuration.updates), .threads(\.threads),
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
    let scenes = builder.addScenes(Split.train, side: side, truth: .side(configuration.readSide))
    let (updates, batch, readSide) = (configuration.updates, configuration.batch, configuration.readSide)
    let pixels = Double(updates * batch * readSide * readSide)
    let reader = builder.add(
      TrainStep(kinds: builder.kinds),
      .object(
        (configured.identified(by: Self.self).object ?? [:])
          .merging([SceneTraining.sideKey: .int(side)]) { $1 }),
      inputs: [SceneRole.scenes: scenes],
      // One for all rows and repeats: what differs between them is not what reads them.
      seed: Seed.derive(root: builder.experiment.seed, path: "reader"),
      label: "train the reader of photographs",
      needs: Needs(cores: threads, memory: 2 << 30, seconds: 5 + pixels * 2e-6, device: true))
    inputs[SceneRole.reader] = reader
    inputs[SceneRole.readerScenes] = scenes
    builder.addSharedTarget(.instrument, Self.name, reader)
  }

  var updates: Int { configuration.updates }

  /// What the network is told.
  func configuration(side: Int) -> SceneParserConfiguration {
    var configuration = configuration
    configuration.side = side
    return configuration
  }

  func parser(_ scenes: ScenePairs, side: Int, seed: UInt64, device: Device) throws -> SceneParser {
    guard let truth = scenes.truth else { throw StepsError(.failed, "the training scenes have no truth") }
    // Counts may agree where scenes do not.
    guard scenes.arePaired else {
      throw StepsError(
        .dataMissing,
        "the reader of photographs learns from pairs, and the photographs and label maps of this copy do not go together; "
          + "get a copy of pairs"
      )
    }
    return try SceneParser(
      configuration: configuration(side: side), photos: scenes.photos, truth: truth, seed: seed,
      device: device)
  }

  func reading(_ context: StepContext) throws -> SceneReading {
    let folder = context.input(SceneRole.reader)
    let scenes = try context.scenes(SceneRole.readerScenes)
    let parser = try TrainStep.model(in: folder) { parameters in
      try SceneParsing(parameters).parser(
        scenes, side: parameters[SceneTraining.sideKey]?.int ?? 0, seed: 0,
        device: Device.checked(context.device))
    }
    try parser.restoreWeights(from: "\(folder)/\(TrainStep.weights)")
    return SceneReading { [readSide = configuration.readSide] images, indices, _ in
      try parser.parse(images, indices: indices).map { ClassMap(height: readSide, width: readSide, ids: $0) }
    }
  }
}
