import Torch

/// The network of an Exemplar CNN: 5 x 5 convolutions, max pooling of 3 x 3 windows after the first two, a fully
/// connected layer with dropout, and a softmax over the surrogate classes.
struct ExemplarNetwork {
  private let convolutions: [Conv2d]
  private let hidden: Linear
  private let classes: Linear?
  private let dropout: Double
  /// The side of the maps that the fully connected layer sees in a 32 x 32 patch, pooled twice.
  private static let finalSide = 8
  private static let kernel = 5

  /// Gaussian weights with the deviations of the released networks; biases 0.1, those of the softmax 0.
  ///
  /// - Parameter classes: nil for a network that gives features only.
  init(_ configuration: ExemplarCNNConfiguration, classes count: Int?, generator: Generator, device: Device)
    throws
  {
    let maps = [3] + configuration.widths
    convolutions = try zip(zip(maps, maps.dropFirst()), [0.05, 0.02, 0.01]).map { maps, deviation in
      let layer = try Conv2d(
        maps.0, maps.1, kernel: ExemplarNetwork.kernel, padding: ExemplarNetwork.kernel / 2,
        initialisation: .normal(deviation: deviation), generator: generator)
      try layer.bias?.assign(Tensor(repeating: 0.1, shape: [maps.1]))
      return try layer.moved(to: device)
    }
    let area = ExemplarNetwork.finalSide * ExemplarNetwork.finalSide
    let layer = try Linear(
      maps[maps.count - 1] * area, configuration.hidden, initialisation: .normal(deviation: 0.01),
      generator: generator)
    try layer.bias?.assign(Tensor(repeating: 0.1, shape: [configuration.hidden]))
    hidden = try layer.moved(to: device)
    classes = try count.map {
      try Linear(
        configuration.hidden, $0, initialisation: .normal(deviation: 0.005), generator: generator
      ).moved(to: device)
    }
    dropout = configuration.dropout
  }

  /// What gives features: everything but the softmax.
  var featureWeights: [NamedTensor] {
    convolutions.enumerated().flatMap { $1.parameters.named(under: "network.convolution.\($0 + 1)") }
      + hidden.parameters.named(under: "network.hidden")
  }
  var parameters: [NamedTensor] {
    featureWeights + (classes?.parameters.named(under: "network.classes") ?? [])
  }

  /// Biases learn twice as fast, without decay. Weights decay by 0, 0, 1/4 (convolutions), 1 (fully connected) and 4
  /// times (softmax) the configuration's; those of the softmax learn a quarter as fast.
  func groups(weightDecay: Double) -> [ParameterGroup] {
    let weights: [(layer: any Layer, name: String, rate: Double, decay: Double)] =
      zip(convolutions, [0, 0, 0.25]).enumerated().map {
        ($1.0, "network.convolution.\($0 + 1)", 1, $1.1)
      } + [(hidden, "network.hidden", 1, 1)] + (classes.map { [($0, "network.classes", 0.25, 4)] } ?? [])
    return weights.flatMap { layer, name, rate, decay in
      let named = layer.parameters.named(under: name)
      return [
        ParameterGroup(Array(named.prefix(1)), rateFactor: rate, weightDecay: decay * weightDecay),
        ParameterGroup(Array(named.dropFirst()), rateFactor: 2),
      ]
    }
  }

  /// The maps of every convolution after ReLU, and the last one's as the next layer sees it.
  private func convolved(_ images: Tensor) throws -> (maps: [Tensor], top: Tensor) {
    var values = try images.channelsLast()
    let maps = try convolutions.enumerated().map { position, convolution in
      let map = try convolution(values).reluInPlace()
      values = position < 2 ? try map.maxPool2d(kernel: 3, stride: 2, coversEdge: true) : map
      return map
    }
    return (maps, values)
  }

  /// Patches [n, 3, 32, 32] to the fully connected layer's activations [n, hidden].
  func activations(of patches: Tensor) throws -> Tensor {
    try hidden(convolved(patches).top.reshaped([patches.shape[0], -1])).relu()
  }

  /// Patches [n, 3, 32, 32] to logits [n, classes]. Units are dropped when there is a generator to draw from.
  func logits(of patches: Tensor, dropping generator: Generator?) throws -> Tensor {
    guard let classes else { preconditionFailure("a network for features has no classes") }
    let activations = try activations(of: patches)
    return try classes(generator.map { try activations.dropout(rate: dropout, from: $0) } ?? activations)
  }

  /// Images [n, 3, h, w] to the maps of every layer but the softmax, after ReLU; the fully connected layer is slid over
  /// the image as a convolution.
  func maps(of images: Tensor) throws -> [Tensor] {
    let (maps, top) = try convolved(images)
    let side = ExemplarNetwork.finalSide
    let kernel = try hidden.weight.reshaped([hidden.weight.shape[0], -1, side, side])
    return maps + [try top.conv2d(weight: kernel, bias: hidden.bias).reluInPlace()]
  }
}
