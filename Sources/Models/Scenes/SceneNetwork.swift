import Torch

/// A fully convolutional network in the shape of FCN-8s (Long, Shelhamer and Darrell 2015), with few channels: five stages
/// of two 3 x 3 convolutions with batch normalisation and ReLU, each but the first after a max pooling that halves; scores
/// from the last three, each enlarged bilinearly to the size of the one before and added.
struct SceneNetwork {
  private let stages: [[NormalisedConvolution]]
  /// Of strides 4, 8 and 16.
  private let heads: [Conv2d]

  init(_ configuration: SceneParserConfiguration, generator: Generator, device: Device) throws {
    let widths = [1, 2, 4, 8, 8].map { $0 * configuration.width }
    stages = try zip([3] + widths, widths).map { inputs, outputs in
      try [inputs, outputs].map {
        try NormalisedConvolution(
          $0, outputs, kernel: 3, isNormalised: true, initialisation: .scaledNormal(gain: 2),
          generator: generator, device: device)
      }
    }
    heads = try widths.suffix(3).map {
      try Conv2d(
        $0, configuration.classes, kernel: 1, initialisation: .scaledNormal(gain: 1), generator: generator
      ).moved(to: device)
    }
  }

  private var layers: [(String, any Layer)] {
    stages.enumerated().flatMap { stage, convolutions in
      convolutions.enumerated().map { ("stage.\(stage + 1).\($0 + 1)", $1 as any Layer) }
    } + heads.enumerated().map { ("head.\($0 + 3)", $1) }
  }
  var parameters: [NamedTensor] { layers.flatMap { $1.parameters.named(under: $0) } }
  var weights: [NamedTensor] { layers.flatMap { $1.weights.named(under: $0) } }

  /// Photographs [n, 3, side, side] in -1...1 to scores [n, classes, side, side].
  func callAsFunction(_ photos: Tensor, _ mode: Mode) throws -> Tensor {
    var values = try photos.channelsLast()
    var maps: [Tensor] = []
    for (stage, convolutions) in stages.enumerated() {
      if stage > 0 { values = try values.maxPool2d(kernel: 2) }
      for convolution in convolutions { values = try convolution(values, mode).reluInPlace() }
      maps.append(values)
    }
    let scores = try zip(heads, maps.suffix(3)).map { try $0($1) }
    let joined = try scores.dropLast().reversed().reduce(scores[2]) { coarse, fine in
      try fine + coarse.upsampledBilinear2d(height: fine.shape[2], width: fine.shape[3])
    }
    return try joined.upsampledBilinear2d(height: photos.shape[2], width: photos.shape[3])
  }
}
