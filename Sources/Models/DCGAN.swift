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
public final class DCGAN: Restorable {
  public let configuration: DCGANConfiguration
  private let images: any ByteImages
  private let device: Device
  private let generator: DCGANGenerator
  private let discriminator: DCGANDiscriminator
  private let generatorOptimiser: Adam
  private let discriminatorOptimiser: Adam
  private let prior: Torch.Generator
  private var order: EpochOrder
  private let adversary = TranslationConfiguration.Adversary.crossEntropy

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
  }

  public var updates: Int { discriminatorOptimiser.updates }

  /// One update of each network. One minibatch moves the generator, which doesn't look at it, and the next one the
  /// discriminator, so that each has half of an epoch, as in the authors' released script.
  ///
  /// Reports `discriminator` and `generator` (losses in nats per image), `accuracy_real` and `accuracy_fake` (the shares
  /// of the discriminator's two minibatches that it judges rightly).
  public func update() throws -> [String: Double] {
    let deception = try updateGenerator()
    let judgement = try updateDiscriminator(minibatch: 2 * updates + 1)
    return judgement.merging(["generator": deception]) { own, _ in own }
  }

  private func updateGenerator() throws -> Double {
    let loss = try discriminator.parameters.heldConstant {
      let loss = try adversary.loss(discriminator(generator(latents()), .batch), areReal: true)
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
    let loss = try adversary.loss(onReal, areReal: true) + adversary.loss(onFake, areReal: false)
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
    let company = try self.latents(batch, seed: 0)
    let pixels = images.channels * configuration.side * configuration.side
    var bytes: [UInt8] = []
    try withoutGradient {
      for range in blocks(0..<latents.rows, of: max(1, batch / 4)) {
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
  public var state: TrainingState {
    TrainingState(
      weights: generator.parameters + discriminator.parameters,
      optimisers: ["generator": generatorOptimiser, "discriminator": discriminatorOptimiser],
      generators: ["prior": prior], streams: ["minibatches": order.source])
  }

  public func resume(from checkpoint: Checkpoint) throws {
    order.source = try checkpoint.stream("minibatches")
  }
}
