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
  static let curveFile = "curve.json"
  private static let modelFile = "model.json"

  func run(_ context: StepContext) throws {
    let log = context.hasInput("images") ? try trainNetwork(context) : try trainFactorModel(context)
    try DurableFile.write(
      try JSON(encoding: log.curve).canonical, to: "\(context.output)/\(TrainStep.curveFile)")
    try TrainStep.save(model: context.step.parameters, in: context.output)
  }

  /// A model of images with known factors; its codes of a fixed probe set are kept at every milestone.
  private func trainFactorModel(_ context: StepContext) throws -> TrainingLog {
    let images = try context.images()
    let kind = try kinds.factorModel(context.step.parameters)
    let model = try kind.model(images, seed: context.seed, device: context.device)
    let probe = Probe.indices(of: images.grid)
    let log = try TrainingLoop(model: model, length: kind.updates, context: context).run {
      try $0.recordMilestone(of: model, probe: probe)
    }
    try DurableFile.write(
      try JSON(encoding: log.probes).canonical, to: "\(context.output)/\(TrainStep.probeFile)")
    return log
  }

  /// A network on a collection of images.
  private func trainNetwork(_ context: StepContext) throws -> TrainingLog {
    let kind = try kinds.network(context.step.parameters)
    return try TrainingLoop(
      model: try kind.untrained(context), length: kind.updates, context: context
    ).run()
  }
}

extension TrainStep {
  /// How the model of a training artifact was built.
  static func model(in folder: String) throws -> JSON {
    try JSON(parsing: POSIXFileSystem().contents(of: "\(folder)/\(modelFile)"))
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
    let name = parameters["kind"]?.string
    guard let kind = try representation(name, giving: .codes) as? any FactorModel.Type else {
      throw StepsError(.failed, "no model is called '\(name ?? "")'")
    }
    return try kind.init(parameters)
  }

  /// The model of the `model` input, its weights restored.
  func trained(_ context: StepContext, _ images: any FactorImages) throws -> any TrainableModel {
    let folder = context.input("model")
    let model = try factorModel(TrainStep.model(in: folder)).model(images, seed: 0, device: context.device)
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

/// Updates a model, with checkpoints from which an interrupted run continues, and saves its weights.
struct TrainingLoop {
  let model: any Trainable
  /// Updates of the whole training, whose curve is recorded at places that follow from this number.
  let length: Int
  let context: StepContext

  /// - Parameters:
  ///   - end: the update at which to stop, the last one by default.
  ///   - start: what an earlier part of this training has left; the model is that far already.
  ///   - observe: called before the first update and after every one.
  func run(
    until end: Int? = nil, after start: TrainingLog? = nil,
    observe: (inout TrainingLog) throws -> Void = { _ in }
  ) throws -> TrainingLog {
    let end = end ?? length
    var log = start ?? TrainingLog(milestones: Milestones.updates(of: length))
    let checkpoints = Checkpoints(folder: context.checkpoint)
    if let resumed = checkpoints.restoreLatest(into: model) { log = resumed }
    let logEvery = max(1, length / 400)
    var lastCheckpoint = ContinuousClock.now

    try observe(&log)
    while model.updates < end {
      let scalars = try model.update()
      if model.updates % logEvery == 0 || model.updates == length { try log.append(model.updates, scalars) }
      try observe(&log)
      context.progress(
        Double(model.updates) / Double(end), "update \(model.updates) of \(end)")
      if context.shouldStop {
        try checkpoints.save(model, log)
        throw Interrupted()
      }
      if ContinuousClock.now - lastCheckpoint > Checkpoints.interval {
        try checkpoints.save(model, log)
        lastCheckpoint = .now
      }
    }
    try model.saveWeights(to: "\(context.output)/\(TrainStep.weights)")
    return log
  }
}

/// Training lengths at which the representation is probed.
enum Milestones {
  /// 0, then doubling up to the last update: 1/32, 1/16, 1/8, 1/4, 1/2, 1.
  static func updates(of length: Int) -> [Int] {
    Array(Set([0] + [32, 16, 8, 4, 2, 1].map { length / $0 })).sorted()
  }
}

/// A fixed set of images, the same for every model, that milestones are measured on.
enum Probe {
  static let count = 4096
  static let latentKLCount = 1024

  static func indices(of grid: FactorGrid) -> [Int] {
    var stream = RandomStream(seed: 0x70_726F_6265)
    return stream.sample(min(count, grid.count), of: grid.count)
  }
}

/// What training leaves besides the weights.
struct TrainingLog: Codable {
  struct Curve: Codable {
    var updates: [Int] = []
    var series: [String: [Double]] = [:]
  }
  struct ProbeCodes: Codable {
    let update: Int
    let dimensions: Int
    /// Row-major, one row per probe image, as bit patterns: exact and free of decimal text.
    let codes: [UInt32]
    let latentKL: [Double]
  }

  private(set) var curve = Curve()
  private(set) var probes: [ProbeCodes] = []
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
        update: model.updates, dimensions: codes.columns, codes: codes.elements.map(\.bitPattern),
        latentKL: try model.latentKL(Array(probe.prefix(Probe.latentKLCount))) ?? []))
  }
}

/// Checkpoints of one training run: `model-<updates>.safetensors` with `log-<updates>.json`, newest kept.
struct Checkpoints {
  /// Training repeats at most this much after a crash; `RETABLE_CHECKPOINT_SECONDS` sets another interval.
  static let interval = Duration.seconds(
    ProcessInfo.processInfo.environment["RETABLE_CHECKPOINT_SECONDS"].flatMap(Int.init) ?? 60)
  let folder: String

  func save(_ model: any Trainable, _ log: TrainingLog) throws {
    let tag = model.updates
    try DurableFile.write(try JSON(encoding: log).canonical, to: "\(folder)/log-\(tag).json")
    try DurableFile.write(to: "\(folder)/model-\(tag).safetensors") { try model.saveCheckpoint(to: $0) }
    for earlier in saved() where earlier != tag { remove(earlier) }
  }

  /// Restores the newest checkpoint that can be read and returns its log; unreadable ones are passed over.
  func restoreLatest(into model: any Trainable) -> TrainingLog? {
    for tag in saved().reversed() {
      if let bytes = try? POSIXFileSystem().contents(of: "\(folder)/log-\(tag).json"),
        let log = try? JSON(parsing: bytes).decode(TrainingLog.self),
        (try? model.restoreCheckpoint(from: "\(folder)/model-\(tag).safetensors")) != nil,
        model.updates == tag
      {
        return log
      }
      remove(tag)
    }
    return nil
  }

  private func saved() -> [Int] {
    let names = (try? POSIXFileSystem().sortedNames(in: folder)) ?? []
    return names.compactMap { name in
      guard name.hasPrefix("model-"), name.hasSuffix(".safetensors") else { return nil }
      return Int(name.dropFirst(6).dropLast(12))
    }.sorted()
  }

  private func remove(_ tag: Int) {
    try? POSIXFileSystem().removeFile("\(folder)/model-\(tag).safetensors")
    try? POSIXFileSystem().removeFile("\(folder)/log-\(tag).json")
  }
}
