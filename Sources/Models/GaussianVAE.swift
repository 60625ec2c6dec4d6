import LinearAlgebra
import Randomness
import Torch

/// The free choices of a VAE over rows of real numbers.
public struct GaussianVAEConfiguration: Codable, Sendable, Hashable {
  /// Softplus units of each hidden layer, of the encoder from the first on and of the decoder likewise.
  public var hidden: [Int]
  public var latents: Int
  /// Rows of one update.
  public var batch: Int
  public var learningRate: Double

  public init(
    hidden: [Int] = [500, 500], latents: Int = 300, batch: Int = 5000, learningRate: Double = 3e-4
  ) {
    precondition(hidden.allSatisfy { $0 > 0 } && latents > 0, "layers and codes have units")
    precondition(batch > 0, "a minibatch of \(batch) rows")
    self.hidden = hidden
    self.latents = latents
    self.batch = batch
    self.learningRate = learningRate
  }
}

/// The latent-feature model M1 of Kingma, Rezende, Mohamed and Welling (2014): a VAE of rows of real numbers, such as
/// whitened principal components of images, that maximises
///
///     E_q[log N(x; mean(z), variance(z))] - KL(q(z|x) || N(0, I)),
///
/// q(z|x) Gaussian, both variances learnt for each dimension, the divergence in closed form, one sample of z for each
/// row. Encoder and decoder are perceptrons of softplus units; weights start at N(0, 1 / fan in), biases and all that
/// makes log variances at zero. Adam moves them; the authors' released code uses a precursor of it.
public final class GaussianVAE: Restorable {
  public let configuration: GaussianVAEConfiguration
  private let inputs: any RowSource
  private let seed: UInt64
  private let device: Device
  private let encoder: GaussianPerceptron
  private let decoder: GaussianPerceptron
  private let optimiser: Adam
  private let noise: Generator
  private var order: EpochOrder
  private static let name = "Gaussian VAE"

  /// Throws `ModelError.data` unless the inputs fill a minibatch.
  public init(
    configuration: GaussianVAEConfiguration, inputs: any RowSource, seed: UInt64, device: Device = .cpu
  ) throws {
    guard inputs.columns > 0, inputs.rows >= configuration.batch else {
      throw ModelError.data(
        model: GaussianVAE.name, found: "\(inputs.rows) rows of \(inputs.columns) numbers",
        needed: "at least a minibatch of \(configuration.batch) rows")
    }
    self.configuration = configuration
    self.inputs = inputs
    self.seed = seed
    self.device = device
    let initial = try Generator(seed: RandomStream.seed(from: seed, for: .initialWeights), device: .cpu)
    let start = DenseStart(weights: .scaledNormal(gain: 1))
    encoder = try GaussianPerceptron(
      inputs: inputs.columns, hidden: configuration.hidden, outputs: configuration.latents, start: start,
      generator: initial, device: device)
    decoder = try GaussianPerceptron(
      inputs: configuration.latents, hidden: configuration.hidden, outputs: inputs.columns, start: start,
      generator: initial, device: device)
    optimiser = try Adam(
      encoder.parameters.named(under: "encoder") + decoder.parameters.named(under: "decoder"),
      learningRate: configuration.learningRate)
    noise = try Generator(seed: RandomStream.seed(from: seed, for: .noise), device: device)
    order = EpochOrder(
      count: inputs.rows, batch: configuration.batch,
      source: RandomStream(seed: seed, stream: Purpose.minibatches.rawValue))
  }

  public var updates: Int { optimiser.updates }

  /// One step on one minibatch. Reports `loss` (the negative bound), `reconstruction` (-log p(x|z)) and `kl`, in nats per
  /// row.
  public func update() throws -> [String: Double] {
    let rows = try load(order.indices(ofMinibatch: updates), of: inputs, to: device)
    let cost = try cost(of: rows, noise: noise)
    let perRow = 1 / Double(configuration.batch)
    let reconstruction = try cost.reconstruction * perRow
    let divergence = try cost.divergence * perRow
    let loss = try reconstruction + divergence
    try loss.backward()
    try optimiser.update()
    return [
      "loss": try loss.scalar(), "reconstruction": try reconstruction.scalar(), "kl": try divergence.scalar(),
    ]
  }

  /// The two parts of the negative bound, summed over rows [n, inputs].
  private func cost(of rows: Tensor, noise: Generator) throws -> (
    reconstruction: Tensor, divergence: Tensor
  ) {
    let posterior = try encoder(rows)
    let output = try decoder(sample(posterior, noise: noise.normal(posterior.mean.shape)))
    return (
      try rows.gaussianSurprise(mean: output.mean, logVariance: output.logVariance).sum(),
      try Tensor.gaussianDivergence(mean: posterior.mean, logVariance: posterior.logVariance).sum()
    )
  }
}

// MARK: What the model says about rows

extension GaussianVAE {
  /// The posteriors of these rows of `source`: means and log variances, rows x latents each. The means are the features.
  public func encode(_ rows: Range<Int>, of source: any RowSource) throws -> (
    means: Matrix<Float>, logVariances: Matrix<Float>
  ) {
    try check(rows, of: source, inputs: inputs.columns, model: GaussianVAE.name)
    var means = Matrix<Float>(rows: rows.count, columns: configuration.latents)
    var logVariances = means
    try withRowBlocks(rows, of: source, on: device) { block, tensor in
      let posterior = try encoder(tensor)
      let first = (block.lowerBound - rows.lowerBound) * configuration.latents
      let elements = first..<(first + block.count * configuration.latents)
      try means.withUnsafeMutableElements {
        try posterior.mean.read(into: UnsafeMutableBufferPointer(rebasing: $0[elements]))
      }
      try logVariances.withUnsafeMutableElements {
        try posterior.logVariance.read(into: UnsafeMutableBufferPointer(rebasing: $0[elements]))
      }
    }
    return (means, logVariances)
  }

  /// The mean of p(x|z) for each of these codes, codes x inputs.
  public func decode(_ codes: Matrix<Float>) throws -> Matrix<Float> {
    try check(
      0..<codes.rows, of: codes, inputs: configuration.latents, model: "the decoder of a \(GaussianVAE.name)")
    return try Models.rows(codes.rows, columns: inputs.columns) { range in
      try decoder(load(codes, rows: range, to: device)).mean
    }
  }

  /// The mean bound on log p(x) over the rows of `source`, in nats per row: one sample of z for each row, from noise that
  /// is the same in every call, so that two states of a model differ by their weights alone.
  public func bound(of source: any RowSource) throws -> Double {
    try check(0..<source.rows, of: source, inputs: inputs.columns, model: GaussianVAE.name)
    guard source.rows > 0 else {
      throw ModelError.data(model: GaussianVAE.name, found: "no rows", needed: "at least one for a bound")
    }
    let fixed = try Generator(seed: RandomStream.seed(from: seed, for: .evaluation), device: device)
    var sum = 0.0
    try withRowBlocks(0..<source.rows, of: source, on: device) { _, tensor in
      let cost = try cost(of: tensor, noise: fixed)
      sum += try cost.reconstruction.scalar() + cost.divergence.scalar()
    }
    return -sum / Double(source.rows)
  }
}

// MARK: Files

extension GaussianVAE {
  public var state: TrainingState {
    TrainingState(
      weights: optimiser.parameters, optimisers: ["optimiser": optimiser], generators: ["noise": noise],
      streams: ["minibatches": order.source])
  }

  public func resume(from checkpoint: Checkpoint) throws {
    order.source = try checkpoint.stream("minibatches")
  }
}
