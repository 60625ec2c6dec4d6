import Datasets
import Foundation
import Randomness
import Torch

/// Tells the class of every pixel of a photograph: what reads the photographs that a translator makes of labels.
///
/// Photographs of the size that generators emit are enlarged bilinearly and read at that larger size, as the published
/// evaluator reads 256 pixels at 1024 x 2048. Training images are cropped and enlarged further, and flipped, the truth
/// with them.
public final class SceneParser: Restorable {
  static let name = "scene parser"
  /// The class of pixels that count nowhere.
  public static let ignoredClass: UInt8 = 255
  public let configuration: SceneParserConfiguration
  private let photos: any ByteImages
  private let truth: any ByteImages
  private let device: Device
  private let network: SceneNetwork
  private let optimiser: Adam
  private var order: EpochOrder
  private var windows: RandomStream

  /// - Parameter truth: one channel of class ids at `readSide` x `readSide`, index by index with the photographs; 255
  ///   where a pixel counts nowhere.
  /// - Throws: `ModelError.images` for images of other sizes or numbers, `ModelError.data` for choices that make no network.
  public init(
    configuration: SceneParserConfiguration, photos: any ByteImages, truth: any ByteImages, seed: UInt64,
    device: Device = .cpu
  ) throws {
    try configuration.check()
    func require(_ images: any ByteImages, _ name: String, channels: Int, side: Int) throws {
      guard ImageSize(images) == ImageSize(channels: channels, height: side, width: side) else {
        throw ModelError.images(
          model: SceneParser.name,
          found: "\(name) of \(images.width) x \(images.height) pixels and \(images.channels) channels",
          needed: "\(side) x \(side) pixels and \(channels) channel\(channels == 1 ? "" : "s")")
      }
    }
    try require(photos, "photographs", channels: 3, side: configuration.side)
    try require(truth, "truth", channels: 1, side: configuration.readSide)
    guard photos.count == truth.count, photos.count >= configuration.batch else {
      throw ModelError.images(
        model: SceneParser.name, found: "\(photos.count) photographs and the truth of \(truth.count)",
        needed: "one for each, and at least a minibatch of \(configuration.batch)")
    }
    self.configuration = configuration
    self.photos = photos
    self.truth = truth
    self.device = device
    let initial = try Torch.Generator(seed: RandomStream.seed(from: seed, for: .initialWeights), device: .cpu)
    network = try SceneNetwork(configuration, generator: initial, device: device)
    optimiser = try Adam(
      network.parameters, learningRate: configuration.learningRate, weightDecay: configuration.weightDecay,
      isDecayDecoupled: true)
    order = EpochOrder(
      count: photos.count, batch: configuration.batch,
      source: RandomStream(seed: seed, stream: Purpose.minibatches.rawValue))
    windows = RandomStream(seed: seed, stream: Purpose.crops.rawValue)
  }

  public var updates: Int { optimiser.updates }

  /// One step on one minibatch. Reports `loss`, nats per pixel that counts.
  ///
  /// - Throws: `ModelError.data` for a class in the truth that there is not.
  public func update() throws -> [String: Double] {
    let indices = order.indices(ofMinibatch: updates)
    let parts = indices.map { _ in SceneWindow.random(zoom: configuration.zoom, from: &windows) }
    let (classes, counted) = try classes(indices, parts)
    let scores = try network(load(photos, indices, parts), .training)
    let ignored = Int(SceneParser.ignoredClass)
    let loss =
      try scores.crossEntropy(pixelClasses: classes, ignoring: ignored, reduction: .sum)
      * (1 / Double(max(1, counted)))
    let rate = optimiser.learningRate(cosine: configuration)
    try loss.backward()
    optimiser.learningRate = rate
    try optimiser.update()
    return ["loss": try loss.scalar()]
  }

  /// Class ids at `readSide` x `readSide`, row-major, one array an image. Uses running statistics.
  ///
  /// - Throws: `ModelError.images` for images of another size than those that the model was made for, `ModelError.data` for
  ///   indices out of range.
  public func parse(_ photos: any ByteImages, indices: [Int]) throws -> [[UInt8]] {
    let size = ImageSize(channels: 3, height: configuration.side, width: configuration.side)
    try size.check(photos, indices, model: SceneParser.name)
    let pixels = configuration.readSide * configuration.readSide
    return try withoutGradient {
      try blocks(0..<indices.count, of: configuration.batch).flatMap { range in
        let part = Array(indices[range])
        let input = try load(photos, part, part.map { _ in .whole })
        let ids = try network(input, .evaluation).indexOfMaximum(along: 1).elements()
        return part.indices.map { row in ids[(row * pixels)..<((row + 1) * pixels)].map { UInt8($0) } }
      }
    }
  }

  /// These parts of these photographs, [n, 3, `readSide`, `readSide`].
  private func load(_ photos: any ByteImages, _ indices: [Int], _ parts: [SceneWindow]) throws -> Tensor {
    let side = configuration.readSide
    return try Tensor(shape: [indices.count, 3, side, side]) { elements in
      guard let first = elements.baseAddress else { return }
      for (row, (index, part)) in zip(indices, parts).enumerated() {
        part.sample(photos, index, side: side, into: first + row * 3 * side * side)
      }
    }.to(device)
  }

  /// The truth of these parts, [n, `readSide`, `readSide`], and how many of its pixels count.
  private func classes(_ indices: [Int], _ parts: [SceneWindow]) throws -> (Tensor, counted: Int) {
    let side = configuration.readSide
    var all: [Int] = []
    all.reserveCapacity(indices.count * side * side)
    for (index, part) in zip(indices, parts) {
      let ids = part.classes(truth, index, side: side)
      if let wrong = ids.first(where: { $0 >= configuration.classes && $0 != SceneParser.ignoredClass }) {
        throw ModelError.data(
          model: SceneParser.name, found: "class \(wrong) in the truth of image \(index)",
          needed: "classes 0 to \(configuration.classes - 1), or \(SceneParser.ignoredClass) for none")
      }
      all += ids.map(Int.init)
    }
    let counted = all.count { $0 != Int(SceneParser.ignoredClass) }
    return (try Tensor(indices: all, device: device).reshaped([indices.count, side, side]), counted)
  }
}

extension Optimiser {
  /// The rate of the next update on half a cosine from the configured one to 0 after the last.
  fileprivate func learningRate(cosine configuration: SceneParserConfiguration) -> Double {
    let done = min(1, Double(updates) / Double(max(1, configuration.updates)))
    return configuration.learningRate * 0.5 * (1 + cos(.pi * done))
  }
}

// MARK: Files

extension SceneParser {
  public var state: TrainingState {
    TrainingState(
      weights: network.weights, optimisers: ["optimiser": optimiser],
      streams: ["minibatches": order.source, "windows": windows])
  }

  public func resume(from checkpoint: Checkpoint) throws {
    order.source = try checkpoint.stream("minibatches")
    windows = try checkpoint.stream("windows")
  }
}
