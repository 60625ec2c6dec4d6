import Datasets
import Files
import LinearAlgebra
import Randomness
import Torch

/// The free choices of a deep convolutional inverse graphics network.
public struct DCIGNConfiguration: Codable, Sendable, Hashable {
  /// Channels after each of the encoder's three convolutions; the decoder mirrors them.
  public var channels: [Int]
  public var latents: Int
  /// Images of one update, of which all show the same factors but one.
  public var batch: Int
  public var learningRate: Double
  /// The weight of the old average in RMSprop's mean of squares.
  public var smoothing: Double
  public var weightDecay: Double
  /// How strongly a clamped latent is pulled to its mean over the batch.
  public var clampPull: Double
  /// Minibatches of the intrinsic type for each one of a labelled factor.
  public var intrinsicShare: Int

  public init(
    channels: [Int], latents: Int, batch: Int, learningRate: Double, smoothing: Double, weightDecay: Double,
    clampPull: Double, intrinsicShare: Int
  ) {
    self.channels = channels
    self.latents = latents
    self.batch = batch
    self.learningRate = learningRate
    self.smoothing = smoothing
    self.weightDecay = weightDecay
    self.clampPull = clampPull
    self.intrinsicShare = intrinsicShare
  }
}

/// DC-IGN (Kulkarni et al. 2015) as a baseline of Higgins et al. 2017: a convolutional VAE that is told which factor
/// varies within a minibatch.
///
/// The first four latents belong to x, y, scale and orientation, the rest to what is intrinsic (shape). In a minibatch
/// where one factor varies, all other latents are replaced by their mean over the batch before decoding, and get the
/// gradient `clampPull * (mean - batch mean)` in place of their own.
public final class DCIGN: TrainableModel, Restorable {
  public let configuration: DCIGNConfiguration
  private let images: any FactorImages
  private let device: Device
  private let encoder: ConvolutionalEncoder
  private let decoder: ConvolutionalDecoder
  private let optimiser: RMSprop
  private let noise: Generator
  private var choice: RandomStream
  private let batch: Tensor

  /// Factors with a latent of their own, in the order of those latents, by their position in `FactorGrid.dSprites`.
  private static let labelled = [3, 4, 1, 2]
  private static let shape = 0

  public init(
    configuration: DCIGNConfiguration, images: any FactorImages, seed: UInt64, device: Device = .cpu
  ) throws {
    precondition(configuration.channels.count == 3, "DC-IGN has three convolutions")
    precondition(configuration.latents > DCIGN.labelled.count, "the intrinsic factors need a latent too")
    self.configuration = configuration
    self.images = images
    self.device = device
    let initial = try Generator(seed: RandomStream.seed(from: seed, for: .initialWeights), device: .cpu)
    encoder = try ConvolutionalEncoder(
      side: images.width, channels: configuration.channels, latents: configuration.latents,
      generator: initial,
      device: device)
    decoder = try ConvolutionalDecoder(
      side: images.width, channels: configuration.channels, latents: configuration.latents,
      generator: initial,
      device: device)
    optimiser = try RMSprop(
      encoder.parameters + decoder.parameters, learningRate: configuration.learningRate,
      decay: configuration.smoothing, weightDecay: configuration.weightDecay)
    noise = try Generator(seed: RandomStream.seed(from: seed, for: .noise), device: device)
    choice = RandomStream(seed: seed, stream: Purpose.minibatches.rawValue)
    batch = try Tensor(repeating: 0, shape: [configuration.batch, images.width * images.height])
  }

  public var codeSize: Int { configuration.latents }
  public var updates: Int { optimiser.updates }
  public var traversalRange: ClosedRange<Float> { -3...3 }

  public func update() throws -> [String: Double] {
    let (indices, active) = drawMinibatch()
    try batch.withUnsafeMutableElements { images.fill(indices, into: $0) }
    let input = try batch.to(device)
    let posterior = try encoder(input)
    let isActive = try Tensor(
      (0..<codeSize).map { active.contains($0) ? 1 : 0 }, shape: [1, codeSize], device: device)
    let isClamped = try isActive * -1 + 1
    // No gradient flows through the mean over the batch.
    let centre = try posterior.mean.mean(along: 0, keepingDimension: true).detached()
    let sample = try posterior.mean + (posterior.logVariance * 0.5).exp() * noise.normal(posterior.mean.shape)
    let codes = try sample * isActive + centre * isClamped
    let perImage = 1 / Double(configuration.batch)
    let reconstruction = try decoder(codes).binaryCrossEntropy(logitsFor: input, reduction: .sum) * perImage
    let divergence =
      try (Tensor.gaussianDivergence(mean: posterior.mean, logVariance: posterior.logVariance) * isActive)
      .sum()
      * perImage
    let pull =
      try ((posterior.mean - centre).squared() * isClamped).sum() * (configuration.clampPull / 2 * perImage)
    let loss = try reconstruction + divergence + pull
    try loss.backward()
    try optimiser.update()
    return [
      "loss": try loss.scalar(), "reconstruction": try reconstruction.scalar(), "kl": try divergence.scalar(),
    ]
  }

  /// Images that differ in one factor only, and the latents that may carry it.
  private func drawMinibatch() -> (indices: [Int], active: Range<Int>) {
    let grid = images.grid
    var factors = grid.sizes.map { choice.index(below: $0) }
    let type = min(
      choice.index(below: DCIGN.labelled.count + configuration.intrinsicShare), DCIGN.labelled.count)
    let isIntrinsic = type == DCIGN.labelled.count
    let varying = isIntrinsic ? DCIGN.shape : DCIGN.labelled[type]
    let indices = (0..<configuration.batch).map { _ in
      factors[varying] = choice.index(below: grid.sizes[varying])
      return grid.index(of: factors)
    }
    return (indices, isIntrinsic ? type..<codeSize : type..<(type + 1))
  }
}

// MARK: What the model says about images

extension DCIGN {
  public func encode(_ indices: [Int]) throws -> Matrix<Float> {
    try rows(indices.count, columns: codeSize) { try encoder(load(indices[$0], of: images, to: device)).mean }
  }

  public func decode(_ codes: Matrix<Float>) throws -> Matrix<Float>? {
    try rows(codes.rows, columns: images.width * images.height) {
      try decoder(load(codes, rows: $0, to: device)).sigmoid()
    }
  }

  public func latentKL(_ indices: [Int]) throws -> [Double]? {
    let divergences = try rows(indices.count, columns: codeSize) {
      let posterior = try encoder(load(indices[$0], of: images, to: device))
      return try Tensor.gaussianDivergence(mean: posterior.mean, logVariance: posterior.logVariance)
    }
    return divergences.columnMeans()
  }
}

// MARK: Files

extension DCIGN {
  public var state: TrainingState {
    TrainingState(
      weights: encoder.parameters + decoder.parameters, optimisers: ["optimiser": optimiser],
      generators: ["noise": noise], streams: ["minibatches": choice])
  }

  public func resume(from checkpoint: Checkpoint) throws { choice = try checkpoint.stream("minibatches") }
}
