import Models
import Testing
import Torch

@Suite("Models train as the same models written in PyTorch")
struct ReferenceRunTests {
  let reference: Reference
  init() throws {
    try TorchInfo.setThreads(1)
    reference = try Reference.load()
  }

  @Test("beta-VAE", arguments: [0, 1, 2])
  func betaVAE(_ number: Int) throws {
    let expected = reference.vae[number]
    var configuration = BetaVAEConfiguration(
      hidden: expected.hidden, latents: expected.latents, beta: expected.beta, batch: 8)
    switch number {
    case 1: configuration.initialAccumulator = 0.1
    case 2:
      configuration.optimiser = .adam
      configuration.learningRate = 1e-3
    default: break
    }
    let model = try BetaVAE(
      configuration: configuration, images: PatternImages(byRow: true), seed: Reference.seed)
    try follow(model, expected.curve, ["loss", "reconstruction", "kl"])
    try compare(model.weights(), expected.weights)
  }

  @Test("DC-IGN, the gradients of clamped latents replaced")
  func deepInverseGraphics() throws {
    var configuration = DCIGNConfiguration.tiny
    // Labelled minibatches become so rare that a short run has none.
    configuration.intrinsicShare = 1_000_000_000
    let model = try DCIGN(
      configuration: configuration, images: PatternImages(byRow: true), seed: Reference.seed)
    try follow(model, reference.dcign.curve, ["reconstruction", "kl"])
    try compare(model.weights(), reference.dcign.weights, without: ["encoder.posterior.bias"])
  }

  @Test("InfoGAN")
  func infoGAN() throws {
    let model = try InfoGAN(configuration: .tiny, images: PatternImages(byRow: true), seed: Reference.seed)
    try follow(model, reference.infogan.curve, ["discriminator", "generator", "information"])
    let weights = try model.weights()
    let undetermined = weights.keys.filter { name in
      reference.infogan.weights[name] == nil && (name.hasSuffix(".bias") || name.hasSuffix(".running_mean"))
    }
    // Nine layers before a normalisation have a bias, and nine normalisations a running mean.
    #expect(undetermined.count == 18)
    compare(weights, reference.infogan.weights, without: Set(undetermined))
  }

  private func follow(_ model: any TrainableModel, _ curve: [[Double]], _ names: [String]) throws {
    for (step, expected) in curve.enumerated() {
      let found = try model.update()
      for (name, value) in zip(names, expected) {
        let close = abs(try #require(found[name]) - value) < 1e-4 * max(1, abs(value))
        #expect(
          close, "\(name) after update \(step + 1): \(String(describing: found[name])), expected \(value)")
      }
    }
  }

  private func compare(
    _ weights: [String: [Float]], _ expected: [String: [Double]], without undetermined: Set<String> = []
  ) {
    #expect(Set(weights.keys) == Set(expected.keys).union(undetermined))
    for (name, sums) in expected {
      let elements = weights[name] ?? []
      let sum = elements.reduce(0) { $0 + Double($1) }
      let squares = elements.reduce(0) { $0 + Double($1) * Double($1) }
      #expect(abs(squares - sums[1]) < 1e-4 * max(1e-3, sums[1]), "squares of \(name)")
      // A sum may cancel, so it is judged by the magnitude of its terms.
      #expect(abs(sum - sums[0]) < 1e-4 * max(1e-3, sums[1] * Double(elements.count)).squareRoot(), "\(name)")
    }
  }
}
