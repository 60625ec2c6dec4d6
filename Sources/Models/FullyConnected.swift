import LinearAlgebra
import Torch

/// q(z|x) of the 2D shapes experiments: two hidden layers of ReLU, then a mean and a log variance for each latent.
struct GaussianEncoder {
  private let first: Linear
  private let second: Linear
  private let output: Linear
  private let latents: Int

  init(
    pixels: Int, hidden: Int, latents: Int, initialisation: Initialisation, generator: Generator,
    device: Device
  ) throws {
    first = try Linear(
      pixels, hidden, sparseInput: true, initialisation: initialisation, generator: generator
    ).moved(to: device)
    second = try Linear(hidden, hidden, initialisation: initialisation, generator: generator).moved(
      to: device)
    output = try Linear(hidden, 2 * latents, initialisation: initialisation, generator: generator).moved(
      to: device)
    self.latents = latents
  }

  var parameters: [NamedTensor] {
    first.parameters.named(under: "encoder.1") + second.parameters.named(under: "encoder.2")
      + output.parameters.named(under: "encoder.posterior")
  }
  var weights: [NamedTensor] { parameters }

  /// The means alone, as layers that need no libtorch: [outputs, inputs] and [outputs] each.
  func meanLayers() throws -> [(weights: Matrix<Float>, bias: [Float])] {
    try [(first, first.weight.shape[0]), (second, second.weight.shape[0]), (output, latents)].map {
      layer, outputs in
      let inputs = layer.weight.shape[1]
      let weights = try layer.weight.elements().prefix(outputs * inputs)
      let bias = try layer.bias?.elements().prefix(outputs) ?? ArraySlice(repeating: 0, count: outputs)
      return (Matrix(rows: outputs, columns: inputs, elements: Array(weights)), Array(bias))
    }
  }

  /// Images [n, pixels] to means and log variances, [n, latents] each.
  ///
  /// - Parameter apply: how a layer's values come about, an optimiser's in training.
  func callAsFunction(
    _ images: Tensor, by apply: (Linear, Tensor) throws -> Tensor = { try $0($1) }
  ) throws -> (mean: Tensor, logVariance: Tensor) {
    let posterior = try apply(output, apply(second, apply(first, images).relu()).relu())
    return (
      try posterior.slice(0..<latents, along: 1), try posterior.slice(latents..<(2 * latents), along: 1)
    )
  }
}

/// p(x|z) of the 2D shapes experiments: three hidden layers of tanh, then a logit for each pixel.
struct BernoulliDecoder {
  private let hidden: [Linear]
  private let output: Linear

  init(
    latents: Int, hidden width: Int, pixels: Int, initialisation: Initialisation, generator: Generator,
    device: Device
  ) throws {
    hidden = try [latents, width, width].map {
      try Linear($0, width, initialisation: initialisation, generator: generator).moved(to: device)
    }
    output = try Linear(width, pixels, initialisation: initialisation, generator: generator).moved(to: device)
  }

  var parameters: [NamedTensor] {
    hidden.enumerated().flatMap { $1.parameters.named(under: "decoder.\($0 + 1)") }
      + output.parameters.named(under: "decoder.logits")
  }
  var weights: [NamedTensor] { parameters }

  /// Codes [n, latents] to logits [n, pixels]; `apply` as for the encoder.
  func callAsFunction(
    _ codes: Tensor, by apply: (Linear, Tensor) throws -> Tensor = { try $0($1) }
  ) throws -> Tensor {
    var values = codes
    for layer in hidden { values = try apply(layer, values).tanh() }
    return try apply(output, values)
  }
}
