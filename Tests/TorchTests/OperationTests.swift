import Foundation
import Testing
import Torch

@Suite("Operations give PyTorch's values and gradients")
struct OperationTests {
  typealias Function = @Sendable ([Tensor]) throws -> Tensor

  /// What each case of the reference calls here.
  static let arithmetic: [String: Function] = [
    "add": { try $0[0] + $0[1] },
    "add, broadcast": { try $0[0] + $0[1] },
    "subtract": { try $0[0] - $0[1] },
    "multiply": { try $0[0] * $0[1] },
    "multiply, broadcast": { try $0[0] * $0[1] },
    "add number": { try $0[0] + 1.5 },
    "subtract number": { try $0[0] - 1.5 },
    "multiply by number": { try -2.5 * $0[0] },
    "negate": { try -$0[0] },
    "matrix product": { try $0[0].matrixProduct($0[1]) },
    "exp": { try $0[0].exp() },
    "square": { try $0[0].squared() },
    "clamp": { try $0[0].clamped(to: -0.5...0.75) },
    "sum": { try $0[0].sum() },
    "mean": { try $0[0].mean() },
    "sum along 0": { try $0[0].sum(along: 0) },
    "sum along -1, kept": { try $0[0].sum(along: -1, keepingDimension: true) },
    "mean along 1": { try $0[0].mean(along: 1) },
    "mean along 0, kept": { try $0[0].mean(along: 0, keepingDimension: true) },
    "reshape": { try $0[0].reshaped([3, -1]) },
    "slice": { try $0[0].slice(1..<3, along: 1) },
    "transpose": { try $0[0].transposed() },
    "concatenate": { try Tensor.concatenate($0, along: 1) },
  ]

  static let networks: [String: Function] = [
    "relu": { try $0[0].relu() },
    "leaky relu": { try $0[0].leakyReLU(slope: 0.2) },
    "tanh": { try $0[0].tanh() },
    "sigmoid": { try $0[0].sigmoid() },
    "softplus": { try $0[0].softplus() },
    "linear": { try $0[0].linear(weight: $0[1], bias: $0[2]) },
    "linear without bias": { try $0[0].linear(weight: $0[1], bias: nil) },
    "convolution": { try $0[0].conv2d(weight: $0[1], bias: $0[2], stride: 2, padding: 1) },
    "transposed convolution": {
      try $0[0].convTranspose2d(weight: $0[1], bias: $0[2], stride: 2, padding: 1, outputPadding: 1)
    },
    "max pooling": { try $0[0].maxPool2d(kernel: 2) },
    "max pooling, overlapping": { try $0[0].maxPool2d(kernel: 3, stride: 1) },
    "upsampling": { try $0[0].upsampledNearest2d(factor: 2) },
    "cross-entropy": { try $0[0].binaryCrossEntropy(logitsFor: $0[1], reduction: .none) },
    "cross-entropy, sum": { try $0[0].binaryCrossEntropy(logitsFor: $0[1], reduction: .sum) },
    "cross-entropy, mean": { try $0[0].binaryCrossEntropy(logitsFor: $0[1], reduction: .mean) },
    "squared error": { try $0[0].squaredError($0[1], reduction: .none) },
    "squared error, sum": { try $0[0].squaredError($0[1], reduction: .sum) },
    "squared error, mean": { try $0[0].squaredError($0[1], reduction: .mean) },
    "divergence": { try Tensor.gaussianDivergence(mean: $0[0], logVariance: $0[1]) },
    "max pooling over the edge": { try $0[0].maxPool2d(kernel: 3, stride: 2, coversEdge: true) },
    "cross-entropy over classes": {
      try $0[0].crossEntropy(classes: Tensor(indices: [2, 0, 2, 1]), reduction: .none)
    },
    "cross-entropy over classes, mean": {
      try $0[0].crossEntropy(classes: Tensor(indices: [2, 0, 2, 1]), reduction: .mean)
    },
    "convolution, channels last": {
      try $0[0].channelsLast().conv2d(weight: $0[1], bias: $0[2], stride: 2, padding: 1)
    },
    "composite": composite,
  ]

