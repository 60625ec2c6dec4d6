import Torch

/// InfoGAN's G: codes and noise through three fully connected layers to 8x8, then three transposed convolutions.
///
/// The published table has two transposed convolutions after layers of 256 units, which cannot give 64x64; here the
/// third fully connected layer makes 8x8 maps and a third transposed convolution reaches 64x64.
struct ImageGenerator {
  private let linear: [Linear]
  private let linearNorms: [BatchNorm]
  private let convolutions: [ConvTranspose2d]
  private let norms: [BatchNorm]
  private let start: Int
  private let channels: Int
  private let pixels: Int

  init(_ configuration: InfoGANConfiguration, side: Int, generator: Generator, device: Device) throws {
    start = side / 8
    channels = configuration.channels[0]
    pixels = side * side
    let widths = [
      configuration.codes + configuration.noise, configuration.hidden, configuration.hidden,
      channels * start * start,
    ]
    linear = try zip(widths, widths.dropFirst()).map {
      try Linear($0, $1, initialisation: .normal(deviation: 0.02), generator: generator).moved(to: device)
    }
    linearNorms = try widths.dropFirst().map { try BatchNorm($0, device: device) }
    let maps = configuration.channels + [1]
    convolutions = try zip(maps, maps.dropFirst()).map { inputs, outputs in
      try ConvTranspose2d(
        inputs, outputs, kernel: 4, stride: 2, padding: 1, initialisation: .normal(deviation: 0.02),
        generator: generator
      ).moved(to: device)
    }
    norms = try configuration.channels.dropFirst().map { try BatchNorm($0, device: device) }
  }

  private var layers: [(String, any Layer)] {
    linear.enumerated().map { ("generator.linear.\($0)", $1) }
      + linearNorms.enumerated().map { ("generator.linear_norm.\($0)", $1) }
      + convolutions.enumerated().map { ("generator.convolution.\($0)", $1) }
      + norms.enumerated().map { ("generator.norm.\($0)", $1) }
  }
  var parameters: [NamedTensor] { layers.flatMap { $1.parameters.named(under: $0) } }
  var weights: [NamedTensor] { layers.flatMap { $1.weights.named(under: $0) } }

  /// [n, codes + noise] to images [n, pixels] in -1...1.
  func callAsFunction(_ input: Tensor, _ mode: Mode) throws -> Tensor {
    let count = input.shape[0]
    var values = input
    for (layer, norm) in zip(linear, linearNorms) { values = try norm(layer(values), mode).reluInPlace() }
    values = try values.reshaped([count, channels, start, start])
    for (position, convolution) in convolutions.enumerated() {
      values = try convolution(values)
      if position < norms.count { values = try norms[position](values, mode).reluInPlace() }
    }
    return try values.tanh().reshaped([count, pixels])
  }
}

/// InfoGAN's D and Q: shared convolutions, the generator's in reverse, then a head each.
struct ImageDiscriminator {
  private let convolutions: [Conv2d]
  private let norms: [BatchNorm]
  private let hidden: Linear
  private let hiddenNorm: BatchNorm
  private let output: Linear
  private let codeHidden: Linear
  private let codeNorm: BatchNorm
  private let codeOutput: Linear
  private let side: Int

  /// Units of Q's hidden layer (Higgins et al. 2017, appendix, Table 1).
  private static let codeUnits = 128

  init(_ configuration: InfoGANConfiguration, side: Int, generator: Generator, device: Device) throws {
    self.side = side
    let normal = Initialisation.normal(deviation: 0.02)
    func linear(_ inputs: Int, _ outputs: Int) throws -> Linear {
      try Linear(inputs, outputs, initialisation: normal, generator: generator).moved(to: device)
    }
    let maps = [1] + configuration.channels.reversed()
    convolutions = try zip(maps, maps.dropFirst()).map { inputs, outputs in
      try Conv2d(
        inputs, outputs, kernel: 4, stride: 2, padding: 1, initialisation: normal, generator: generator
      ).moved(to: device)
    }
    norms = try maps.dropFirst(2).map { try BatchNorm($0, device: device) }
    let features = configuration.channels[0] * (side / 8) * (side / 8)
    hidden = try linear(features, configuration.hidden)
    hiddenNorm = try BatchNorm(configuration.hidden, device: device)
    output = try linear(configuration.hidden, 1)
    codeHidden = try linear(features, ImageDiscriminator.codeUnits)
    codeNorm = try BatchNorm(ImageDiscriminator.codeUnits, device: device)
    codeOutput = try linear(ImageDiscriminator.codeUnits, configuration.codes)
  }

  private var layers: [(String, any Layer)] {
    convolutions.enumerated().map { ("discriminator.convolution.\($0)", $1) }
      + norms.enumerated().map { ("discriminator.norm.\($0)", $1) }
      + [
        ("discriminator.hidden", hidden), ("discriminator.hidden_norm", hiddenNorm),
        ("discriminator.output", output),
      ]
  }
  private var codeLayers: [(String, any Layer)] {
    [("codes.hidden", codeHidden), ("codes.norm", codeNorm), ("codes.output", codeOutput)]
  }
  /// D with the shared convolutions.
  var parameters: [NamedTensor] { layers.flatMap { $1.parameters.named(under: $0) } }
  /// Q's own head.
  var codeParameters: [NamedTensor] { codeLayers.flatMap { $1.parameters.named(under: $0) } }
  var weights: [NamedTensor] { (layers + codeLayers).flatMap { $1.weights.named(under: $0) } }

  /// Images [n, pixels] in -1...1 to D's logits [n, 1] and Q's means [n, codes].
  func callAsFunction(_ images: Tensor, _ mode: Mode) throws -> (logit: Tensor, codes: Tensor) {
    let count = images.shape[0]
    var values = try images.reshaped([count, 1, side, side])
    for (position, convolution) in convolutions.enumerated() {
      values = try convolution(values)
      if position > 0 { values = try norms[position - 1](values, mode) }
      values = try values.leakyReLUInPlace(slope: 0.2)
    }
    let features = try values.reshaped([count, -1])
    let logit = try output(hiddenNorm(hidden(features), mode).leakyReLUInPlace(slope: 0.2))
    let codes = try codeOutput(codeNorm(codeHidden(features), mode).leakyReLUInPlace(slope: 0.2))
    return (logit, codes)
  }
}
