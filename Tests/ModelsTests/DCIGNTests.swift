import Models
import Testing
import Torch

@Suite("DC-IGN")
struct DCIGNTests {
  /// The part of the posterior layer's weights that makes one latent: rows are means first, then log variances.
  private func row(_ number: Int, of weights: [String: [Float]]) throws -> [Float] {
    let elements = try #require(weights["encoder.posterior.weight"])
    let width = elements.count / 12
    return Array(elements[(number * width)..<((number + 1) * width)])
  }

  /// Which latents' means and log variances one update moves, and which factor varied in its minibatch.
  private func moved(clampPull: Double, intrinsicShare: Int, seed: UInt64) throws
    -> (factor: Int, means: [Int], logVariances: [Int])
  {
    try TorchInfo.setThreads(1)
    var configuration = DCIGNConfiguration.tiny
    configuration.clampPull = clampPull
    configuration.intrinsicShare = intrinsicShare
    // Decay would move every weight.
    configuration.weightDecay = 0
    let images = RecordingImages()
    let model = try DCIGN(configuration: configuration, images: images, seed: seed)
    let before = try model.weights()
    _ = try model.update()
    let after = try model.weights()
    let changed = try (0..<12).filter { try row($0, of: before) != row($0, of: after) }
    let values = try #require(images.recorded.first).map { images.grid.values(of: $0) }
    let varying = (0..<5).filter { factor in Set(values.map { $0[factor] }).count > 1 }
    #expect(varying.count == 1, "a minibatch of one type varies one factor")
    return (try #require(varying.first), changed.filter { $0 < 6 }, changed.filter { $0 >= 6 }.map { $0 - 6 })
  }

  /// The latents of each factor (shape, scale, orientation, x, y): x, y, scale and orientation have one each.
  private static let latents = [[4, 5], [2], [3], [0], [1]]

  @Test(
    "without a pull only the latents of the varying factor learn",
    arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
  func clamping(_ seed: UInt64) throws {
    let (factor, means, logVariances) = try moved(clampPull: 0, intrinsicShare: 2, seed: seed)
    #expect(means == DCIGNTests.latents[factor])
    #expect(logVariances == DCIGNTests.latents[factor])
  }

  @Test(
    "the pull moves the means of clamped latents, never their variances", arguments: [1, 2, 3, 4] as [UInt64])
  func pull(_ seed: UInt64) throws {
    let (factor, means, logVariances) = try moved(clampPull: 0.01, intrinsicShare: 2, seed: seed)
    #expect(means == Array(0..<6))
    #expect(logVariances == DCIGNTests.latents[factor])
  }

  @Test("the share of intrinsic minibatches is the one asked for")
  func share() throws {
    try TorchInfo.setThreads(1)
    var configuration = DCIGNConfiguration.tiny
    configuration.intrinsicShare = 5
    let images = RecordingImages()
    let model = try DCIGN(configuration: configuration, images: images, seed: 3)
    try model.update(times: 360)
    let intrinsic = images.recorded.count { indices in
      Set(indices.map { images.grid.values(of: $0)[0] }).count > 1
    }
    // 5 of 9, less the few whose eight draws of three shapes agree: 200 of 360, deviation 9.4.
    #expect((155...245).contains(intrinsic))
  }
}
