/// Two-dimensional convolution: [n, `inputs`, h, w] to [n, `outputs`, h', w'], h' = (h + 2 padding - kernel) / stride + 1.
public struct Conv2d: Layer {
  /// [outputs, inputs, kernel, kernel]
  public let weight: Tensor
  /// [outputs], or nil where a batch normalisation follows and would remove it again
  public let bias: Tensor?
  public let stride: Int
  public let padding: Int

  public init(
    _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0, hasBias: Bool = true,
    initialisation: Initialisation, generator: Generator
  ) throws {
    let area = kernel * kernel
    weight = try initialisation.weight(
      [outputs, inputs, kernel, kernel], fanIn: inputs * area, fanOut: outputs * area, from: generator)
    bias = hasBias ? try initialisation.bias(outputs, fanIn: inputs * area, from: generator) : nil
    self.stride = stride
    self.padding = padding
  }

  private init(weight: Tensor, bias: Tensor?, like layer: Conv2d) {
    self.weight = weight
    self.bias = bias
    stride = layer.stride
    padding = layer.padding
  }

  /// The same weights on another device, as new leaves.
  public func moved(to device: Device) throws -> Conv2d {
    Conv2d(weight: try weight.asLeaf(on: device), bias: try bias?.asLeaf(on: device), like: self)
  }

  public var parameters: [NamedTensor] {
    [NamedTensor("weight", weight)] + (bias.map { [NamedTensor("bias", $0)] } ?? [])
  }

  public func callAsFunction(_ input: Tensor) throws -> Tensor {
    try input.conv2d(weight: weight, bias: bias, stride: stride, padding: padding)
  }
}

/// The adjoint of a convolution ("deconvolution"): [n, `inputs`, h, w] to [n, `outputs`, h', w'],
/// h' = (h - 1) stride - 2 padding + kernel + outputPadding.
public struct ConvTranspose2d: Layer {
  /// [inputs, outputs, kernel, kernel]
  public let weight: Tensor
  /// [outputs], or nil where a batch normalisation follows and would remove it again
  public let bias: Tensor?
  public let stride: Int
  public let padding: Int
  public let outputPadding: Int

  public init(
    _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0, outputPadding: Int = 0,
    hasBias: Bool = true, initialisation: Initialisation, generator: Generator
  ) throws {
    // An output pixel sees kernel² / stride² pixels of each input channel.
    let fanIn = max(1, inputs * kernel * kernel / (stride * stride))
    weight = try initialisation.weight(
      [inputs, outputs, kernel, kernel], fanIn: fanIn, fanOut: outputs * kernel * kernel, from: generator)
    bias = hasBias ? try initialisation.bias(outputs, fanIn: fanIn, from: generator) : nil
    self.stride = stride
    self.padding = padding
    self.outputPadding = outputPadding
  }

  private init(weight: Tensor, bias: Tensor?, like layer: ConvTranspose2d) {
    self.weight = weight
    self.bias = bias
    stride = layer.stride
    padding = layer.padding
    outputPadding = layer.outputPadding
  }

  /// The same weights on another device, as new leaves.
  public func moved(to device: Device) throws -> ConvTranspose2d {
    ConvTranspose2d(weight: try weight.asLeaf(on: device), bias: try bias?.asLeaf(on: device), like: self)
  }

  public var parameters: [NamedTensor] {
    [NamedTensor("weight", weight)] + (bias.map { [NamedTensor("bias", $0)] } ?? [])
  }

  public func callAsFunction(_ input: Tensor) throws -> Tensor {
    try input.convTranspose2d(
      weight: weight, bias: bias, stride: stride, padding: padding, outputPadding: outputPadding)
  }
}
