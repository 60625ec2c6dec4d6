import Datasets
import Files
import Foundation
import LinearAlgebra
import Manifest
import Models
import Pipeline
import Randomness
import Torch

/// Trains a model, with checkpoints from which an interrupted run continues bit for bit.
///
/// The artifact holds the weights, the training curves, and for models of images with known factors the codes of a
/// fixed probe set at a few milestones, from which any metric can be drawn against training length.
struct TrainStep: StepKind {
  let name = "train"
  let version = 1
  let kinds: Kinds

  static let weights = "weights.safetensors"
  static let probeFile = "probe.json"
  static let translationsFile = "translations.json"
  static let curveFile = "curve.json"
  private static let modelFile = "model.json"

  func run(_ context: StepContext) throws {
    let log = try TrainingLoop(try kinds.training(context.step.parameters, context), context).run()
    if !log.probes.isEmpty {
      try JSON.write(log.probes, to: "\(context.output)/\(TrainStep.probeFile)")
    }
    if let translations = log.translations {
      try JSON.write(translations, to: "\(context.output)/\(TrainStep.translationsFile)")
    }
    try JSON.write(log.curve, to: "\(context.output)/\(TrainStep.curveFile)")
    try TrainStep.save(model: context.step.parameters, in: context.output)
  }
}

extension TrainStep {
  /// How the model of a training artifact was built.
  ///
  /// Networks trust their configuration, which comes from a manifest that was checked. This file came from a disk: `build` holds
  /// it against the same declaration, and what it does not allow is said of the file.
  static func model<Model>(in folder: String, _ build: (JSON) throws -> Model) throws -> Model {
    let path = "\(folder)/\(modelFile)"
    let bytes = try POSIXFileSystem().contents(of: path)
    func refusal(_ reason: String) -> StepsError {
      StepsError(
        .failed,
        "cannot build the network that \(path) describes: \(reason), which no training could have left. Remove this "
          + "artifact's folder from the store and run again.")
    }
    guard let parameters = try? JSON(parsing: bytes), parameters.object != nil else {
      throw refusal("it is no JSON object")
    }
    do {
      return try build(parameters)
    } catch let error as ParameterError {
      throw refusal(error.description)
    } catch let error as StepsError {
      throw refusal(error.description)
    }
  }

  static func save(model parameters: JSON, in folder: String) throws {
    try DurableFile.write(parameters.canonical, to: "\(folder)/\(modelFile)")
  }
}

extension ImageNetwork {
  /// The untrained network, on the images of a step and on the surrogate classes that it may have been given.
  func untrained(_ context: StepContext, seed: UInt64? = nil) throws -> any Trainable {
    try network(
      try context.collection("images"), classes: try ClustersStep.classes(context),
      seed: seed ?? context.seed, device: context.device)
  }
}

extension Kinds {
  /// The model that a training's parameters describe.
  func factorModel(_ parameters: JSON) throws -> any FactorModel {
    try representation(
      of: parameters, giving: .codes, as: (any FactorModel.Type).self, or: "is no model that is trained"
    ).init(parameters)
  }

  /// The model of the `model` input, its weights restored.
  func trained(_ context: StepContext, _ images: any FactorImages) throws -> any TrainableModel {
    let folder = context.input("model")
    let kind = try TrainStep.model(in: folder) { try factorModel($0) }
    let model = try kind.model(images, seed: 0, device: context.device)
    try model.restoreWeights(from: "\(folder)/\(TrainStep.weights)")
    return model
  }
}

extension Device {
  /// The device of that name, which has to be there.
  static func checked(_ name: String) throws -> Device {
    let device = Device(rawValue: name) ?? .cpu
    try device.checkAvailable()
    return device
  }
}

/// Training lengths at which the representation is probed.
enum Milestones {
  /// Of long trainings 0, 1,000, four times as many each time, and the last update, so that trainings of different lengths meet;
  /// of short ones 0, then doubling up to the last update: 1/32, 1/16, 1/8, 1/4, 1/2, 1.
  static func updates(of length: Int) -> [Int] {
    guard length > 8000 else { return Array(Set([0] + [32, 16, 8, 4, 2, 1].map { length / $0 })).sorted() }
    let fours = sequence(first: 1000) { $0 * 4 }.prefix { $0 < length }
    return [0] + fours + [length]
  }
}

