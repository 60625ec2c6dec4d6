import Datasets
import Files
import Foundation
import LinearAlgebra
import Randomness
import Torch

/// The free choices of a fully connected (beta-)VAE.
public struct BetaVAEConfiguration: Codable, Sendable, Hashable {
  /// Units of each hidden layer.
  public var hidden: Int
  public var latents: Int
  /// The weight of the divergence; 1 is the plain VAE, 0.01 learning rate and 4 the paper's choice for 2D shapes.
  public var beta: Double
  /// Images of one update.
  public var batch: Int
  public var optimiser: OptimiserKind
  public var learningRate: Double
  /// Where Adagrad's sums of squares start.
  public var initialAccumulator: Double
  public var initialisation: InitialisationKind

  public enum OptimiserKind: String, Codable, Sendable, CaseIterable { case adagrad, adam }
  public enum InitialisationKind: String, Codable, Sendable, CaseIterable {
    case glorot
    case fanIn = "fan-in"
  }

  public init(
    hidden: Int = 1200, latents: Int = 10, beta: Double = 4, batch: Int = 64,
    optimiser: OptimiserKind = .adagrad,
    learningRate: Double = 1e-2, initialAccumulator: Double = 0, initialisation: InitialisationKind = .glorot
  ) {
    self.hidden = hidden
    self.latents = latents
    self.beta = beta
    self.batch = batch
    self.optimiser = optimiser
    self.learningRate = learningRate
    self.initialAccumulator = initialAccumulator
    self.initialisation = initialisation
  }
}

/// The fully connected VAE of the 2D shapes experiments (Higgins et al. 2017, appendix, table 1), trained on
///
///     E_q[log p(x|z)] - beta KL(q(z|x) || N(0, I)),
///
/// the Bernoulli log-likelihood summed over pixels, the divergence summed over latents, one sample of z for each image,
/// the mean over the batch. Without any update it is the "VAE untrained" row.
public final class BetaVAE: TrainableModel, Restorable {
  public let configuration: BetaVAEConfiguration
  private let images: any FactorImages
  private let device: Device
  private let encoder: GaussianEncoder
  private let decoder: BernoulliDecoder
  private let optimiser: any Optimiser
  private let noise: Generator
  private var choice: RandomStream
  /// The images of one update, written anew each time.
  private let batch: Tensor

  public init(
    configuration: BetaVAEConfiguration, images: any FactorImages, seed: UInt64, device: Device = .cpu
  ) throws {
    self.configuration = configuration
    self.images = images
    self.device = device
    let pixels = images.width * images.height
    let initial = try Generator(seed: RandomStream.seed(from: seed, for: .initialWeights), device: .cpu)
    let initialisation: Initialisation = configuration.initialisation == .glorot ? .glorotUniform : .fanIn
    encoder = try GaussianEncoder(
      pixels: pixels, hidden: configuration.hidden, latents: configuration.latents,
      initialisation: initialisation,
      generator: initial, device: device)
    decoder = try BernoulliDecoder(
      latents: configuration.latents, hidden: configuration.hidden, pixels: pixels,
      initialisation: initialisation,
      generator: initial, device: device)
    let parameters = encoder.parameters + decoder.parameters
    optimiser =
      switch configuration.optimiser {
      case .adagrad:
        try Adagrad(
          parameters, learningRate: configuration.learningRate,
          initialAccumulator: configuration.initialAccumulator)
      case .adam: try Adam(parameters, learningRate: configuration.learningRate)
      }
    noise = try Generator(seed: RandomStream.seed(from: seed, for: .noise), device: device)
    choice = RandomStream(seed: seed, stream: Purpose.minibatches.rawValue)
    batch = try Tensor(repeating: 0, shape: [configuration.batch, pixels])
  }

  public var codeSize: Int { configuration.latents }
  public var updates: Int { optimiser.updates }
  public var traversalRange: ClosedRange<Float> { -3...3 }

  public func update() throws -> [String: Double] {
    let indices = (0..<configuration.batch).map { _ in choice.index(below: images.grid.count) }
    try batch.withUnsafeMutableElements { images.fill(indices, into: $0) }
    let input = try batch.to(device)
    let posterior = try encoder(input, by: optimiser.apply)
    let codes = try posterior.mean + (posterior.logVariance * 0.5).exp() * noise.normal(posterior.mean.shape)
    let perImage = 1 / Double(configuration.batch)
    let reconstruction =
      try decoder(codes, by: optimiser.apply).binaryCrossEntropy(logitsFor: input, reduction: .sum) * perImage
    let divergence =
      try Tensor.gaussianDivergence(mean: posterior.mean, logVariance: posterior.logVariance).sum() * perImage
    let loss = try reconstruction + divergence * configuration.beta
    try loss.backward()
    try optimiser.update()
    return [
      "loss": try loss.scalar(), "reconstruction": try reconstruction.scalar(), "kl": try divergence.scalar(),
    ]
  }
}

// MARK: What the model says about images

extension BetaVAE {
  public func encode(_ indices: [Int]) throws -> Matrix<Float> {
    try rows(indices.count, columns: codeSize) { range in
      try encoder(load(indices[range], of: images, to: device)).mean
    }
  }

  public func decode(_ codes: Matrix<Float>) throws -> Matrix<Float>? {
    precondition(codes.columns == codeSize, "codes of \(codes.columns) elements for a model of \(codeSize)")
    return try rows(codes.rows, columns: images.width * images.height) { range in
      try decoder(load(codes, rows: range, to: device)).sigmoid()
    }
  }

  public func latentKL(_ indices: [Int]) throws -> [Double]? {
    let divergences = try rows(indices.count, columns: codeSize) { range in
      let posterior = try encoder(load(indices[range], of: images, to: device))
      return try Tensor.gaussianDivergence(mean: posterior.mean, logVariance: posterior.logVariance)
    }
    return divergences.columnMeans()
  }
}

extension BetaVAE: PerceptronCoder {
  public func perceptron() throws -> BinaryPerceptron? {
    guard images.width == DSprites.side, images.height == DSprites.side else { return nil }
    return BinaryPerceptron(layers: try encoder.meanLayers())
  }
}

// MARK: Files

extension BetaVAE {
  public var state: TrainingState {
    TrainingState(
      weights: encoder.weights + decoder.weights, optimisers: ["optimiser": optimiser],
      generators: ["noise": noise], streams: ["minibatches": choice])
  }

  public func resume(from checkpoint: Checkpoint) throws { choice = try checkpoint.stream("minibatches") }
}
