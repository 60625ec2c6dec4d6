import Torch

/// How the linear layers of a perceptron start.
struct DenseStart {
  var weights: Initialisation
  /// Biases are drawn from N(0, `biasDeviation`²).
  var biasDeviation = 0.0

  func layer(
    _ inputs: Int, _ outputs: Int, hasBias: Bool = true, from generator: Generator, on device: Device
  ) throws -> Linear {
    let layer = try Linear(
      inputs, outputs, hasBias: hasBias, initialisation: weights, generator: generator)
    if biasDeviation > 0 {
      try layer.bias?.assign(generator.normal([outputs], deviation: biasDeviation))
    }
    return try layer.moved(to: device)
  }
}

/// Fully connected layers of softplus units, the first of which may see a class besides its inputs.
struct SoftplusLayers {
  private let layers: [Linear]
  private let classes: Linear?
  let outputs: Int

  /// - Parameter classes: how many classes the first layer tells apart; nil where it sees none.
  init(
    inputs: Int, hidden: [Int], classes count: Int? = nil, start: DenseStart, generator: Generator,
    device: Device
  ) throws {
    let widths = [inputs] + hidden
    layers = try zip(widths, widths.dropFirst()).map {
      try start.layer($0, $1, from: generator, on: device)
    }
    classes = try count.flatMap { count in
      try hidden.first.map { try start.layer(count, $0, hasBias: false, from: generator, on: device) }
    }
    outputs = widths[widths.count - 1]
  }

  var parameters: [NamedTensor] {
    layers.enumerated().flatMap { $1.parameters.named(under: "\($0 + 1)") }
      + (classes?.parameters.named(under: "classes") ?? [])
  }

  /// Rows [..., inputs] to units [..., outputs].
  ///
  /// A class, [..., classes] as ones and zeros, adds its column of weights to the first layer's sums. The two broadcast:
  /// rows [n, 1, inputs] and the unit matrix [classes, classes] give every class of every row, [n, classes, outputs],
  /// for one product with the inputs and not as many as there are classes.
  func callAsFunction(_ rows: Tensor, class oneHot: Tensor? = nil) throws -> Tensor {
    var values = rows
    for (position, layer) in layers.enumerated() {
      var sums = try layer(values)
      if position == 0, let classes, let oneHot { sums = try sums + classes(oneHot) }
      values = try sums.softplus()
    }
    return values
  }
}

/// A Gaussian over a perceptron's outputs, a mean and a log variance for each, from two linear layers over shared
/// softplus units. Every log variance starts the same for all inputs: its weights are zero.
struct GaussianPerceptron {
  private let hidden: SoftplusLayers
  private let mean: Linear
  private let logVariance: Linear

  init(
    inputs: Int, hidden widths: [Int], outputs: Int, classes: Int? = nil, start: DenseStart,
    generator: Generator, device: Device
  ) throws {
    hidden = try SoftplusLayers(
      inputs: inputs, hidden: widths, classes: classes, start: start, generator: generator, device: device)
    mean = try start.layer(hidden.outputs, outputs, from: generator, on: device)
    logVariance = try start.layer(hidden.outputs, outputs, from: generator, on: device)
    try logVariance.weight.assign(Tensor(repeating: 0, shape: [outputs, hidden.outputs]))
  }

  var parameters: [NamedTensor] {
    hidden.parameters + mean.parameters.named(under: "mean")
      + logVariance.parameters.named(under: "log_variance")
  }

  /// Rows [..., inputs], and classes as `SoftplusLayers` takes them, to means and log variances [..., outputs].
  func callAsFunction(_ rows: Tensor, class oneHot: Tensor? = nil) throws -> (
    mean: Tensor, logVariance: Tensor
  ) {
    let units = try hidden(rows, class: oneHot)
    return (try mean(units), try logVariance(units))
  }
}

/// A draw from N(mean, exp(logVariance)), for noise drawn from N(0, I): gradients reach both.
func sample(_ gaussian: (mean: Tensor, logVariance: Tensor), noise: Tensor) throws -> Tensor {
  try gaussian.mean + (gaussian.logVariance * 0.5).exp() * noise
}
