import Datasets
import Files
import Foundation
import LinearAlgebra
import Models
import Pipeline
import Randomness
import Results

/// Trains a model, with checkpoints from which an interrupted run continues bit for bit.
///
/// The artifact holds the weights, the training curves, and for models of images with known factors the codes of a
/// fixed probe set at a few milestones, from which any metric can be drawn against training length.
struct TrainStep: StepKind {
  let name = "train"
  let version = 1

  static let weights = "weights.safetensors"
  static let probeFile = "probe.json"
  static let curveFile = "curve.json"
  static let modelFile = "model.json"

  private struct Length: Decodable {
    let updates: Int
  }

  func run(_ context: StepContext) throws {
    let length = try context.step.parameters.parameters(as: Length.self).updates
    let log = context.hasInput("images") ? try trainNetwork(context, length) : try trainCoder(context, length)
    for (name, text) in [
      (TrainStep.curveFile, try JSON(encoding: log.curve).canonical),
      (TrainStep.modelFile, context.step.parameters.canonical),
    ] {
      try DurableFile.write(text, to: "\(context.output)/\(name)")
    }
  }

  /// A model of images with known factors; its codes of a fixed probe set are kept at every milestone.
  private func trainCoder(_ context: StepContext, _ length: Int) throws -> TrainingLog {
    let images = try context.images()
    let model = try ModelFactory.make(
      context.step.parameters, images: images, seed: context.seed, device: context.device)
    let probe = Probe.indices(of: images.grid)
    let log = try TrainingLoop(model: model, length: length, context: context).run {
      try $0.recordMilestone(of: model, probe: probe)
    }
    try DurableFile.write(
      try JSON(encoding: log.probes).canonical, to: "\(context.output)/\(TrainStep.probeFile)")
    return log
  }

  /// A network on a collection of images.
  private func trainNetwork(_ context: StepContext, _ length: Int) throws -> TrainingLog {
    let model = try TrainStep.network(context.step.parameters, context)
    return try TrainingLoop(model: model, length: length, context: context).run()
  }
}

extension TrainStep {
  /// The network that parameters describe, untrained, on the images of a step.
  static func network(_ parameters: JSON, _ context: StepContext) throws -> any Trainable {
    try ModelFactory.network(
      parameters, images: try context.collection("images"), classes: try ClustersStep.classes(context),
      seed: context.seed, device: context.device)
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
