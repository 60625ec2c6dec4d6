import Datasets
import Foundation
import Models
import TestSupport
import Testing
import Torch

@Suite("DCGAN")
struct DCGANTests {
  let folder: TemporaryDirectory
  init() throws {
    try TorchInfo.setThreads(1)
    folder = try TemporaryDirectory()
  }

  private func make(
    _ configuration: DCGANConfiguration = .tiny, images: ImageStack = patternImages(40), seed: UInt64 = 5
  ) throws -> DCGAN {
    try DCGAN(configuration: configuration, images: images, seed: seed)
  }

  @Test("trains as the same network and optimiser written in PyTorch", arguments: [0, 1])
  func reference(_ number: Int) throws {
    let expected = try DCGANReference.load()[number]
    let model = try make(
      expected.configuration, images: patternImages(expected.batch), seed: Reference.seed)
    let names = ["generator", "discriminator", "accuracy_real", "accuracy_fake"]
    for (step, values) in expected.curve.enumerated() {
      let found = try model.update()
      for (name, value) in zip(names, values) {
        #expect(abs(try #require(found[name]) - value) < 1e-4, "\(name) after update \(step + 1)")
      }
    }
    let weights = try model.weights()
    for (name, sums) in expected.weights {
      #expect(try matches(#require(weights[name], "\(name)"), sums), "\(name)")
    }
    let statistics = weights.keys.filter { !expected.weights.keys.contains($0) }
    #expect(statistics.isEmpty, "\(statistics)")
  }

  @Test("equal seeds give equal runs, other seeds others")
  func repetition() throws {
    let runs = try ([5, 5, 6] as [UInt64]).map { seed in
      let model = try make(seed: seed)
      try model.update(times: 3)
      return (try model.snapshot(), try model.samples(3, seed: 1))
    }
    #expect(runs[0].0 == runs[1].0 && runs[0].1 == runs[1].1)
    #expect(runs[0].0 != runs[2].0 && runs[0].1 != runs[2].1)
  }

  @Test("a restored checkpoint continues as the unbroken run does, over the end of an epoch")
  func checkpoint() throws {
    let path = folder.path("checkpoint")
    let unbroken = try make()
    try unbroken.update(times: 4)
    try unbroken.saveCheckpoint(to: path)
    let restored = try make(seed: 99)
    try restored.update(times: 2)
    try restored.restoreCheckpoint(from: path)
    #expect(restored.updates == 4)
    #expect(try restored.snapshot() == unbroken.snapshot())
    for _ in 0..<4 { #expect(try restored.update() == unbroken.update()) }
    #expect(try restored.snapshot() == unbroken.snapshot())
    #expect(try restored.samples(2, seed: 3) == unbroken.samples(2, seed: 3))
  }

  @Test("sampling and saving do not change what follows")
  func observation() throws {
    let alone = try make()
    let watched = try make()
    for _ in 0..<3 {
      try alone.update(times: 1)
      try watched.update(times: 1)
      _ = try watched.samples(3, seed: 1)
      _ = try watched.weights()
    }
    #expect(try watched.snapshot() == alone.snapshot())
  }

  @Test("samples have the size of the images, and the first do not depend on how many are asked for")
  func samples() throws {
    let model = try make()
    let many = try model.samples(20, seed: 4)
    #expect((many.count, many.channels, many.height, many.width) == (20, 3, 16, 16))
    let few = try model.samples(3, seed: 4)
    #expect(few.bytes[...] == many.bytes.prefix(few.bytes.count))
    #expect(try model.samples(3, seed: 5) != few)
    #expect(try model.samples(0, seed: 5).count == 0)
  }

  @Test("a discriminator learns to tell images from an untrained generator's")
  func learning() throws {
    var configuration = DCGANConfiguration.tiny
    configuration.learningRate = 5e-3
    let model = try make(configuration)
    let curve = try (0..<60).map { _ in try #require(try model.update()["discriminator"]) }
    // An undecided discriminator loses 2 log 2.
    #expect(try #require(curve.min()) < 0.7 * curve[0])
  }

  @Test("each update takes two minibatches, and the generator's is not looked at")
  func minibatches() throws {
    let log = RecordingBytes(patternImages(16))
    let watched = try DCGAN(configuration: .tiny, images: log, seed: 5)
    try watched.update(times: 6)
    // 16 images make two minibatches of 8: an epoch is one update, and the discriminator sees half of it.
    #expect(log.recorded.count == 48)
    for update in 0..<6 { #expect(Set(log.recorded[(update * 8)..<(update * 8 + 8)]).count == 8) }
    #expect(Set(log.recorded).count == 16)
  }

  @Test("widths, kernels and sides of the published networks")
  func configurations() {
    #expect(DCGANConfiguration.imageNet().side == 32)
    #expect(DCGANConfiguration.imageNet().widths.max() == 512)
    #expect(DCGANConfiguration.houseNumbers().side == 32)
    #expect(DCGANConfiguration.houseNumbers().kernel == 5)
  }

  @Test("images that do not fit are refused with their size")
  func unsuitable() throws {
    #expect(
      throws: ModelError.images(
        model: "DCGAN", found: "images of 32 x 32 pixels", needed: "16 x 16 with strides [1, 2, 2]")
    ) { _ = try make(images: patternImages(8, side: 32)) }
    let error = #expect(throws: ModelError.self) { _ = try make(images: patternImages(7)) }
    #expect(error?.description == "DCGAN cannot use 7 images; it needs at least a minibatch of 8")
  }
}
