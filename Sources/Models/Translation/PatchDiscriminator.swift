import Torch

/// Scores of overlapping patches (Isola et al. 2017): convolutions of 4 x 4, of which the first ones halve the maps,
/// instance normalisation on all but the first and the last, leaky ReLU, one channel of scores without sigmoid. Maps are
/// padded by two pixels on each side, as in the Torch code of CycleGAN: 128 pixels give 65, 33, 17, 18 and 19.
struct PatchDiscriminator {
  let convolutions: [Conv2d]
  /// From the second convolution on.
  private let norms: [InstanceNorm]

  /// - Parameter channels: 3 for an image, 6 for two side by side.
  init(_ networks: TranslationNetworks, channels: Int, _ layers: NormalLayers) throws {
    let halving = networks.discriminatorLayers
    let widths = (0...halving).map { networks.discriminatorFilters * min(8, 1 << $0) }
    let maps = [channels] + widths + [1]
    convolutions = try (0..<(halving + 2)).map { layer in
      try layers.convolution(
        maps[layer], maps[layer + 1], kernel: 4, stride: layer < halving ? 2 : 1, padding: 2)
    }
    norms = try widths.dropFirst().map { try layers.instanceNorm($0) }
  }

  var parameters: [NamedTensor] {
    let layers: NamedLayers =
      convolutions.enumerated().map { ("convolution.\($0 + 1)", $1) }
      + norms.enumerated().map { ("norm.\($0 + 2)", $1) }
    return layers.parameters
  }

  /// Images [n, channels, side, side] in -1...1 to scores [n, 1, s, s].
  func callAsFunction(_ images: Tensor) throws -> Tensor {
    var values = images
    for (layer, convolution) in convolutions.dropLast().enumerated() {
      values = try convolution(values)
      if layer > 0 { values = try norms[layer - 1](values) }
      values = try values.leakyReLUInPlace(slope: 0.2)
    }
    return try convolutions[convolutions.count - 1](values)
  }
}

extension TranslationConfiguration.Adversary {
  /// How far scores are from those of real images, or of generated ones: the mean over patches.
  func loss(_ scores: Tensor, areReal: Bool) throws -> Tensor {
    let target = try Tensor(repeating: areReal ? 1 : 0, shape: scores.shape, device: scores.device)
    return switch self {
    case .leastSquares: try scores.squaredError(target, reduction: .mean)
    case .crossEntropy: try scores.binaryCrossEntropy(logitsFor: target, reduction: .mean)
    }
  }
}
