import Datasets
import Models
import Testing
import Torch

@Suite("What training does")
struct TrainingTests {
  private func mean(_ name: String, of curve: some Collection<[String: Double]>) -> Double {
    curve.reduce(0) { $0 + ($1[name] ?? .nan) } / Double(curve.count)
  }

  @Test("the loss of an autoencoder falls", arguments: [Kind.vae, .adamVAE])
  func loss(_ kind: Kind) throws {
    let model = try kind.make()
    let curve = try (0..<120).map { _ in try model.update() }
    #expect(model.updates == 120)
    #expect(mean("loss", of: curve.suffix(20)) < 0.97 * mean("loss", of: curve.prefix(3)))
  }

  @Test("the loss of DC-IGN falls")
  func deepInverseGraphicsLoss() throws {
    try TorchInfo.setThreads(1)
    var configuration = DCIGNConfiguration.tiny
    configuration.learningRate = 0.005
    let model = try DCIGN(configuration: configuration, images: PatternImages(), seed: 1)
    let curve = try (0..<300).map { _ in try model.update() }
    // Minibatches of one factor differ much, so long means are compared.
    #expect(mean("loss", of: curve.suffix(100)) < 0.97 * mean("loss", of: curve.prefix(20)))
  }

  @Test("the objective is the reconstruction and beta times the divergence")
  func objective() throws {
    try TorchInfo.setThreads(1)
    for beta in [0, 1, 4] as [Double] {
      let model = try BetaVAE(
        configuration: .init(hidden: 16, latents: 3, beta: beta, batch: 8), images: PatternImages(), seed: 1)
      for _ in 0..<3 {
        let step = try model.update()
        let parts = try #require(step["reconstruction"]) + beta * #require(step["kl"])
        #expect(abs(try #require(step["loss"]) - parts) < 1e-5 * parts)
      }
    }
  }

  @Test("a larger beta leaves less divergence")
  func pressure() throws {
    try TorchInfo.setThreads(1)
    let divergences = try [0.1, 20].map { beta in
      let model = try BetaVAE(
        configuration: .init(hidden: 16, latents: 3, beta: beta, batch: 8), images: PatternImages(), seed: 1)
      try model.update(times: 100)
      return try #require(try model.latentKL(Array(0..<100))).reduce(0, +)
    }
    #expect(divergences[1] < 0.2 * divergences[0])
  }

  @Test("an untrained model encodes, and has done no updates", arguments: Kind.allCases)
  func untrained(_ kind: Kind) throws {
    let model = try kind.make()
    #expect(model.updates == 0)
    #expect(try model.encode([0]).columns == kind.latents)
  }

  @Test("minibatches cover the grid")
  func minibatches() throws {
    let images = RecordingImages()
    let model = try Kind.vae.make(images: images)
    try model.update(times: 300)
    let seen = images.recorded.flatMap { $0 }
    #expect(seen.count == 2400)
    // 600 images, 2400 draws: an image is missed with probability exp(-4), so 11 are, give or take 3.3.
    #expect((580...600).contains(Set(seen).count))
  }
}
