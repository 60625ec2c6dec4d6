import Torch

/// The encoder, the decoder and the classifier of a what-where autoencoder.
struct WhatWhereNetwork {
  private let encoder: [NormalisedConvolution]
  /// Layer i takes the maps of encoder layer i back to what that layer saw.
  private let decoder: [NormalisedConvolution]
  private let output: Linear
  private let pools: Set<Int>

  /// Where a pooling found its maxima, and the size of the maps that it saw.
  struct Switches {
    let positions: Tensor
    let height: Int
    let width: Int
  }

  /// What the encoder makes of images.
  struct Code {
    /// What each layer passes on: maps after ReLU and pooling.
    var maps: [Tensor] = []
    /// Of each layer that pools.
    var switches: [Switches?] = []
  }

  /// Weights as He et al. (2015), with no gain for ReLU where none follows; biases zero.
  init(
    _ configuration: WhatWhereConfiguration, size: ImageSize, classes: Int, model: String,
    generator: Generator, device: Device
  ) throws {
    pools = Set(configuration.pools.map { $0 - 1 })
    let maps = [size.channels] + configuration.widths
    let layers = configuration.widths.indices
    encoder = try layers.map { layer in
      try NormalisedConvolution(
        maps[layer], maps[layer + 1], kernel: configuration.kernels[layer],
        isNormalised: configuration.isNormalised, initialisation: .scaledNormal(gain: 2),
        generator: generator, device: device)
    }
    let top = try size.halved(pools.count, model: model)
    output = try Linear(
      maps[layers.count] * top.height * top.width, classes, initialisation: .scaledNormal(gain: 1),
      generator: generator
    ).moved(to: device)
    // Last, so that a labels-only network starts as one with a decoder does.
    decoder = try layers.map { layer in
      try NormalisedConvolution(
        maps[layer + 1], maps[layer], kernel: configuration.kernels[layer],
        isNormalised: configuration.isNormalised && layer > 0,
        initialisation: .scaledNormal(gain: layer > 0 ? 2 : 1), generator: generator, device: device)
    }
  }

  private var layers: [(String, any Layer)] {
    encoder.enumerated().map { ("encoder.\($0 + 1)", $1) } + [("classes", output)]
      + decoder.enumerated().map { ("decoder.\($0 + 1)", $1) }
  }
  var parameters: [NamedTensor] { layers.flatMap { $1.parameters.named(under: $0) } }
  var weights: [NamedTensor] { layers.flatMap { $1.weights.named(under: $0) } }

  /// Images [n, channels, h, w] in -1...1.
  func encode(_ images: Tensor, _ mode: Mode) throws -> Code {
    var code = Code()
    var values = try images.channelsLast()
    for (layer, convolution) in encoder.enumerated() {
      values = try convolution(values, mode).reluInPlace()
      if pools.contains(layer) {
        let (height, width) = (values.shape[2], values.shape[3])
        let (maxima, positions) = try values.maxPool2dWithPositions(kernel: 2)
        code.switches.append(Switches(positions: positions, height: height, width: width))
        values = maxima
      } else {
        code.switches.append(nil)
      }
      code.maps.append(values)
    }
    return code
  }

  /// What the decoder makes of the top of a code and of its switches: images like those encoded, and for each layer but
  /// the top one the maps that stand for what that layer passed on.
  func decode(_ code: Code, _ mode: Mode) throws -> (images: Tensor, maps: [Tensor]) {
    guard var values = code.maps.last else { preconditionFailure("a network has layers") }
    var maps: [Tensor] = []
    for layer in decoder.indices.reversed() {
      if let switches = code.switches[layer] {
        values = try values.maxUnpool2d(
          positions: switches.positions, height: switches.height, width: switches.width)
      }
      values = try decoder[layer](values, mode)
      if layer > 0 {
        values = try values.reluInPlace()
        maps.append(values)
      }
    }
    return (values, maps.reversed())
  }

  /// The mean squared error of the maps that went into each stage but the first, that is those that a pooling below the
  /// top passed on, averaged over stages. Gradients flow to both sides.
  func middle(_ code: Code, _ decoded: [Tensor]) throws -> Tensor? {
    let errors = try decoded.indices.filter(pools.contains).map { layer in
      try decoded[layer].squaredError(code.maps[layer], reduction: .mean)
    }
    guard let first = errors.first else { return nil }
    return try errors.dropFirst().reduce(first, +) * (1 / Double(errors.count))
  }

  /// The first `count` images of a code to logits [count, classes]. Inputs are dropped where there is a generator.
  func logits(_ code: Code, first count: Int, dropout: (rate: Double, generator: Generator)? = nil) throws
    -> Tensor
  {
    guard let top = code.maps.last else { preconditionFailure("a network has layers") }
    let units = try top.slice(0..<count, along: 0).reshaped([count, -1])
    return try output(dropout.map { try units.dropout(rate: $0.rate, from: $0.generator) } ?? units)
  }
}
