import Torch

// The public 128 x 128 networks of CoGAN (Liu and Tuzel 2016), for any side 8 · 2ⁿ. Weights are N(0, 0.02²); gains start at
// N(1, 0.02²), the slopes of negative elements at a quarter.

/// A normalisation over minibatches, and ReLU with a learned slope where elements are negative.
private struct NormalisedSlopes: Layer {
  private let norm: BatchNorm
  /// [1]
  private let slope: Tensor

  init(_ channels: Int, _ layers: NormalLayers) throws {
    norm = try layers.batchNorm(channels)
    slope = try Tensor(repeating: 0.25, shape: [1], device: layers.device).requireGradient()
  }

  var parameters: [NamedTensor] { norm.parameters.named(under: "norm") + [NamedTensor("slope", slope)] }
  var buffers: [NamedTensor] { norm.buffers.named(under: "norm") }

  func callAsFunction(_ input: Tensor, _ mode: Mode) throws -> Tensor {
    try norm(input, mode).prelu(slopes: slope)
  }
}

/// A linear layer to maps of 4 x 4, transposed convolutions of 4 x 4 that double them while channels halve, and last one of
/// 3 x 3 to an image: that alone is of one domain, all else of both.
struct CoupledGenerator {
  private let input: Linear
  private let shared: [ConvTranspose2d]
  private let norms: [NormalisedSlopes]
  private let photos: ConvTranspose2d
  private let labels: ConvTranspose2d
  private let start: Int

  init(_ configuration: CoupledGANConfiguration, _ layers: NormalLayers) throws {
    start = configuration.filters
    let widths = (0...configuration.doublings).map { max(1, configuration.filters >> $0) }
    input = try layers.linear(configuration.latents, 16 * start)
    shared = try zip(widths, widths.dropFirst()).map {
      try layers.transposed($0, $1, kernel: 4, stride: 2, padding: 1)
    }
    norms = try widths.map { try NormalisedSlopes($0, layers) }
    let last = widths[widths.count - 1]
    photos = try layers.transposed(last, 3, kernel: 3, stride: 1, padding: 1)
    labels = try layers.transposed(last, 3, kernel: 3, stride: 1, padding: 1)
  }

  private var layers: NamedLayers {
    [("generator.input", input)] + shared.enumerated().map { ("generator.shared.\($0 + 1)", $1) }
      + norms.enumerated().map { ("generator.norm.\($0 + 1)", $1) }
      + [("generator.photos", photos), ("generator.labels", labels)]
  }
  var parameters: [NamedTensor] { layers.parameters }
  var weights: [NamedTensor] { layers.weights }

  /// Latents [n, latents] to what both domains' images are made of.
  func scene(_ latents: Tensor, _ mode: Mode) throws -> Tensor {
    var values = try norms[0](
      input(latents).reshaped([latents.shape[0], start, 4, 4]).channelsLast(), mode)
    for (position, convolution) in shared.enumerated() {
      values = try norms[position + 1](convolution(values), mode)
    }
    return values
  }
  /// A scene as an image [n, 3, side, side] in -1...1.
  func photo(of scene: Tensor) throws -> Tensor { try photos(scene).tanh() }
  func labels(of scene: Tensor) throws -> Tensor { try labels(scene).tanh() }
}

/// Convolutions that halve the maps down to 2 x 2 while channels double, three of 5 x 5 and then of 3 x 3, and one logit.
/// The first is of one domain, all else of both. The third loses a tenth of its units in training, the later ones but the
/// last 0.3.
struct CoupledDiscriminator {
  private let photos: Conv2d
  private let labels: Conv2d
  private let shared: [Conv2d]
  private let norms: [NormalisedSlopes]
  private let output: Linear

  init(_ configuration: CoupledGANConfiguration, _ layers: NormalLayers) throws {
    let widths = (0...configuration.doublings).map { configuration.discriminatorFilters << $0 }
    func convolution(_ layer: Int, _ inputs: Int) throws -> Conv2d {
      let kernel = layer < 3 ? 5 : 3
      return try layers.convolution(inputs, widths[layer], kernel: kernel, stride: 2, padding: kernel / 2)
    }
    photos = try convolution(0, 3)
    labels = try convolution(0, 3)
    shared = try widths.indices.dropFirst().map { try convolution($0, widths[$0 - 1]) }
    norms = try widths.map { try NormalisedSlopes($0, layers) }
    output = try layers.linear(4 * widths[widths.count - 1], 1)
  }

  private var layers: NamedLayers {
    [("discriminator.photos", photos), ("discriminator.labels", labels)]
      + shared.enumerated().map { ("discriminator.shared.\($0 + 2)", $1) }
      + norms.enumerated().map { ("discriminator.norm.\($0 + 1)", $1) } + [("discriminator.output", output)]
  }
  var parameters: [NamedTensor] { layers.parameters }

  /// As many photographs as labels, [n, 3, side, side] in -1...1, to logits [2n, 1], those of photographs first. All pass
  /// together, normalised by the statistics of these 2n.
  func callAsFunction(photos: Tensor, labels: Tensor, dropping: Torch.Generator) throws -> Tensor {
    var values = try norms[0](
      Tensor.concatenate(
        [self.photos(photos.channelsLast()), self.labels(labels.channelsLast())], along: 0), .batch)
    for (position, convolution) in shared.enumerated() {
      values = try norms[position + 1](convolution(values), .batch)
      if position > 0, position < shared.count - 1 {
        values = try values.dropout(rate: position == 1 ? 0.1 : 0.3, from: dropping)
      }
    }
    return try output(values.reshaped([values.shape[0], -1]))
  }
}
