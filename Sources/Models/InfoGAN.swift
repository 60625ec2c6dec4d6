import Datasets
import Files
import LinearAlgebra
import Randomness
import Torch

/// The free choices of an InfoGAN with continuous codes.
public struct InfoGANConfiguration: Codable, Sendable, Hashable {
  /// Continuous codes with an information term, uniform in [-1, 1].
  public var codes: Int
  /// Further inputs, uniform in [-1, 1].
  public var noise: Int
  /// Units of the generator's two fully connected layers, and of the one of the discriminator's head.
  public var hidden: Int
  /// Channels at 8x8, 16x16 and 32x32 in the generator; the discriminator mirrors them.
  public var channels: [Int]
  public var batch: Int
  /// The weight of the information term.
  public var information: Double
  /// The deviation of the noise on every image that the discriminator sees, images being in [-1, 1].
  public var instanceNoise: Double
  public var generatorRate: Double
  public var discriminatorRate: Double

  public init(
    codes: Int, noise: Int, hidden: Int, channels: [Int], batch: Int, information: Double,
    instanceNoise: Double,
    generatorRate: Double, discriminatorRate: Double
  ) {
    self.codes = codes
    self.noise = noise
    self.hidden = hidden
    self.channels = channels
    self.batch = batch
    self.information = information
    self.instanceNoise = instanceNoise
    self.generatorRate = generatorRate
    self.discriminatorRate = discriminatorRate
  }
}

/// InfoGAN (Chen et al. 2016) as a baseline of Higgins et al. 2017 (appendix A.2):
///
///     min over G, Q, max over D of V(D, G) - information * L_I,   L_I = E[log Q(c|G(z, c))] + const,
///
/// where Q is a Gaussian of unit variance that shares D's convolutions. Q's means on real images are the codes.
public final class InfoGAN: TrainableModel, Restorable {
  public let configuration: InfoGANConfiguration
  private let images: any FactorImages
  private let device: Device
  private let generator: ImageGenerator
  private let discriminator: ImageDiscriminator
  private let generatorOptimiser: Adam
  private let discriminatorOptimiser: Adam
  private let prior: Torch.Generator
  private let noise: Torch.Generator
  private var choice: RandomStream
  private let batch: Tensor
  private let adversary = TranslationConfiguration.Adversary.crossEntropy

  public init(
    configuration: InfoGANConfiguration, images: any FactorImages, seed: UInt64, device: Device = .cpu
  ) throws {
    precondition(configuration.channels.count == 3, "InfoGAN has three resolutions between 8x8 and 64x64")
    self.configuration = configuration
    self.images = images
    self.device = device
    let initial = try Torch.Generator(seed: RandomStream.seed(from: seed, for: .initialWeights), device: .cpu)
    generator = try ImageGenerator(configuration, side: images.width, generator: initial, device: device)
    discriminator = try ImageDiscriminator(
      configuration, side: images.width, generator: initial, device: device)
    generatorOptimiser = try Adam(
      generator.parameters + discriminator.codeParameters, learningRate: configuration.generatorRate,
      beta1: 0.5)
    discriminatorOptimiser = try Adam(
      discriminator.parameters, learningRate: configuration.discriminatorRate, beta1: 0.5)
    prior = try Torch.Generator(seed: RandomStream.seed(from: seed, for: .prior), device: device)
    noise = try Torch.Generator(seed: RandomStream.seed(from: seed, for: .noise), device: device)
    choice = RandomStream(seed: seed, stream: Purpose.minibatches.rawValue)
    batch = try Tensor(repeating: 0, shape: [configuration.batch, images.width * images.height])
  }

  public var codeSize: Int { configuration.codes }
  public var updates: Int { generatorOptimiser.updates }
  public var traversalRange: ClosedRange<Float> { -1...1 }

  /// One update of the discriminator, then one of the generator, on the same generated images.
  public func update() throws -> [String: Double] {
    let indices = (0..<configuration.batch).map { _ in choice.index(below: images.grid.count) }
    try batch.withUnsafeMutableElements { images.fill(indices, into: $0) }
    let real = try batch.to(device) * 2 - 1
    let input = try prior.uniform(
      [configuration.batch, configuration.codes + configuration.noise], in: -1..<1)
    let codes = try input.slice(0..<configuration.codes, along: 1)
    let fake = try generator(input, .training)

    // The head of Q belongs to the generator's optimiser and is not moved by the discriminator's loss.
    let truth = try discriminator.codeParameters.heldConstant {
      let onReal = try discriminator(noisy(real), .training)
      let onFake = try discriminator(noisy(fake.detached()), .training)
      let truth =
        try adversary.loss(onReal.logit, areReal: true) + adversary.loss(onFake.logit, areReal: false)
      try (truth + information(onFake.codes, codes)).backward()
      return truth
    }
    try discriminatorOptimiser.update()

    let (deception, told) = try discriminator.parameters.heldConstant {
      let judged = try discriminator(noisy(fake), .training)
      let deception = try adversary.loss(judged.logit, areReal: true)
      let told = try information(judged.codes, codes)
      try (deception + told).backward()
      return (deception, told)
    }
    try generatorOptimiser.update()
    return [
      "discriminator": try truth.scalar(), "generator": try deception.scalar(),
      "information": try told.scalar(),
    ]
  }

  private func noisy(_ images: Tensor) throws -> Tensor {
    try images + noise.normal(images.shape, deviation: configuration.instanceNoise)
  }

  /// -log Q(c|x) up to a constant, mean over the batch, weighted.
  private func information(_ means: Tensor, _ codes: Tensor) throws -> Tensor {
    try means.squaredError(codes, reduction: .sum)
      * (configuration.information / 2 / Double(configuration.batch))
  }
}

// MARK: What the model says about images

extension InfoGAN {
  public func encode(_ indices: [Int]) throws -> Matrix<Float> {
    try rows(indices.count, columns: codeSize) {
      try discriminator(load(indices[$0], of: images, to: device) * 2 - 1, .evaluation).codes
    }
  }

  /// Generated images in 0...1 with every further noise input at zero.
  public func decode(_ codes: Matrix<Float>) throws -> Matrix<Float>? {
    try rows(codes.rows, columns: images.width * images.height) { range in
      let zeros = try Tensor(repeating: 0, shape: [range.count, configuration.noise], device: device)
      let input = try Tensor.concatenate([load(codes, rows: range, to: device), zeros], along: 1)
      return try generator(input, .evaluation) * 0.5 + 0.5
    }
  }

  public func latentKL(_ indices: [Int]) throws -> [Double]? { nil }
}

// MARK: Files

extension InfoGAN {
  public var state: TrainingState {
    TrainingState(
      weights: generator.weights + discriminator.weights,
      optimisers: ["generator": generatorOptimiser, "discriminator": discriminatorOptimiser],
      generators: ["noise": noise, "prior": prior], streams: ["minibatches": choice])
  }

  public func resume(from checkpoint: Checkpoint) throws { choice = try checkpoint.stream("minibatches") }
}