  /// A little network: every kind of function that the models join.
  @Sendable private static func composite(_ inputs: [Tensor]) throws -> Tensor {
    let maps = try inputs[0].conv2d(weight: inputs[1], bias: nil, padding: 1).relu().maxPool2d(kernel: 2)
    let posterior = try maps.reshaped([3, -1]).linear(weight: inputs[2], bias: inputs[3])
    let mean = try posterior.slice(0..<2, along: 1)
    let logVariance = try posterior.slice(2..<4, along: 1)
    let divergence = try Tensor.gaussianDivergence(mean: mean, logVariance: logVariance)
    let code = try mean + (0.5 * logVariance).exp() * 0.25
    return try divergence.sum(along: 1) + code.binaryCrossEntropy(logitsFor: mean.sigmoid(), reduction: .mean)
  }

  static let pictures: [String: Function] = [
    // Twice the input, so that what is overwritten is no leaf.
    "relu in place": { try ($0[0] * 2).reluInPlace() },
    "leaky relu in place": { try ($0[0] * 2).leakyReLUInPlace(slope: 0.2) },
    "PReLU, one slope": { try $0[0].prelu(slopes: $0[1]) },
    "PReLU, a slope for each channel": { try $0[0].prelu(slopes: $0[1]) },
    "bilinear upsampling": { try $0[0].upsampledBilinear2d(height: 8, width: 7) },
    "bilinear upsampling to fewer pixels": { try $0[0].upsampledBilinear2d(height: 3, width: 5) },
    "reflection padding": { try $0[0].reflectionPadded2d(3) },
    "instance normalisation": normalised,
    "instance normalisation of one image": { try normalised([$0[0].channelsLast()]) },
    "cross-entropy over classes of pixels": {
      try $0[0].crossEntropy(pixelClasses: pixelClasses(), ignoring: 255, reduction: .sum)
    },
    "cross-entropy over classes of pixels, mean": {
      try $0[0].crossEntropy(pixelClasses: pixelClasses(), ignoring: 255, reduction: .mean)
    },
    "absolute error": { try $0[0].absoluteError($0[1], reduction: .none) },
    "absolute error, mean": { try $0[0].absoluteError($0[1], reduction: .mean) },
  ]

  @Sendable private static func normalised(_ inputs: [Tensor]) throws -> Tensor {
    let norm = try InstanceNorm(3)
    try norm.weight.assign(Tensor([0.25, -0.5, 2], shape: [3]))
    try norm.bias.assign(Tensor([-0.75, -1.5, 1], shape: [3]))
    return try norm(inputs[0])
  }

  private static func pixelClasses() throws -> Tensor {
    try Tensor(indices: [2, 0, 255, 1, 1, 0, 255, 2, 2, 0, 255, 1]).reshaped([2, 2, 3])
  }

  static let functions = [arithmetic, networks, pictures].reduce(into: [:]) {
    $0.merge($1) { first, _ in first }
  }

  @Test("the reference and this table name the same operations")
  func tableIsWhole() throws {
    #expect(try Set(Reference.operations.get().map(\.name)) == Set(OperationTests.functions.keys))
  }

  @Test(arguments: functions.keys.sorted())
  func operation(_ name: String) throws {
    let reference = try #require(Reference.operations.get().first { $0.name == name })
    let function = try #require(OperationTests.functions[name])
    let inputs = try reference.inputs.map { try $0.tensor().requireGradient() }
    let output = try function(inputs)
    #expect(output.shape == reference.output.shape)
    #expect(try distance(output.elements(), reference.output.elements) < tolerance)
    // The gradient of an inner product is the other factor.
    try (output * reference.weights.tensor()).sum().backward()
    for (input, expected) in zip(inputs, reference.gradients) {
      let gradient = try #require(try input.gradient)
      #expect(gradient.shape == expected.shape)
      #expect(try distance(gradient.elements(), expected.elements) < tolerance)
    }
  }

