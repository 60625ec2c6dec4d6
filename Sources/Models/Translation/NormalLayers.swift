import Torch

// Layers of translators: weights N(0, 0.02²), gains N(1, 0.02²), no biases. The released code sets the biases of
// convolutions to zero before every step, so they are left out.

/// The deviation of initial weights, and of initial gains around one.
let translatorDeviation = 0.02

/// Makes layers of translators on one device from one stream of random numbers.
struct NormalLayers {
  let generator: Torch.Generator
  let device: Device
  private var normal: Initialisation { .normal(deviation: translatorDeviation) }

  func convolution(_ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0) throws
    -> Conv2d
  {
    try Conv2d(
      inputs, outputs, kernel: kernel, stride: stride, padding: padding, hasBias: false,
      initialisation: normal, generator: generator
    ).moved(to: device)
  }

  func transposed(
    _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int, padding: Int, outputPadding: Int = 0
  )
    throws -> ConvTranspose2d
  {
    try ConvTranspose2d(
      inputs, outputs, kernel: kernel, stride: stride, padding: padding, outputPadding: outputPadding,
      hasBias: false, initialisation: normal, generator: generator
    ).moved(to: device)
  }

  func linear(_ inputs: Int, _ outputs: Int) throws -> Linear {
    try Linear(inputs, outputs, hasBias: false, initialisation: normal, generator: generator)
      .moved(to: device)
  }

  func instanceNorm(_ channels: Int) throws -> InstanceNorm {
    let norm = try InstanceNorm(channels, device: device)
    try norm.weight.assign(gains(channels))
    return norm
  }

  func batchNorm(_ channels: Int) throws -> BatchNorm {
    let norm = try BatchNorm(channels, device: device)
    try norm.weight.assign(gains(channels))
    return norm
  }

  private func gains(_ channels: Int) throws -> Tensor {
    try generator.normal([channels], mean: 1, deviation: translatorDeviation)
  }
}

/// Layers under the names they have in files.
typealias NamedLayers = [(name: String, layer: any Layer)]

extension NamedLayers {
  var parameters: [NamedTensor] { flatMap { $0.layer.parameters.named(under: $0.name) } }
  var weights: [NamedTensor] { flatMap { $0.layer.weights.named(under: $0.name) } }
}
