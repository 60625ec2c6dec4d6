import LinearAlgebra
import Randomness
import TestSupport
import Testing
import Torch

@testable import Models

@Suite("The network and the features of an Exemplar CNN")
struct ExemplarNetworkTests {
  let reference: ExemplarReference
  let folder: TemporaryDirectory
  init() throws {
    try TorchInfo.setThreads(1)
    reference = try ExemplarReference.load()
    folder = try TemporaryDirectory()
  }

  private func initial() throws -> Torch.Generator {
    try Torch.Generator(seed: RandomStream.seed(from: Reference.seed, for: .initialWeights))
  }

  @Test("logits, losses and steps in groups of rates and decays are PyTorch's")
  func training() throws {
    let network = try ExemplarNetwork(.tiny, classes: reference.classes, generator: initial(), device: .cpu)
    let patches = try load(
      Array(0..<8), of: patternImages(8, side: 32), levels: (0..<256).map { (Float($0) - 120) / 256 },
      to: .cpu)
    let targets = try Tensor(indices: (0..<8).map { $0 % reference.classes })
    let optimiser = try SGD(network.groups(weightDecay: 0.004), learningRate: 0.01, momentum: 0.9)
    let logits = try network.logits(of: patches, dropping: nil)
    for (found, expected) in zip(try logits.elements(), reference.training.logits) {
      #expect(abs(Double(found) - expected) < 1e-6)
    }
    for (step, expected) in reference.training.curve.enumerated() {
      let loss = try network.logits(of: patches, dropping: nil).crossEntropy(
        classes: targets, reduction: .mean)
      try loss.backward()
      try optimiser.update()
      #expect(abs(try loss.scalar() - expected) < 1e-5, "update \(step + 1)")
    }
    #expect(Set(network.parameters.map(\.name)) == Set(reference.training.weights.keys))
    for named in network.parameters {
      #expect(
        try matches(named.tensor.elements(), #require(reference.training.weights[named.name])),
        "\(named.name)")
    }
  }

  @Test("features are those of the released evaluation written in NumPy and PyTorch", arguments: [0, 1])
  func features(_ number: Int) throws {
    let expected = reference.features[number]
    let features = try ExemplarFeatures(
      configuration: .tiny, enlargement: expected.enlargement, seed: Reference.seed)
    #expect(features.featureCount == expected.size)
    let images = patternImages(expected.training, side: 32)
    var shares: [Double] = []
    try features.prepare(images, indices: Array(0..<expected.training)) { shares.append($0) }
    #expect(shares == [1])
    let found = try features.encode(images, indices: Array(0..<expected.count))
    #expect(matches(found.elements, expected.sums))
    for (position, value) in expected.last.enumerated() {
      #expect(abs(Double(found[expected.count - 1, 5 * position]) - value) < 2e-4)
    }
  }

  @Test("feature counts: 7,536 for the largest network; without enlargement the last layer has one place")
  func counts() throws {
    let large = ExemplarCNNConfiguration(widths: [92, 256, 512], hidden: 1024, seeds: 8000, updates: 1)
    #expect(try ExemplarFeatures(configuration: large, seed: 1).featureCount == 7_536)
    let small = ExemplarCNNConfiguration(widths: [64, 64], hidden: 128, seeds: 1, updates: 1)
    let doubled = try ExemplarFeatures(configuration: small, seed: 1)
    #expect(doubled.featureCount == 4 * (64 + 64 + 128))
    #expect(doubled.layerFeatures == [0..<256, 256..<512, 512..<1024])
    let plain = try ExemplarFeatures(configuration: small, enlargement: 1, seed: 1)
    #expect(plain.layerFeatures == [0..<256, 256..<512, 512..<640])
  }

  @Test("weights with statistics restore to the same features; a trained network's bring none")
  func files() throws {
    let images = patternImages(20, side: 32)
    let features = try ExemplarFeatures(configuration: .tiny, seed: 5)
    try features.prepare(images, indices: Array(0..<20))
    let path = folder.path("features")
    try features.saveWeights(to: path)
    let other = try ExemplarFeatures(configuration: .tiny, seed: 6)
    try other.restoreWeights(from: path)
    #expect(try other.encode(images, indices: [3, 4]) == features.encode(images, indices: [3, 4]))

    // The random control starts where a model of the same seed starts.
    let weights = folder.path("weights")
    try ExemplarCNN(configuration: .tiny, images: images, seed: 5).saveWeights(to: weights)
    try other.restoreWeights(from: weights)
    let error = #expect(throws: ModelError.self) { _ = try other.encode(images, indices: [0]) }
    #expect(
      error?.description.hasPrefix("an Exemplar CNN has no statistics of downstream images yet;") == true)
    try other.prepare(images, indices: Array(0..<20))
    #expect(try other.encode(images, indices: [3, 4]) == features.encode(images, indices: [3, 4]))
  }

  @Test("images of another size are refused")
  func unsuitable() throws {
    let features = try ExemplarFeatures(configuration: .tiny, seed: 5)
    let error = #expect(throws: ModelError.self) {
      try features.prepare(patternImages(2, side: 16), indices: [0, 1])
    }
    #expect(
      error?.description
        == "an Exemplar CNN cannot use images of 16 x 16 pixels and 3 channels; it needs 32 x 32 in colour")
  }

  @Test("quantiles of a stream of values are NumPy's")
  func quantiles() {
    for pair in reference.quantiles.quantiles {
      var quantile = UpperQuantile(pair[0], of: reference.quantiles.values.count)
      for start in stride(from: 0, to: reference.quantiles.values.count, by: 100) {
        quantile.add(reference.quantiles.values[start..<(start + 100)])
      }
      #expect(abs(Double(quantile.value()) - pair[1]) < 1e-6, "quantile \(pair[0])")
    }
  }

  @Test("a quantile of many values keeps few, and equal values do not confuse it")
  func manyValues() {
    var quantile = UpperQuantile(0.9999, of: 1_000_000)
    for block in 0..<1000 { quantile.add((0..<1000).map { Float(($0 * 1000 + block * 7) % 1_000_000) }) }
    // 7 and 1,000 together reach every residue of the form 7 b + 1000 a once.
    var all = (0..<1000).flatMap { block in (0..<1000).map { Float(($0 * 1000 + block * 7) % 1_000_000) } }
    all.sort()
    #expect(abs(quantile.value() - (all[999_899] + all[999_900]) / 2) < 1)
    var flat = UpperQuantile(0.5, of: 5000)
    flat.add(repeatElement(3, count: 5000))
    #expect(flat.value() == 3)
  }
}
