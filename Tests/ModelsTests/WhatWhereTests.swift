import Datasets
import LinearAlgebra
import Models
import Randomness
import Testing
import Torch

/// Images of four classes, one after another: a bright quadrant on a darker ground, and noise.
func quadrantImages(_ count: Int, channels: Int = 3, side: Int = 8) -> ImageStack {
  var stream = RandomStream(seed: 31)
  var bytes: [UInt8] = []
  for image in 0..<count {
    for _ in 0..<channels {
      for y in 0..<side {
        for x in 0..<side {
          let quadrant = (y < side / 2 ? 0 : 2) + (x < side / 2 ? 0 : 1)
          bytes.append(UInt8((quadrant == image % 4 ? 150 : 60) + stream.index(below: 60)))
        }
      }
    }
  }
  return ImageStack(channels: channels, height: side, width: side, bytes: bytes)
}

extension WhatWhereConfiguration {
  static let tiny = WhatWhereConfiguration(
    widths: [3, 4, 5], kernels: [3, 3, 1], pools: [1, 3], middleWeight: 0.5, labelledBatch: 4,
    unlabelledBatch: 5, learningRate: 1e-2)
}

@Suite("Stacked what-where autoencoder")
struct WhatWhereTests {
  init() throws { try TorchInfo.setThreads(1) }

  private static func make(
    _ configuration: WhatWhereConfiguration = .tiny, images: any ByteImages = quadrantImages(24),
    seed: UInt64 = 5
  ) throws -> WhatWhereAutoencoder {
    try WhatWhereAutoencoder(
      configuration: configuration, images: images, labelled: Array(0..<10), labels: (0..<10).map { $0 % 4 },
      unlabelled: Array(10..<24), classes: 4, seed: seed)
  }

  private static func changed(_ change: (inout WhatWhereConfiguration) -> Void) -> WhatWhereConfiguration {
    var configuration = WhatWhereConfiguration.tiny
    change(&configuration)
    return configuration
  }

  @Test("the decoder puts the largest value of each window back at its place")
  func unpooling() throws {
    let image = ImageStack(
      channels: 1, height: 4, width: 4,
      bytes: [
        10, 20, 90, 30,
        40, 30, 10, 20,
        51, 0, 0, 0,
        0, 50, 0, 77,
      ])
    let model = try WhatWhereAutoencoder(
      configuration: .init(
        widths: [1], kernels: [1], pools: [1], labelledBatch: 1, unlabelledBatch: 0),
      images: image, labelled: [0], labels: [0], unlabelled: [], classes: 2, seed: 1)
    // One up and one down again, so that no pixel is negative where ReLU would see it.
    try model.setWeights([
      "encoder.1.weight": [1], "encoder.1.bias": [1], "decoder.1.weight": [1], "decoder.1.bias": [-1],
    ])
    let expected: [Float] = [
      0, 0, 90, 0,
      40, 0, 0, 0,
      51, 0, 0, 0,
      0, 0, 0, 77,
    ]
    let found = try model.reconstruct(image, indices: [0]).elements
    #expect(zip(found, expected).allSatisfy { abs($0 - $1 / 255) < 1e-6 }, "\(found.map { $0 * 255 })")
  }