  @Test("backward adds to gradients that are there")
  func accumulation() throws {
    let x = try Tensor([1, 2], shape: [2]).requireGradient()
    #expect(try x.gradient == nil)
    for expected in [[2, 4], [4, 8]] as [[Float]] {
      try x.squared().sum().backward()
      #expect(try x.gradient?.elements() == expected)
    }
  }

  @Test("no gradient flows through a detached tensor or out of withoutGradient")
  func cuts() throws {
    let x = try Tensor([3], shape: [1]).requireGradient()
    try (x.detached() * x).sum().backward()
    #expect(try x.gradient?.elements() == [3])
    #expect(try !withoutGradient { try x.squared() }.requiresGradient)
    #expect(try x.squared().requiresGradient)
  }

  @Test("a failed body gives recording back")
  func modeAfterFailure() throws {
    struct Stop: Error {}
    #expect(throws: Stop.self) { try withoutGradient { throw Stop() } }
    let x = try Tensor([3], shape: [1]).requireGradient()
    #expect(try x.squared().requiresGradient)
  }

  @Test("unpooling puts maxima back where pooling found them, and gradients follow the same positions")
  func unpooling() throws {
    let elements: [Float] = [
      1, 2, 9, 3,
      4, 3, 1, 2,
      -1, -5, 0, 0,
      -7, -2, 0, 6,
    ]
    for isChannelsLast in [false, true] {
      // The second channel is the first one less ten, so that every maximum is negative there.
      let x = try Tensor(elements + elements.map { $0 - 10 }, shape: [1, 2, 4, 4]).requireGradient()
      let (maxima, positions) = try (isChannelsLast ? x.channelsLast() : x).maxPool2dWithPositions(kernel: 2)
      #expect(try maxima.elements() == [4, 9, -1, 6, -6, -1, -11, -4])
      let back = try maxima.maxUnpool2d(positions: positions, height: 4, width: 4)
      let mask: [Float] = [0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1]
      let expected = try zip(x.elements(), mask + mask).map { $0 * $1 }
      #expect(try back.elements() == expected)
      let weights: [Float] = (0..<32).map { Float($0 + 1) }
      try (back * Tensor(weights, shape: [1, 2, 4, 4])).sum().backward()
      #expect(try #require(try x.gradient).elements() == zip(weights, mask + mask).map { $0 * $1 })
    }
    #expect(throws: TorchError.self) {
      _ = try Tensor([1, 2], shape: [2]).maxPool2dWithPositions(kernel: 2)
    }
  }

  @Test("the logarithm of a softmax, for large scores too")
  func logSoftmax() throws {
    let scores: [Float] = [1000, 1001, 999, -3, 0, 2]
    let found = try Tensor(scores, shape: [2, 3]).logSoftmax(along: -1).elements()
    for row in 0..<2 {
      let own = scores[(row * 3)..<(row * 3 + 3)].map(Double.init)
      let largest = own.max() ?? 0
      let total = largest + log(own.reduce(0) { $0 + exp($1 - largest) })
      for column in 0..<3 { #expect(abs(Double(found[row * 3 + column]) - (own[column] - total)) < 1e-4) }
    }
  }

  @Test("the surprise of a Gaussian is the negative logarithm of its density")
  func gaussianSurprise() throws {
    let found = try Tensor([1.5, -2], shape: [2]).gaussianSurprise(
      mean: Tensor([0.5], shape: [1]), logVariance: Tensor([0, 1.2], shape: [2])
    ).elements()
    for (value, (distance, logVariance)) in zip(found, [(1.0, 0.0), (-2.5, 1.2)]) {
      let variance = exp(logVariance)
      let density = exp(-distance * distance / (2 * variance)) / (2 * .pi * variance).squareRoot()
      #expect(abs(Double(value) + log(density)) < 1e-5)
    }
  }
}
