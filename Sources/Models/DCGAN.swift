import Datasets
import LinearAlgebra
import Randomness
import Torch

/// Deep convolutional GAN (Radford, Metz and Chintala 2016), trained as the authors' released scripts do:
///
///     D: min BCE(D(x), 1) + BCE(D(G(z)), 0),   G: min BCE(D(G(z)), 1),
///
/// means over the minibatch; real and generated images pass through D apart, each with the statistics of its own
/// minibatch. Its discriminator's features are `DiscriminatorFeatures`.
public final class DCGAN: Trainable {
  public let configuration: DCGANConfiguration
  private let images: any ByteImages
  private let device: Device
  private let generator: DCGANGenerator
  private let discriminator: DCGANDiscriminator
  private let generatorOptimiser: Adam
  private let discriminatorOptimiser: Adam
  private let prior: Torch.Generator
  private var order: EpochOrder
  private let ones: Tensor
  private let zeros: Tensor

  /// Throws `ModelError.images` unless the images have the configuration's side and fill a minibatch.
  public init(
    configuration: DCGANConfiguration, images: any ByteImages, seed: UInt64, device: Device = .cpu
  ) throws {
    try configuration.check(images)
    guard images.count >= configuration.batch else {
      throw ModelError.images(
        model: "DCGAN", found: "\(images.count) images",
        needed: "at least a minibatch of \(configuration.batch)")
    }
    self.configuration = configuration
    self.images = images
    self.device = device
    let initial = try Torch.Generator(seed: RandomStream.seed(from: seed, for: .initialWeights), device: .cpu)
    // The discriminator first: its random start is the control of its features, and needs no generator.
    discriminator = try DCGANDiscriminator(
      configuration, channels: images.channels, generator: initial, device: device)
    generator = try DCGANGenerator(
      configuration, channels: images.channels, generator: initial, device: device)
    func adam(_ parameters: [NamedTensor]) throws -> Adam {
      try Adam(
        parameters, learningRate: configuration.learningRate, beta1: configuration.beta1,
        weightDecay: configuration.weightDecay)
    }
    generatorOptimiser = try adam(generator.parameters)
    discriminatorOptimiser = try adam(discriminator.parameters)
    prior = try Torch.Generator(seed: RandomStream.seed(from: seed, for: .prior), device: device)
    order = EpochOrder(
      count: images.count, batch: configuration.batch,
      source: RandomStream(seed: seed, stream: Purpose.minibatches.rawValue))
    ones = try Tensor(repeating: 1, shape: [configuration.batch, 1], device: device)
    zeros = try Tensor(repeating: 0, shape: [configuration.batch, 1], device: device)
  }

  public var updates: Int { discriminatorOptimiser.updates }

  /// Minibatches of one update: two in the alternating schedule, of which the generator's is drawn but not looked at.
  public var minibatchesPerUpdate: Int { configuration.schedule == .alternating ? 2 : 1 }

  /// One update of each network.
  ///
  /// Reports `discriminator` and `generator` (losses in nats per image), `accuracy_real` and `accuracy_fake` (the shares
  /// of the discriminator's two minibatches that it judges rightly).
  public func update() throws -> [String: Double] {
    switch configuration.schedule {
    case .alternating:
      let deception = try updateGenerator()
      let judgement = try updateDiscriminator(minibatch: 2 * updates + 1)
      return judgement.merging(["generator": deception]) { own, _ in own }
    case .everyMinibatch:
      let judgement = try updateDiscriminator(minibatch: updates)
      return try judgement.merging(["generator": updateGenerator()]) { own, _ in own }
    }
  }

  private func updateGenerator() throws -> Double {
    let loss = try discriminator.parameters.heldConstant {
      let loss = try discriminator(generator(latents()), .batch)
        .binaryCrossEntropy(logitsFor: ones, reduction: .mean)
      try loss.backward()
      return loss
    }
    try generatorOptimiser.update()
    return try loss.scalar()
  }

  private func updateDiscriminator(minibatch number: Int) throws -> [String: Double] {
    let real = try load(order.indices(ofMinibatch: number), of: images, levels: signedLevels, to: device)
    let fake = try withoutGradient { try generator(latents()) }
    let onReal = try discriminator(real, .batch)
    let onFake = try discriminator(fake, .batch)
    let loss =
      try onReal.binaryCrossEntropy(logitsFor: ones, reduction: .mean)
      + onFake.binaryCrossEntropy(logitsFor: zeros, reduction: .mean)
    try loss.backward()
    try discriminatorOptimiser.update()
    func share(_ logits: Tensor, _ isRight: (Float) -> Bool) throws -> Double {
      Double(try logits.elements().count(where: isRight)) / Double(configuration.batch)
    }
    return [
      "discriminator": try loss.scalar(),
      "accuracy_real": try share(onReal) { $0 > 0 }, "accuracy_fake": try share(onFake) { $0 < 0 },
    ]
  }