  @Test("the published network: 4096 inputs of the classifier, maps of 128, 128, 256 and 256")
  func published() throws {
    let images = ImageStack(channels: 3, height: 32, width: 32, bytes: [UInt8](repeating: 0, count: 32 * 96))
    let model = try WhatWhereAutoencoder(
      configuration: .init(labelledBatch: 32), images: images, labelled: [Int](repeating: 0, count: 32),
      labels: [Int](repeating: 9, count: 32), unlabelled: [Int](repeating: 0, count: 96), classes: 10, seed: 1
    )
    let shapes = try shapes(of: model)
    #expect(shapes["classes.weight"] == [10, 4096])
    #expect(
      (1...4).map { shapes["encoder.\($0).weight"] } == [
        [128, 3, 5, 5], [128, 128, 3, 3], [256, 128, 3, 3], [256, 256, 3, 3],
      ])
    #expect(
      (1...4).map { shapes["decoder.\($0).weight"] } == [
        [3, 128, 5, 5], [128, 128, 3, 3], [128, 256, 3, 3], [256, 256, 3, 3],
      ])
  }

  @Test("gradients are those of finite differences")
  func gradients() throws {
    // A position that changes is a jump of the loss, so the images are few and the step is small.
    try expectNumericalGradients(step: 1e-3) {
      try WhatWhereTests.make(WhatWhereTests.changed { $0.unlabelledBatch = 2 })
    } prepare: { model in
      // What unpooling leaves empty would lie on ReLU's kink without biases.
      var saved = try SavedWeights(of: model)
      for (name, elements) in saved.elements where name.hasSuffix("bias") {
        saved.elements[name] = elements.indices.map { $0 % 2 == 0 ? 0.1 : -0.15 }
      }
      try saved.restore(into: model)
    }
  }

  @Test("the loss is the sum of its weighted terms, and a term without weight is not computed")
  func objective() throws {
    for (reconstruction, middle) in [(1, 0.5), (2, 0), (0, 3), (0, 0)] as [(Double, Double)] {
      let step = try WhatWhereTests.make(
        WhatWhereTests.changed { ($0.reconstructionWeight, $0.middleWeight) = (reconstruction, middle) }
      ).update()
      #expect((step["reconstruction"] != nil) == (reconstruction != 0))
      #expect((step["middle"] != nil) == (middle != 0))
      let sum =
        try #require(step["classification"]) + reconstruction * (step["reconstruction"] ?? 0)
        + middle * (step["middle"] ?? 0)
      #expect(abs(try #require(step["loss"]) - sum) < 1e-5)
    }
  }

  @Test("with labels only, the decoder stays as it is and unlabelled images are not looked at")
  func labelsOnly() throws {
    let images = RecordingBytes(quadrantImages(24))
    let model = try WhatWhereTests.make(
      WhatWhereTests.changed { ($0.reconstructionWeight, $0.middleWeight) = (0, 0) }, images: images)
    let before = try model.weights()
    try model.update(times: 6)
    let after = try model.weights()
    for (name, elements) in before {
      #expect((after[name] == elements) == name.hasPrefix("decoder."), "\(name)")
    }
    #expect(Set(images.recorded).isSubset(of: 0..<10))
    // The same start as with a decoder, so that arms of an experiment differ by their losses alone.
    #expect(try WhatWhereTests.make().weights() == before)
  }

  @Test("every image is used, labelled ones cycling while unlabelled ones are passed over")
  func minibatches() throws {
    let images = RecordingBytes(quadrantImages(24))
    let model = try WhatWhereTests.make(images: images)
    try model.update(times: 12)
    #expect(images.recorded.count == 12 * 9)
    #expect(Set(images.recorded) == Set(0..<24))
    for update in 0..<12 {
      let minibatch = images.recorded[(update * 9)..<(update * 9 + 9)]
      #expect(minibatch.count { $0 < 10 } == 4 && Set(minibatch).count == 9)
    }
  }

  @Test("a restored checkpoint continues as the unbroken run does", arguments: [false, true])
  func continuation(isNormalised: Bool) throws {
    let configuration = WhatWhereTests.changed {
      $0.isNormalised = isNormalised
      $0.dropout = 0.5
    }
    try expectContinuation { try WhatWhereTests.make(configuration, seed: $0) }
  }

  @Test("it learns easy classes and what the images look like", arguments: [false, true])
  func learning(isNormalised: Bool) throws {
    let images = quadrantImages(24)
    let model = try WhatWhereTests.make(
      WhatWhereTests.changed {
        $0.widths = [8, 8, 8]
        $0.isNormalised = isNormalised
        $0.dropout = 0.3
      }, images: images)
    let first = try model.update()
    try model.update(times: 59)
    let last = try model.update()
    #expect(try #require(last["reconstruction"]) < 0.7 * #require(first["reconstruction"]))
    // The unlabelled images too, whose classes it has not been told.
    let right = try zip(model.predict(images, indices: Array(0..<24)), 0..<24).count { $0 == $1 % 4 }
    #expect(right >= 22)
    #expect(try model.predict(images, indices: [23, 2]) == [3, 2])
    let restored = try model.reconstruct(images, indices: [3, 4])
    #expect(restored.rows == 2 && restored.columns == 192)
    #expect(restored.elements.allSatisfy { (0...1).contains($0) })
  }

  @Test("images and labels that do not fit are refused")
  func unsuitable() throws {
    func message(_ body: () throws -> Void) -> String? {
      #expect(throws: ModelError.self) { try body() }?.description
    }
    let images = quadrantImages(8)
    func make(_ labelled: [Int], _ labels: [Int], side: Int = 8) throws {
      _ = try WhatWhereAutoencoder(
        configuration: .tiny, images: side == 8 ? images : quadrantImages(8, side: side), labelled: labelled,
        labels: labels, unlabelled: Array(0..<8), classes: 4, seed: 1)
    }
    #expect(
      message { try make([0, 1, 2, 3], [0, 4, 1, 1]) }
        == "what-where autoencoder cannot use label 4 of item 1; it needs labels from 0 to 3")
    #expect(
      message { try make([], []) }
        == "what-where autoencoder cannot use no labelled items; it needs at least a minibatch of 4")
    #expect(
      message { try make([0, 1, 2, 8], [0, 1, 1, 1]) }
        == "what-where autoencoder cannot use labelled item 8; it needs items of a collection of 8")
    #expect(
      message { try make([0, 1, 2, 3], [0, 1, 1, 1], side: 6) }
        == "what-where autoencoder cannot use images of 6 x 6 pixels and 3 channels; "
        + "it needs sides that are multiples of 4")
    let model = try WhatWhereTests.make()
    #expect(
      message { _ = try model.predict(quadrantImages(4, channels: 1), indices: [0]) }
        == "what-where autoencoder cannot use images of 8 x 8 pixels and 1 channels; "
        + "it needs images of 8 x 8 pixels and 3 channels")
    #expect(
      message { _ = try model.reconstruct(images, indices: [7, -1]) }
        == "what-where autoencoder cannot use item -1; it needs items of a collection of 8")
  }
}
