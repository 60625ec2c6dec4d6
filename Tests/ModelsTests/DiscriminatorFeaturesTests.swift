import Datasets
import Foundation
import LinearAlgebra
import Models
import TestSupport
import Testing
import Torch

@Suite("Features of a discriminator")
struct DiscriminatorFeaturesTests {
  let folder: TemporaryDirectory
  init() throws {
    try TorchInfo.setThreads(1)
    folder = try TemporaryDirectory()
  }

  private func prepared(seed: UInt64 = 5, layers: Int? = nil) throws -> DiscriminatorFeatures {
    let features = try DiscriminatorFeatures(configuration: .tiny, layers: layers, seed: seed)
    try features.prepare(patternImages(20), indices: Array(0..<20))
    return features
  }

  private func expectEqual(
    _ found: Matrix<Float>, _ expected: DCGANReference.Features, _ ranges: [Range<Int>]
  ) {
    for (range, sums) in zip(ranges, expected.layers) {
      #expect(matches((0..<found.rows).flatMap { row in range.map { found[row, $0] } }, sums))
    }
    for (position, value) in expected.first.enumerated() {
      #expect(abs(Double(found[1, 7 * position]) - value) < 2e-4)
    }
  }

  @Test(
    "are PyTorch's, with statistics averaged over minibatches, before and after training", arguments: [0, 1])
  func reference(_ number: Int) throws {
    let expected = try DCGANReference.load()[number]
    let training = patternImages(expected.trained.training)
    let indices = Array(0..<training.count)
    let features = try DiscriminatorFeatures(configuration: expected.configuration, seed: Reference.seed)
    var shares: [Double] = []
    try features.prepare(training, indices: indices) { shares.append($0) }
    #expect(shares == [0.5, 1])
    let shown = Array(0..<expected.untrained.count)
    expectEqual(try features.encode(training, indices: shown), expected.untrained, features.layerFeatures)

    let model = try DCGAN(
      configuration: expected.configuration, images: patternImages(expected.batch), seed: Reference.seed)
    try model.update(times: expected.curve.count)
    let path = folder.path("weights")
    try model.saveWeights(to: path)
    try features.restoreWeights(from: path)
    #expect(!features.isPrepared)
    try features.prepare(training, indices: indices)
    expectEqual(try features.encode(training, indices: shown), expected.trained, features.layerFeatures)
  }

  @Test("counts: 28,672 and, of four layers, 12,288 at the published widths; 7,168 of the network for SVHN")
  func counts() throws {
    let configuration = DCGANConfiguration.imageNet()
    #expect(try DiscriminatorFeatures(configuration: configuration, seed: 1).featureCount == 28_672)
    let houseNumbers = try DiscriminatorFeatures(configuration: .houseNumbers(), seed: 1)
    #expect(houseNumbers.featureCount == 7_168)
    let features = try DiscriminatorFeatures(configuration: configuration, layers: 4, seed: 1)
    #expect(features.featureCount == 12_288)
    #expect(features.layerFeatures == [0..<2048, 2048..<4096, 4096..<8192, 8192..<12_288])
  }

  @Test("do not depend on the images beside them, nor on how often they are asked for")
  func batches() throws {
    let features = try prepared()
    let images = patternImages(150)
    let together = try features.encode(images, indices: Array(0..<150))
    #expect((together.rows, together.columns) == (150, features.featureCount))
    for range in [0..<1, 120..<140] {
      let alone = try features.encode(images, indices: Array(range))
      for (row, index) in range.enumerated() {
        for column in 0..<alone.columns { #expect(abs(alone[row, column] - together[index, column]) < 1e-4) }
      }
    }
    #expect(try features.encode(images, indices: Array(0..<150)) == together)
    #expect(Set((0..<5).map { together[$0, 200] }).count > 2)
    #expect(try features.encode(images, indices: []).rows == 0)
  }

  @Test("fewer layers give the first features of more")
  func layers() throws {
    let all = try prepared()
    let path = folder.path("weights")
    try all.saveWeights(to: path)
    let some = try DiscriminatorFeatures(configuration: .tiny, layers: 2, seed: 9)
    try some.restoreWeights(from: path)
    #expect(some.isPrepared)
    let images = patternImages(4)
    let whole = try all.encode(images, indices: [0, 3])
    let part = try some.encode(images, indices: [0, 3])
    #expect(part.columns == (3 + 4) * 16)
    for row in 0..<2 { #expect(part[row: row] == whole[row: row].prefix(part.columns)) }
  }

  @Test("layers that are kept give their features, and no others")
  func kept() throws {
    let all = try prepared()
    let path = folder.path("weights")
    try all.saveWeights(to: path)
    let some = try DiscriminatorFeatures(configuration: .tiny, keeping: [3, 1], seed: 9)
    try some.restoreWeights(from: path)
    let images = patternImages(4)
    let whole = try all.encode(images, indices: [0, 3])
    let part = try some.encode(images, indices: [0, 3])
    #expect(part.columns == all.layerFeatures[0].count + all.layerFeatures[2].count)
    #expect(some.units == max(all.configuration.widths[0], all.configuration.widths[2]))
    for row in 0..<2 {
      let start = whole[row: row].startIndex
      let chosen = [0, 2].flatMap { layer in all.layerFeatures[layer].map { whole[row: row][start + $0] } }
      #expect(Array(part[row: row]) == chosen)
    }
  }

  @Test("weights with statistics restore to the same features, bit for bit")
  func restored() throws {
    let path = folder.path("weights")
    let features = try prepared()
    try features.saveWeights(to: path)
    let other = try DiscriminatorFeatures(configuration: .tiny, seed: 77)
    try other.restoreWeights(from: path)
    let images = patternImages(6)
    #expect(try other.encode(images, indices: [1, 5]) == features.encode(images, indices: [1, 5]))
  }

  @Test("the random control starts where a DCGAN of the same seed starts")
  func control() throws {
    let path = folder.path("weights")
    try DCGAN(configuration: .tiny, images: patternImages(8), seed: 5).saveWeights(to: path)
    let start = try DiscriminatorFeatures(configuration: .tiny, seed: 99)
    try start.restoreWeights(from: path)
    try start.prepare(patternImages(20), indices: Array(0..<20))
    let images = patternImages(3)
    #expect(try start.encode(images, indices: [0, 2]) == prepared().encode(images, indices: [0, 2]))
  }

  @Test("what cannot be done is refused")
  func refusals() throws {
    let features = try DiscriminatorFeatures(configuration: .tiny, seed: 1)
    let unprepared = #expect(throws: ModelError.self) {
      _ = try features.encode(patternImages(2), indices: [0])
    }
    #expect(
      unprepared?.description
        == "a discriminator has no statistics of downstream images yet; prepare it on training images, or restore "
        + "weights that were saved after that")
    let grey = #expect(throws: ModelError.self) {
      try features.prepare(patternImages(3, channels: 1), indices: [0, 1])
    }
    #expect(grey?.description == "a discriminator cannot use images of 1 channels; it needs 3")
    let single = #expect(throws: ModelError.self) { try features.prepare(patternImages(3), indices: [0]) }
    #expect(
      single?.description
        == "a discriminator cannot use 1 training images; it needs at least two for statistics")
  }
}
