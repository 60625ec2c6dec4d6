import Testing
import Torch

@Suite("Layers")
struct LayerTests {
  @Test("batch normalisation: outputs and running statistics are PyTorch's", arguments: [0, 1])
  func normalisation(_ number: Int) throws {
    let reference = try Reference.layers.get().normalisation[number]
    let layer = try BatchNorm(reference.weight.count)
    try reference.weight.withUnsafeBufferPointer { try layer.weight.write($0) }
    try reference.bias.withUnsafeBufferPointer { try layer.bias.write($0) }
    for step in reference.batches.indices {
      let mode = step < reference.batches.count - 1 ? Mode.training : .evaluation
      let output = try layer(reference.batches[step].tensor(), mode)
      #expect(output.shape == reference.outputs[step].shape)
      #expect(try distance(output.elements(), reference.outputs[step].elements) < 2 * tolerance)
      #expect(try distance(layer.runningMean.elements(), reference.means[step]) < tolerance)
      #expect(try distance(layer.runningVariance.elements(), reference.variances[step]) < tolerance)
    }
  }

  @Test("statistics of the batch alone normalise as in training and leave the running ones")
  func batchStatistics() throws {
    let reference = try Reference.layers.get().normalisation[1]
    let layer = try BatchNorm(reference.weight.count)
    let batch = try reference.batches[0].tensor()
    let alone = try layer(batch, .batch).elements()
    #expect(try layer.runningMean.elements().allSatisfy { $0 == 0 })
    #expect(try layer.runningVariance.elements().allSatisfy { $0 == 1 })
    #expect(try alone == layer(batch, .training).elements())
    #expect(try layer.runningMean.elements() != [0, 0, 0])
  }

  @Test("channels last: the same elements in the same order")
  func channelsLast() throws {
    let image = try Generator(seed: 4).normal([2, 3, 4, 5])
    let last = try image.channelsLast()
    #expect(last.shape == image.shape)
    #expect(try last.elements() == image.elements())
    #expect(try last.reshaped([2, -1]).elements() == image.elements())
    #expect(try last.rowMajor().elements() == image.elements())
  }

  @Test("dropout keeps its share and the mean, repeats with its generator, and masks gradients alike")
  func dropout() throws {
    let ones = try Tensor(repeating: 1, shape: [100, 100]).requireGradient()
    let dropped = try ones.dropout(rate: 0.25, from: Generator(seed: 3))
    let elements = try dropped.elements()
    #expect(elements.allSatisfy { $0 == 0 || abs($0 - 4 / 3) < 1e-6 })
    // Of 10,000 draws 2500 are dropped, deviation 43.
    #expect((2280...2720).contains(elements.count { $0 == 0 }))
    #expect(try ones.dropout(rate: 0.25, from: Generator(seed: 3)).elements() == elements)
    #expect(try ones.dropout(rate: 0.25, from: Generator(seed: 4)).elements() != elements)
    #expect(try ones.dropout(rate: 0, from: Generator(seed: 3)).elements() == ones.elements())
    try dropped.sum().backward()
    #expect(try ones.gradient?.elements() == elements)
  }

