import CTorch

/// Which statistics a normalisation uses.
public enum Mode: Sendable {
  /// Those of the batch; the running ones move towards them.
  case training
  /// Those of the batch; the running ones stay.
  case batch
  /// The running ones.
  case evaluation
}

/// Batch normalisation over all but the channel dimension: [n, `channels`] or [n, `channels`, h, w]
/// (Ioffe and Szegedy 2015).
public struct BatchNorm: Layer {
  /// [channels], starts at one
  public let weight: Tensor
  /// [channels], starts at zero
  public let bias: Tensor
  public let runningMean: Tensor
  /// The running estimate of the unbiased variance.
  public let runningVariance: Tensor
  /// How far the running statistics move towards those of the batch.
  public var momentum: Double
  public let epsilon: Double

  public init(_ channels: Int, momentum: Double = 0.1, epsilon: Double = 1e-5, device: Device = .cpu) throws {
    weight = try Tensor(repeating: 1, shape: [channels], device: device).requireGradient()
    bias = try Tensor(repeating: 0, shape: [channels], device: device).requireGradient()
    runningMean = try Tensor(repeating: 0, shape: [channels], device: device)
    runningVariance = try Tensor(repeating: 1, shape: [channels], device: device)
    self.momentum = momentum
    self.epsilon = epsilon
  }

  public var parameters: [NamedTensor] { [NamedTensor("weight", weight), NamedTensor("bias", bias)] }
  public var buffers: [NamedTensor] {
    [NamedTensor("running_mean", runningMean), NamedTensor("running_var", runningVariance)]
  }

  public func callAsFunction(_ input: Tensor, _ mode: Mode) throws -> Tensor {
    let running = mode == .batch ? nil : (runningMean.handle, runningVariance.handle)
    return try Tensor(
      owning: torch.batch_norm(
        input.handle, weight.handle, bias.handle, running?.0, running?.1, mode == .evaluation ? 0 : 1,
        momentum,
        epsilon),
      "batch normalisation", [input, weight])
  }
}
