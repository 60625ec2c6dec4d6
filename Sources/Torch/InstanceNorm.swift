import CTorch

/// Every channel of every image minus its mean, over its deviation, times a gain plus a shift: [n, `channels`, h, w]
/// (Ulyanov et al. 2016). It does the same in training and after.
public struct InstanceNorm: Layer {
  /// [channels], starts at one
  public let weight: Tensor
  /// [channels], starts at zero
  public let bias: Tensor
  public let epsilon: Double

  public init(_ channels: Int, epsilon: Double = 1e-5, device: Device = .cpu) throws {
    weight = try Tensor(repeating: 1, shape: [channels], device: device).requireGradient()
    bias = try Tensor(repeating: 0, shape: [channels], device: device).requireGradient()
    self.epsilon = epsilon
  }

  public var parameters: [NamedTensor] { [NamedTensor("weight", weight), NamedTensor("bias", bias)] }

  /// Maps of one pixel have no deviation: `TorchError.operation`.
  public func callAsFunction(_ input: Tensor) throws -> Tensor {
    try Tensor(
      owning: torch.instance_norm(input.handle, weight.handle, bias.handle, epsilon),
      "instance normalisation", [input, weight])
  }
}
