import Torch

/// D of a DCGAN: convolutions without bias, batch normalisation on all but the first, leaky ReLU, one logit.
struct DCGANDiscriminator {
  private let convolutions: [Conv2d]
  private(set) var norms: [BatchNorm]
  private let output: Linear?

  /// - Parameter layers: how many convolutions there are; fewer than the configuration has when only features of the
  ///   first ones are wanted, and then there is no logit.
  init(
    _ configuration: DCGANConfiguration, channels: Int, layers: Int? = nil, generator: Generator,
    device: Device
  ) throws {
    let depth = layers ?? configuration.widths.count
    precondition((1...configuration.widths.count).contains(depth), "a discriminator of \(depth) layers")
    let maps = [channels] + configuration.widths.prefix(depth)
    convolutions = try zip(zip(maps, maps.dropFirst()), configuration.strides).map { maps, stride in
      try Conv2d(
        maps.0, maps.1, kernel: configuration.kernel, stride: stride, padding: configuration.kernel / 2,
        hasBias: false, initialisation: .normal(deviation: dcganDeviation), generator: generator
      ).moved(to: device)
    }
    norms = try maps.dropFirst(2).map { try dcganNorm($0, generator: generator, device: device) }
    let features =
      configuration.widths[depth - 1] * DCGANConfiguration.finalSide * DCGANConfiguration.finalSide
    output =
      layers == nil
      ? try Linear(
        features, 1, hasBias: false, initialisation: .normal(deviation: dcganDeviation), generator: generator
      ).moved(to: device) : nil
  }

  private var layers: [(String, any Layer)] {
    convolutions.enumerated().map { ("discriminator.convolution.\($0 + 1)", $1) }
      + norms.enumerated().map { ("discriminator.norm.\($0 + 2)", $1) }
      + (output.map { [("discriminator.output", $0)] } ?? [])
  }
  var parameters: [NamedTensor] { layers.flatMap { $1.parameters.named(under: $0) } }
  var weights: [NamedTensor] { layers.flatMap { $1.weights.named(under: $0) } }

  /// Sets how far running statistics move in `.training`.
  mutating func setMomentum(_ momentum: Double) {
    for position in norms.indices { norms[position].momentum = momentum }
  }

  /// Images [n, channels, side, side] in -1...1 to the maps of every convolution, after leaky ReLU.
  func maps(of images: Tensor, _ mode: Mode) throws -> [Tensor] {
    var values = try images.channelsLast()
    return try convolutions.indices.map { position in
      values = try convolutions[position](values)
      if position > 0 { values = try norms[position - 1](values, mode) }
      values = try values.leakyReLUInPlace(slope: 0.2)
      return values
    }
  }

  /// Images [n, channels, side, side] in -1...1 to logits [n, 1]: positive where they look real.
  func callAsFunction(_ images: Tensor, _ mode: Mode) throws -> Tensor {
    guard let output, let top = try maps(of: images, mode).last else {
      preconditionFailure("a discriminator of fewer layers than configured gives features only")
    }
    return try output(top.reshaped([images.shape[0], -1]))
  }
}

/// G of a DCGAN: a linear layer to 4 x 4 maps, then the discriminator's convolutions backwards, transposed; ReLU and
/// batch normalisation throughout, tanh at the end. The first normalisation is over units, not maps.
struct DCGANGenerator {
  private let input: Linear
  private let inputNorm: BatchNorm
  private let convolutions: [ConvTranspose2d]
  private let norms: [BatchNorm]
  private let start: Int

  init(_ configuration: DCGANConfiguration, channels: Int, generator: Generator, device: Device) throws {
    let normal = Initialisation.normal(deviation: dcganDeviation)
    start = configuration.widths.last ?? 0
    let units = start * DCGANConfiguration.finalSide * DCGANConfiguration.finalSide
    input = try Linear(
      configuration.latents, units, hasBias: false, initialisation: normal, generator: generator
    ).moved(to: device)
    inputNorm = try dcganNorm(units, generator: generator, device: device)
    let maps = configuration.widths.reversed() + [channels]
    convolutions = try zip(zip(maps, maps.dropFirst()), configuration.strides.reversed()).map {
      maps, stride in
      try ConvTranspose2d(
        maps.0, maps.1, kernel: configuration.kernel, stride: stride, padding: configuration.kernel / 2,
        outputPadding: stride - 1, hasBias: false, initialisation: normal, generator: generator
      ).moved(to: device)
    }
    norms = try maps.dropFirst().dropLast().map { try dcganNorm($0, generator: generator, device: device) }
  }

  private var layers: [(String, any Layer)] {
    [("generator.input", input), ("generator.input_norm", inputNorm)]
      + convolutions.enumerated().map { ("generator.convolution.\($0 + 1)", $1) }
      + norms.enumerated().map { ("generator.norm.\($0 + 1)", $1) }
  }
  /// Its running statistics are never used, so its weights are its parameters.
  var parameters: [NamedTensor] { layers.flatMap { $1.parameters.named(under: $0) } }

  /// Latents [n, latents] to images [n, channels, side, side] in -1...1, normalised by the statistics of these n.
  func callAsFunction(_ latents: Tensor) throws -> Tensor {
    let side = DCGANConfiguration.finalSide
    var values = try inputNorm(input(latents), .batch).reluInPlace()
      .reshaped([latents.shape[0], start, side, side]).channelsLast()
    for (position, convolution) in convolutions.enumerated() {
      values = try convolution(values)
      if position < norms.count { values = try norms[position](values, .batch).reluInPlace() }
    }
    return try values.tanh()
  }
}

/// The deviation of initial weights, and of initial gains around one.
private let dcganDeviation = 0.02

private func dcganNorm(_ channels: Int, generator: Generator, device: Device) throws -> BatchNorm {
  let norm = try BatchNorm(channels, epsilon: 1e-8, device: device)
  try norm.weight.assign(generator.normal([channels], mean: 1, deviation: dcganDeviation))
  return norm
}
