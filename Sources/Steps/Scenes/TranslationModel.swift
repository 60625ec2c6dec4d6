import Datasets
import Files
import Manifest
import Models
import Pipeline
import Randomness
import Torch

/// What leaves an image of every test scene, in either direction, for a reader.
protocol SceneRepresentation: Representation {
  /// Whether there are images in a direction; columns of another have no cell in the row.
  func makes(_ direction: TranslationDirection) -> Bool
  /// Adds the step that makes the images.
  ///
  /// - Parameter represented: what `plan` has returned.
  func images(
    _ direction: TranslationDirection, of represented: String, _ configured: Configured,
    in builder: inout PlanBuilder
  ) -> String
}

extension SceneRepresentation {
  func makes(_ direction: TranslationDirection) -> Bool { true }
  static var takes: Port { .imagePairs }
  static var gives: Port { .images }
}

/// A model that makes images of one domain of images of the other, trained in a `train` step: one training serves both
/// directions, and so every table that its row is in.
protocol TranslationModel: SceneRepresentation {
  var updates: Int { get }
  var threads: Int { get }
  /// Whether it compares images by deep features.
  var needsFeatures: Bool { get }
  /// Seconds of one update at 128x128 on one core of a machine of today, a guess for the first run.
  var secondsPerUpdate: Double { get }
  /// Throws `ModelError` for networks that cannot make images of so many pixels a side.
  func check(side: Int) throws
  /// The untrained model.
  ///
  /// - Parameters:
  ///   - scenes: what it learns from; any scenes of at least `side` where it is restored.
  ///   - weights: the folder of the arrays of the deep features' network.
  func model(
    _ scenes: ScenePairs, side: Int, weights: String?, seed: UInt64, device: Device
  ) throws -> any ImageTranslator
}

extension TranslationModel {
  var needsFeatures: Bool { false }

  func plan(_ configured: Configured, in builder: inout PlanBuilder) -> String {
    let model = builder.addTranslator(self, configured)
    builder.addTranslationPictures(of: model, self, configured)
    return model
  }

  func images(
    _ direction: TranslationDirection, of represented: String, _ configured: Configured,
    in builder: inout PlanBuilder
  ) -> String {
    var parameters = configured.only(.encoding, of: Self.self).json.object ?? [:]
    parameters["direction"] = .string(direction.rawValue)
    return builder.add(
      TranslateStep(kinds: builder.kinds), .object(parameters),
      inputs: builder.translationInputs(represented, needsFeatures: needsFeatures),
      seed: builder.seed("translate"),
      label: "\(direction.rawValue) by \(builder.label)",
      needs: Needs(memory: 2 << 30, seconds: 30, device: true))
  }
}

extension Kind.Rule {
  /// Networks that cannot make images of the table's size are refused where they are written: their training would be the
  /// first to say so, which may be hours later.
  static func makesImages<Model: TranslationModel>(_ kind: Model.Type) -> Kind.Rule {
    Kind.Rule("kind") { values in
      // The size is known only where a table is looked at. The model is made of its own values, by which this rule passes.
      guard let side = values[TableFact.dataset("side")]?.int,
        let model = try? Model(TableFact.without(values))
      else { return nil }
      let place = "with `side: \(side)` under `dataset`, `\(Model.name)` cannot "
      do {
        try model.check(side: side)
        return nil
      } catch ModelError.data(_, let found, let needed) {
        return place + "use \(found); it needs \(needed)"
      } catch {
        return place + "be trained: \(error)"
      }
    }
  }
}

/// The roles of a translation's inputs.
enum SceneRole {
  /// Scenes that are learned from.
  static let scenes = "scenes"
  /// Scenes of which a few are translated during training, for the curve; nothing of them reaches an update.
  static let probe = "probe"
  /// The network of deep features.
  static let weights = "weights"
  /// What was made of the test scenes.
  static let images = "images"
  /// What reads photographs.
  static let reader = "reader"
  /// What the reader was trained on.
  static let readerScenes = "reader-scenes"
}

extension PlanBuilder {
  var sceneOptions: SceneOptions { settled(SceneOptions.self, experiment.dataset) }

