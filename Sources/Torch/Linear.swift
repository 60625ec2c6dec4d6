/// x Wᵀ + b: [n, `inputs`] to [n, `outputs`].
public struct Linear: Layer {
  /// [outputs, inputs]
  public let weight: Tensor
  /// [outputs], or nil where a batch normalisation follows and would remove it again
  public let bias: Tensor?

  /// - Parameter sparseInput: whether most elements of the inputs are zero. The weights are then stored by inputs, so that
  ///   training reads and writes those of other elements alone (``Optimiser/apply(_:to:)``).
  public init(
    _ inputs: Int, _ outputs: Int, hasBias: Bool = true, sparseInput: Bool = false,
    initialisation: Initialisation, generator: Generator
  ) throws {
    let drawn = try initialisation.weight([outputs, inputs], fanIn: inputs, fanOut: outputs, from: generator)
    weight = sparseInput ? try drawn.detached().columnMajor().requireGradient() : drawn
    bias = hasBias ? try initialisation.bias(outputs, fanIn: inputs, from: generator) : nil
  }

  private init(weight: Tensor, bias: Tensor?) {
    self.weight = weight
    self.bias = bias
  }

  /// The same weights on another device, as new leaves.
  public func moved(to device: Device) throws -> Linear {
    Linear(weight: try weight.asLeaf(on: device), bias: try bias?.asLeaf(on: device))
  }

  public var parameters: [NamedTensor] {
    [NamedTensor("weight", weight)] + (bias.map { [NamedTensor("bias", $0)] } ?? [])
  }

  public func callAsFunction(_ input: Tensor) throws -> Tensor {
    try input.linear(weight: weight, bias: bias)
  }
}