  @Test("bf16: operands and gradients of products are rounded, and nothing else")
  func bfloat16() throws {
    // Eight bits of mantissa: 1 + 1/256 is halfway between two numbers, and the even one is 1.
    let fine = 1 + Float(1) / 256
    let row = try Tensor([fine, 2, 3], shape: [1, 3])
    let weight = try Tensor([1, fine, 1, 0.5, 4, -1], shape: [2, 3]).requireGradient()
    let bias = try Tensor([0, fine], shape: [2]).requireGradient()
    let output = try Precision.bfloat16 { try row.linear(weight: weight, bias: bias) }
    #expect(try output.elements() == [6, 6.5])
    #expect(try row.linear(weight: weight, bias: bias).elements() == [3 * fine + 3, 1.5 * fine + 5])
    try (output * Tensor([1, fine], shape: [1, 2])).sum().backward()
    #expect(try weight.gradient?.elements() == [1, 2, 3, 1, 2, 3])
    #expect(try bias.gradient?.elements() == [1, 1])
    #expect(try weight.elements()[1] == fine)
    #expect(try Precision.bfloat16 { try (row + row).elements()[0] } == 2 * fine)

    // Small integers are exact in either.
    let image = try Tensor((0..<64).map { Float($0 % 5) - 2 }, shape: [1, 4, 4, 4])
    let generator = try Generator(seed: 1)
    let down = try Conv2d(
      4, 3, kernel: 3, stride: 2, padding: 1, initialisation: .fanIn, generator: generator)
    let up = try ConvTranspose2d(
      3, 2, kernel: 4, stride: 2, padding: 1, initialisation: .fanIn, generator: generator)
    for parameter in down.parameters + up.parameters {
      let count = parameter.tensor.shape.reduce(1, *)
      try (0..<count).map { Float($0 % 3) - 1 }.withUnsafeBufferPointer { try parameter.tensor.write($0) }
    }
    let maps = try down(image)
    #expect(try Precision.bfloat16 { try down(image).elements() } == maps.elements())
    #expect(try Precision.bfloat16 { try up(maps).elements() } == up(maps).elements())
    #expect(
      try Precision.bfloat16 {
        try Precision.float32 { try row.linear(weight: weight, bias: nil).elements()[0] }
      } > 6)
  }

  @Test("a layer computes with its own parameters")
  func functions() throws {
    let generator = try Generator(seed: 1)
    let linear = try Linear(3, 2, initialisation: .fanIn, generator: generator)
    let row = try Tensor([1, -2, 3], shape: [1, 3])
    #expect(
      try linear(row).elements() == row.linear(weight: linear.weight, bias: linear.bias).elements())
    let image = try generator.normal([1, 2, 6, 6])
    let down = try Conv2d(
      2, 3, kernel: 4, stride: 2, padding: 1, initialisation: .fanIn, generator: generator)
    #expect(
      try down(image).elements()
        == image.conv2d(weight: down.weight, bias: down.bias, stride: 2, padding: 1).elements())
    #expect(try down(image).shape == [1, 3, 3, 3])
    let up = try ConvTranspose2d(
      2, 3, kernel: 4, stride: 2, padding: 1, outputPadding: 1, initialisation: .fanIn, generator: generator)
    #expect(try up(image).shape == [1, 3, 13, 13])
  }

  @Test("names of parameters and buffers are those of PyTorch's modules")
  func names() throws {
    let generator = try Generator(seed: 1)
    let glorot = Initialisation.glorotUniform
    #expect(
      try Linear(3, 2, initialisation: glorot, generator: generator).weights.named(under: "a").map(\.name)
        == ["a.weight", "a.bias"])
    #expect(
      try Linear(3, 2, hasBias: false, initialisation: glorot, generator: generator).weights.map(\.name)
        == ["weight"])
    #expect(
      try Conv2d(1, 1, kernel: 3, hasBias: false, initialisation: glorot, generator: generator).weights
        .map(\.name) == ["weight"])
    #expect(
      try ConvTranspose2d(1, 1, kernel: 3, initialisation: glorot, generator: generator).weights
        .map(\.name) == ["weight", "bias"])
    #expect(try BatchNorm(2).weights.map(\.name) == ["weight", "bias", "running_mean", "running_var"])
    #expect(try BatchNorm(2).parameters.map(\.name) == ["weight", "bias"])
  }

  @Test(
    "uniform weights fill their interval",
    arguments: [
      (Initialisation.glorotUniform, (6.0 / 300).squareRoot()), (.fanIn, (1.0 / 200).squareRoot()),
    ])
  func uniform(_ initialisation: Initialisation, _ bound: Double) throws {
    let layer = try Linear(200, 100, initialisation: initialisation, generator: Generator(seed: 3))
    let elements = try layer.weight.elements().map(Double.init)
    #expect(elements.allSatisfy { abs($0) <= bound })
    #expect(elements.map(abs).reduce(0, max) > 0.999 * bound)
    // The variance of U(-a, a) is a² / 3; five standard errors of 20,000 draws are 3%.
    let variance = elements.reduce(0) { $0 + $1 * $1 } / Double(elements.count)
    #expect(abs(variance / (bound * bound / 3) - 1) < 0.03)
    let biases = try #require(layer.bias).elements().map(Double.init)
    #expect(
      initialisation == .fanIn
        ? biases.allSatisfy { $0 != 0 && abs($0) <= bound } : biases.allSatisfy { $0 == 0 })
  }

  @Test("normal weights have the deviation asked for, and biases zero")
  func normal() throws {
    let layer = try Linear(
      200, 100, initialisation: .normal(deviation: 0.02), generator: Generator(seed: 3))
    let elements = try layer.weight.elements().map(Double.init)
    let deviation = (elements.reduce(0) { $0 + $1 * $1 } / Double(elements.count)).squareRoot()
    #expect(abs(deviation / 0.02 - 1) < 0.03)
    #expect(try #require(layer.bias).elements().allSatisfy { $0 == 0 })
  }

  @Test("scaled normal weights have the variance gain / fan in")
  func scaledNormal() throws {
    let layer = try Linear(
      200, 100, initialisation: .scaledNormal(gain: 2), generator: Generator(seed: 3))
    let elements = try layer.weight.elements().map(Double.init)
    let variance = elements.reduce(0) { $0 + $1 * $1 } / Double(elements.count)
    #expect(abs(variance * 100 - 1) < 0.05)
    #expect(try #require(layer.bias).elements().allSatisfy { $0 == 0 })
  }

  @Test("fans of convolutions count the pixels of the kernel")
  func convolutionFans() throws {
    let generator = try Generator(seed: 5)
    let down = try Conv2d(16, 8, kernel: 5, initialisation: .glorotUniform, generator: generator)
    #expect(try bound(of: down.weight, near: (6.0 / Double((16 + 8) * 25)).squareRoot()))
    let up = try ConvTranspose2d(16, 8, kernel: 4, stride: 2, initialisation: .fanIn, generator: generator)
    #expect(try bound(of: up.weight, near: (1.0 / Double(16 * 4)).squareRoot()))
  }

  private func bound(of weight: Tensor, near expected: Double) throws -> Bool {
    let largest = try Double(weight.elements().reduce(0) { max($0, abs($1)) })
    return largest <= expected && largest > 0.99 * expected
  }

  @Test("a layer moved to the device where it is keeps its tensors")
  func moving() throws {
    let layer = try Linear(2, 2, initialisation: .fanIn, generator: Generator(seed: 1))
    let moved = try layer.moved(to: .cpu)
    #expect(moved.weight === layer.weight && moved.bias === layer.bias)
  }
}