  private var sceneSet: any DataSet {
    guard let set = kinds.datasets.first(where: { $0.name == experiment.dataset.kind }) else {
      preconditionFailure("the manifest was validated, yet its data set is unknown")
    }
    return set
  }

  /// The scenes of a split at a size.
  mutating func addScenes(_ split: String, side: Int, truth: TruthSize = .none) -> String {
    let set = sceneSet
    guard let found = set.split(split) else {
      preconditionFailure("the manifest was validated, yet its data set has no split '\(split)'")
    }
    let step = ScenesStep(form: SceneForm(side: side, truth: truth, ids: sceneOptions.ids))
    return plan.add(step.step(reading: found, of: set, first: 0, from: sources.origin(of: found, in: set)))
  }

  /// Trains a model of both directions.
  mutating func addTranslator<Model: TranslationModel>(_ model: Model, _ configured: Configured) -> String {
    let options = sceneOptions
    var inputs = [
      SceneRole.scenes: addScenes(Split.train, side: options.trainingSide),
      SceneRole.probe: addScenes(Split.test, side: options.side),
    ]
    if model.needsFeatures { inputs[SceneRole.weights] = addReleasedWeights(SqueezeNetSet()) }
    let learning = configured.without(.encoding, .planning, of: Model.self).identified(by: Model.self)
    let scale = Double(options.side * options.side) / (128 * 128)
    return add(
      TrainStep(kinds: kinds),
      .object((learning.object ?? [:]).merging([SceneTraining.sideKey: .int(options.side)]) { $1 }),
      inputs: inputs, seed: seed("train"), label: "train \(label)",
      needs: Needs(
        cores: model.threads, memory: 2 << 30,
        seconds: 5 + scale * model.secondsPerUpdate * Double(model.updates), device: true))
  }

  /// What is read to translate the test scenes by a trained model.
  mutating func translationInputs(_ model: String, needsFeatures: Bool) -> [String: String] {
    var inputs = ["model": model, SceneRole.scenes: addScenes(Split.test, side: sceneOptions.side)]
    if needsFeatures { inputs[SceneRole.weights] = addReleasedWeights(SqueezeNetSet()) }
    return inputs
  }

  /// The learning curve with its scores, and for the first repeat a picture of cycles.
  mutating func addTranslationPictures<Model: TranslationModel>(
    of model: String, _ kind: Model, _ configured: Configured
  ) {
    guard kind.updates > 0 else { return }
    var inputs = ["model": model, Split.test: addScenes(Split.test, side: sceneOptions.side, truth: .native)]
    let readers = sceneReaders
    for (configured, kind) in readers {
      settled(kind, configured).addInputs(configured, to: &inputs, in: &self)
    }
    addTarget(
      .model, "curve",
      add(
        TranslationCurveStep(kinds: kinds),
        ["readers": .array(readers.map { $0.configured.identified(revision: $0.kind.revision) })],
        inputs: inputs,
        label: "learning curve of \(label)",
        needs: Needs(memory: 1 << 30, seconds: 20, device: readers.contains { $0.kind.usesDevice })))
    guard repetition == 0 else { return }
    addPicture(
      .cycles,
      add(
        CyclesStep(kinds: kinds),
        .object(configured.only(.encoding, of: Model.self).parameters.merging(["scenes": 6]) { $1 }),
        inputs: translationInputs(model, needsFeatures: kind.needsFeatures), seed: seed("translate"),
        label: "cycles of \(row.id)", needs: Needs(memory: 2 << 30, seconds: 10, device: true)))
  }

  /// What reads the row's images: of either direction the first reader that a column of the row names. A curve has one
  /// score for each, and its step one trained reader.
  private var sceneReaders: [(configured: Configured, kind: any SceneReader.Type)] {
    var readers: [(configured: Configured, kind: any SceneReader.Type)] = []
    for column in experiment.columns where column.includes(row) {
      guard let configured = row.classifier(column),
        let kind = kinds.readers.first(where: { $0.name == configured.kind }),
        !readers.contains(where: { $0.kind.reads == kind.reads })
      else { continue }
      readers.append((configured, kind))
    }
    return readers
  }
}
