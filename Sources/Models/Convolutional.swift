import Torch

/// q(z|x) of DC-IGN: three times convolution, ReLU and halving, then a mean and a log variance for each latent.
struct ConvolutionalEncoder {
  private let convolutions: [Conv2d]
  private let output: Linear
  private let side: Int
  private let latents: Int

  init(side: Int, channels: [Int], latents: Int, generator: Generator, device: Device) throws {
    convolutions = try zip([1] + channels, channels).map { inputs, outputs in
      try Conv2d(
        inputs, outputs, kernel: 3, padding: 1, initialisation: .glorotUniform, generator: generator
      ).moved(to: device)
    }
    let features = channels[2] * (side / 8) * (side / 8)
    output = try Linear(features, 2 * latents, initialisation: .glorotUniform, generator: generator)
      .moved(to: device)
    self.side = side
    self.latents = latents
  }

  var parameters: [NamedTensor] {
    convolutions.enumerated().flatMap { $1.parameters.named(under: "encoder.\($0 + 1)") }
      + output.parameters.named(under: "encoder.posterior")
  }

  /// Images [n, pixels] to means and log variances, [n, latents] each.
  func callAsFunction(_ images: Tensor) throws -> (mean: Tensor, logVariance: Tensor) {
    let count = images.shape[0]
    var values = try images.reshaped([count, 1, side, side])
    for convolution in convolutions { values = try convolution(values).reluInPlace().maxPool2d(kernel: 2) }
    let posterior = try output(values.reshaped([count, -1]))
    return (
      try posterior.slice(0..<latents, along: 1), try posterior.slice(latents..<(2 * latents), along: 1)
    )
  }
}

/// p(x|z) of DC-IGN: the encoder backwards, doubling in place of pooling, to a logit for each pixel.
struct ConvolutionalDecoder {
  private let input: Linear
  private let convolutions: [Conv2d]
  private let side: Int
  private let channels: Int

  init(side: Int, channels: [Int], latents: Int, generator: Generator, device: Device) throws {
    let start = side / 8
    input = try Linear(
      latents, channels[2] * start * start, initialisation: .glorotUniform, generator: generator
    ).moved(to: device)
    let widths = [channels[2], channels[1], channels[0], 1]
    convolutions = try zip(widths, widths.dropFirst()).map { inputs, outputs in
      try Conv2d(
        inputs, outputs, kernel: 3, padding: 1, initialisation: .glorotUniform, generator: generator
      ).moved(to: device)
    }
    self.side = side
    self.channels = channels[2]
  }

  var parameters: [NamedTensor] {
    input.parameters.named(under: "decoder.0")
      + convolutions.enumerated().flatMap { $1.parameters.named(under: "decoder.\($0 + 1)") }
  }

  /// Codes [n, latents] to logits [n, pixels].
  func callAsFunction(_ codes: Tensor) throws -> Tensor {
    let count = codes.shape[0]
    var values = try input(codes).relu().reshaped([count, channels, side / 8, side / 8])
    for (position, convolution) in convolutions.enumerated() {
      values = try convolution(values.upsampledNearest2d(factor: 2))
      if position < convolutions.count - 1 { values = try values.reluInPlace() }
    }
    return try values.reshaped([count, side * side])
  }
}