/// A fixed set of images, the same for every model, that milestones are measured on.
enum Probe {
  static let count = 4096
  /// The divergence of latents is measured on every so many-th image. They come in the order of the grid, shape by shape: the
  /// first thousand would be squares alone.
  private static let latentKLStride = 4

  static func indices(of grid: FactorGrid) -> [Int] {
    var stream = RandomStream(seed: 0x70_726F_6265)
    return stream.sample(min(count, grid.count), of: grid.count)
  }

  static func latentKLIndices(of grid: FactorGrid) -> [Int] {
    let indices = indices(of: grid)
    return stride(from: 0, to: indices.count, by: latentKLStride).map { indices[$0] }
  }

  /// The mean divergence of each latent from its prior, in nats; nil where the model has none.
  static func latentKL(of model: any TrainableModel, on grid: FactorGrid) throws -> [Double]? {
    try model.latentKL(latentKLIndices(of: grid))
  }
}

/// What training leaves besides the weights.
struct TrainingLog: Codable {
  struct Curve: Codable {
    var updates: [Int] = []
    var series: [String: [Double]] = [:]
  }
  struct ProbeCodes: Encodable {
    let update: Int
    let dimensions: Int
    /// Row-major, one row per probe image: float32, little-endian, in base 64. A checkpoint holds those of all milestones
    /// so far, and decimal text of them took longer to write than the updates between two checkpoints of a small model.
    let codes: Data
  }

  /// What a model that translates had made of a few scenes at a milestone.
  struct Translations: Codable {
    let update: Int
    let images: [Translated]
  }
  struct Translated: Codable {
    let direction: String
    /// Image after image, in base 64.
    let images: String
  }

  private(set) var curve = Curve()
  private(set) var probes: [ProbeCodes] = []
  private(set) var translations: [Translations]?
  private let milestones: [Int]

  init(milestones: [Int]) {
    self.milestones = milestones
  }

  mutating func append(_ update: Int, _ scalars: [String: Double]) throws {
    for (name, value) in scalars.sorted(by: { $0.key < $1.key }) where !value.isFinite {
      throw Divergence(name: name, value: value, update: update)
    }
    curve.updates.append(update)
    for (name, value) in scalars { curve.series[name, default: []].append(value) }
  }

  mutating func recordMilestone(of model: any TrainableModel, probe: [Int]) throws {
    guard milestones.contains(model.updates), !probes.contains(where: { $0.update == model.updates }) else {
      return
    }
    let codes = try model.encode(probe)
    probes.append(
      ProbeCodes(
        update: model.updates, dimensions: codes.columns, codes: codes.elements.withUnsafeBytes { Data($0) }))
  }

  /// Keeps what `translate` makes, if this is a milestone.
  mutating func recordMilestone(of model: any Trainable, _ translate: () throws -> [Translated]) throws {
    guard milestones.contains(model.updates),
      translations?.contains(where: { $0.update == model.updates }) != true
    else { return }
    translations = (translations ?? []) + [Translations(update: model.updates, images: try translate())]
  }
}

extension TrainingLog.ProbeCodes {
  var elements: [Float] {
    codes.withUnsafeBytes { bytes in
      (0..<(bytes.count / 4)).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
    }
  }
}

extension TrainingLog.ProbeCodes: Decodable {
  private enum CodingKeys: CodingKey { case update, dimensions, codes }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    update = try values.decode(Int.self, forKey: .update)
    dimensions = try values.decode(Int.self, forKey: .dimensions)
    // Stores hold trainings of before, whose codes are bit patterns as numbers.
    let patterns = try? values.decode([UInt32].self, forKey: .codes)
    codes =
      try patterns.map { $0.withUnsafeBytes { Data($0) } } ?? values.decode(Data.self, forKey: .codes)
  }
}
