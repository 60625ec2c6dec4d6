import Torch

/// A network that makes an image of an image.
protocol TranslationGenerator {
  var parameters: [NamedTensor] { get }
  /// Images [n, 3, side, side] in -1...1 to images of the same shape and range.
  ///
  /// - Parameter dropping: where dropped units are drawn from; nil drops none.
  func callAsFunction(_ images: Tensor, dropping: Torch.Generator?) throws -> Tensor
}

extension TranslationNetworks {
  /// A generator for images of `side` pixels.
  func makeGenerator(side: Int, _ layers: NormalLayers) throws -> any TranslationGenerator {
    switch generator {
    case .resnet: try ResNetGenerator(self, layers)
    case .uNet: try UNetGenerator(self, side: side, layers)
    }
  }
}

/// c7s1-f, d2f, d4f, residual blocks, u2f, uf, c7s1-3 in the notation of Zhu et al. 2017: convolutions of 3 x 3 except
/// for the first and the last, instance normalisation and ReLU after each but the last, which ends in tanh.
struct ResNetGenerator: TranslationGenerator {
  private let first: Conv2d
  private let down: [Conv2d]
  private let blocks: [ResidualBlock]
  private let up: [ConvTranspose2d]
  private let last: Conv2d
  /// After the first convolution, those that halve, and those that double.
  private let norms: [InstanceNorm]

  init(_ networks: TranslationNetworks, _ layers: NormalLayers) throws {
    let width = networks.filters
    first = try layers.convolution(3, width, kernel: 7)
    down = try [1, 2].map {
      try layers.convolution($0 * width, 2 * $0 * width, kernel: 3, stride: 2, padding: 1)
    }
    blocks = try (0..<networks.blocks).map { _ in try ResidualBlock(4 * width, layers) }
    up = try [2, 1].map {
      try layers.transposed(2 * $0 * width, $0 * width, kernel: 3, stride: 2, padding: 1, outputPadding: 1)
    }
    last = try layers.convolution(width, 3, kernel: 7)
    norms = try [1, 2, 4, 2, 1].map { try layers.instanceNorm($0 * width) }
  }

  var parameters: [NamedTensor] {
    let outer: NamedLayers =
      [("first", first)] + down.enumerated().map { ("down.\($0 + 1)", $1) }
      + up.enumerated().map { ("up.\($0 + 1)", $1) } + [("last", last)]
      + norms.enumerated().map { ("norm.\($0 + 1)", $1) }
    return outer.parameters
      + blocks.enumerated().flatMap { $1.parameters.named(under: "block.\($0 + 1)") }
  }

  func callAsFunction(_ images: Tensor, dropping: Torch.Generator?) throws -> Tensor {
    var values = try norms[0](first(images.reflectionPadded2d(3))).reluInPlace()
    for (position, convolution) in down.enumerated() {
      values = try norms[position + 1](convolution(values)).reluInPlace()
    }
    for block in blocks { values = try block(values) }
    for (position, convolution) in up.enumerated() {
      values = try norms[position + 3](convolution(values)).reluInPlace()
    }
    // The only convolution of one image that channels last make faster, by more than a third.
    return try last(values.reflectionPadded2d(3).channelsLast()).tanh().rowMajor()
  }
}

/// x + two convolutions of x, both normalised, with ReLU between them and none after.
private struct ResidualBlock {
  private let convolutions: [Conv2d]
  private let norms: [InstanceNorm]

  init(_ width: Int, _ layers: NormalLayers) throws {
    convolutions = try (0..<2).map { _ in try layers.convolution(width, width, kernel: 3) }
    norms = try (0..<2).map { _ in try layers.instanceNorm(width) }
  }

  var parameters: [NamedTensor] {
    let layers: NamedLayers =
      convolutions.enumerated().map { ("convolution.\($0 + 1)", $1) }
      + norms.enumerated().map { ("norm.\($0 + 1)", $1) }
    return layers.parameters
  }

  func callAsFunction(_ maps: Tensor) throws -> Tensor {
    let inner = try norms[0](convolutions[0](maps.reflectionPadded2d(1))).reluInPlace()
    return try maps + norms[1](convolutions[1](inner.reflectionPadded2d(1)))
  }
}

/// Convolutions of 4 x 4 that halve down to one pixel, and as many that double, each joined with the maps of its size on
/// the way down. All are normalised but the first, the innermost and the last. Images pass one at a time in the paper, so
/// that its batch normalisation is that of the instance, and so it is here.
struct UNetGenerator: TranslationGenerator {
  private let down: [Conv2d]
  /// From the second convolution on, without the innermost.
  private let downNorms: [InstanceNorm]
  private let up: [ConvTranspose2d]
  private let upNorms: [InstanceNorm]

  init(_ networks: TranslationNetworks, side: Int, _ layers: NormalLayers) throws {
    let depth = side.trailingZeroBitCount
    let widths = (0..<depth).map { networks.filters * min(8, 1 << $0) }
    let maps = [3] + widths
    down = try (0..<depth).map {
      try layers.convolution(maps[$0], maps[$0 + 1], kernel: 4, stride: 2, padding: 1)
    }
    downNorms = try widths.dropFirst().dropLast().map { try layers.instanceNorm($0) }
    // Every layer but the innermost also takes the maps of the same size on the way down.
    up = try (0..<depth).reversed().map { level in
      try layers.transposed(
        level == depth - 1 ? widths[level] : 2 * widths[level], maps[level], kernel: 4, stride: 2, padding: 1)
    }
    upNorms = try widths.dropLast().reversed().map { try layers.instanceNorm($0) }
  }

  var parameters: [NamedTensor] {
    let layers: NamedLayers =
      down.enumerated().map { ("down.\($0 + 1)", $1) }
      + downNorms.enumerated().map { ("down_norm.\($0 + 2)", $1) }
      + up.enumerated().map { ("up.\($0 + 1)", $1) } + upNorms.enumerated().map { ("up_norm.\($0 + 1)", $1) }
    return layers.parameters
  }

  func callAsFunction(_ images: Tensor, dropping: Torch.Generator?) throws -> Tensor {
    var skips: [Tensor] = []
    var values = try down[0](images)
    for level in 1..<down.count {
      skips.append(values)
      values = try down[level](values.leakyReLU(slope: 0.2))
      if level < down.count - 1 { values = try downNorms[level - 1](values) }
    }
    for (position, convolution) in up.enumerated() {
      values = try convolution(values.relu())
      guard position < upNorms.count else { break }
      values = try upNorms[position](values)
      if let dropping, position < 3 { values = try values.dropout(rate: 0.5, from: dropping) }
      values = try Tensor.concatenate([values, skips.removeLast()], along: 1)
    }
    return try values.tanh()
  }
}