  private func latents() throws -> Tensor { try configuration.latents(from: prior) }
}

extension DCGANConfiguration {
  /// Throws unless the strides take these images to 4 x 4.
  func check(_ images: any ByteImages) throws {
    guard images.height == side, images.width == side else {
      throw ModelError.images(
        model: "DCGAN", found: "images of \(images.width) x \(images.height) pixels",
        needed: "\(side) x \(side) with strides \(strides)")
    }
  }

  /// One minibatch of the generator's input.
  fileprivate func latents(from generator: Torch.Generator) throws -> Tensor {
    switch prior {
    case .uniform: try generator.uniform([batch, latents], in: -1..<1)
    case .gaussian: try generator.normal([batch, latents])
    }
  }
}

// MARK: What the generator makes

extension DCGAN {
  /// Generated images, normalised in whole minibatches as in training: the first ones do not depend on `count`.
  public func samples(_ count: Int, seed: UInt64) throws -> ImageStack {
    let source = try Torch.Generator(seed: seed, device: device)
    let side = configuration.side
    var bytes: [UInt8] = []
    try withoutGradient {
      while bytes.count < count * images.channels * side * side {
        bytes += try ImageStack(signed: generator(configuration.latents(from: source))).bytes
      }
    }
    return ImageStack(
      channels: images.channels, height: side, width: side,
      bytes: Array(bytes.prefix(count * images.channels * side * side)))
  }
}

extension DCGAN {
  /// Inputs of the generator from its prior, `count` x latents.
  public func latents(_ count: Int, seed: UInt64) throws -> Matrix<Float> {
    let source = try Torch.Generator(seed: seed, device: device)
    let width = configuration.latents
    var elements: [Float] = []
    while elements.count < count * width {
      elements += try configuration.latents(from: source).elements()
    }
    return Matrix(rows: count, columns: width, elements: Array(elements.prefix(count * width)))
  }

  /// The images of these inputs, n x latents. The generator normalises by the statistics of a minibatch: it sees at most a
  /// quarter of one from `latents`, the rest are inputs from the prior that are always the same, so that an image hardly
  /// depends on its neighbours.
  public func images(of latents: Matrix<Float>) throws -> ImageStack {
    let width = configuration.latents
    precondition(latents.columns == width, "inputs of \(latents.columns) numbers, not \(width)")
    let batch = configuration.batch
    let part = max(1, batch / 4)
    let company = try self.latents(batch, seed: 0)
    let pixels = images.channels * configuration.side * configuration.side
    var bytes: [UInt8] = []
    try withoutGradient {
      for start in stride(from: 0, to: latents.rows, by: part) {
        let range = start..<min(start + part, latents.rows)
        let input = try Tensor(shape: [batch, width]) { elements in
          for position in 0..<(range.count * width) {
            elements[position] = latents.elements[range.lowerBound * width + position]
          }
          for position in (range.count * width)..<(batch * width) {
            elements[position] = company.elements[position]
          }
        }.to(device)
        bytes += try ImageStack(signed: generator(input)).bytes.prefix(range.count * pixels)
      }
    }
    return ImageStack(
      channels: images.channels, height: configuration.side, width: configuration.side, bytes: bytes)
  }
}

// MARK: Files

extension DCGAN {
  private var weights: [NamedTensor] { generator.parameters + discriminator.parameters }
  private var optimisers: [String: any Optimiser] {
    ["generator": generatorOptimiser, "discriminator": discriminatorOptimiser]
  }

  public func saveWeights(to path: String) throws { try Safetensors.write(tensors: weights, to: path) }
  public func restoreWeights(from path: String) throws { try SafetensorsFile(path: path).load(into: weights) }

  public func saveCheckpoint(to path: String) throws {
    try Checkpoint.write(
      weights: weights, optimisers: optimisers, generators: ["prior": prior],
      streams: ["minibatches": order.source], to: path)
  }

  public func restoreCheckpoint(from path: String) throws {
    let checkpoint = try Checkpoint(
      path: path, weights: weights, optimisers: optimisers, generators: ["prior": prior],
      streams: ["minibatches": order.source])
    order.source = try checkpoint.stream("minibatches")
  }
}
