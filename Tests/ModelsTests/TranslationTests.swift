import Datasets
import Foundation
import TestSupport
import Testing
import Torch

@testable import Models

@Suite("Translators between labels and photographs")
struct TranslationTests {
  let folder: TemporaryDirectory
  init() throws {
    try TorchInfo.setThreads(1)
    folder = try TemporaryDirectory()
  }

  private static let images = symmetricImages(3, side: 8, .labelsToPhotos)

  @Test("the published networks have 7.8 and 2.8 million parameters")
  func parameterCounts() throws {
    let layers = NormalLayers(generator: try Torch.Generator(seed: 1), device: .cpu)
    func count(_ parameters: [NamedTensor]) -> Int { parameters.reduce(0) { $0 + $1.tensor.count } }
    let networks = TranslationNetworks()
    #expect(try count(ResNetGenerator(networks, layers).parameters) == 7_841_408)
    #expect(try count(PatchDiscriminator(networks, channels: 3, layers).parameters) == 2_765_568)
  }

  @Test(
    "a discriminator pads by two pixels a side",
    arguments: [(3, 128, 19), (2, 128, 35), (1, 128, 67), (3, 64, 11), (1, 8, 7)])
  func scoreMaps(_ halvings: Int, _ side: Int, _ expected: Int) throws {
    let networks = TranslationNetworks(discriminatorFilters: 1, discriminatorLayers: halvings)
    let discriminator = try PatchDiscriminator(
      networks, channels: 6, NormalLayers(generator: Torch.Generator(seed: 1), device: .cpu))
    let image = try Tensor(repeating: 0, shape: [1, 6, side, side])
    #expect(try discriminator(image).shape == [1, 1, expected, expected])
  }

  @Test("a score sees 16, 34 or 70 pixels", arguments: [(1, 16), (2, 34), (3, 70)])
  func receptiveFields(_ halvings: Int, _ expected: Int) throws {
    let networks = TranslationNetworks(discriminatorFilters: 2, discriminatorLayers: halvings)
    let discriminator = try PatchDiscriminator(
      networks, channels: 3, NormalLayers(generator: Torch.Generator(seed: 1), device: .cpu))
    let side = 128
    let image = try Torch.Generator(seed: 2).uniform([1, 3, side, side], in: -1..<1).requireGradient()
    let scores = try discriminator.withoutNorms(image)
    let middle = scores.shape[2] / 2
    try scores.slice(middle..<(middle + 1), along: 2).slice(middle..<(middle + 1), along: 3).sum().backward()
    let gradient = try #require(try image.gradient).elements()
    let touched = (0..<side).filter { x in gradient[(64 * side + x)] != 0 }
    #expect(touched.count == expected)
  }

  @Test("equal seeds give equal runs, other seeds others", arguments: TranslatorKind.allCases)
  func repetition(_ kind: TranslatorKind) throws {
    let runs = try ([5, 5, 6] as [UInt64]).map { seed in
      let model = try kind.make(seed: seed)
      try model.update(times: 3)
      return try model.snapshot()
    }
    #expect(runs[0] == runs[1])
    #expect(runs[0] != runs[2])
  }

  @Test(
    "a restored checkpoint continues as the unbroken run does, with pools that are full",
    arguments: TranslatorKind.allCases)
  func checkpoint(_ kind: TranslatorKind) throws {
    let path = folder.path("checkpoint")
    let unbroken = try kind.make()
    try unbroken.update(times: 4)
    try unbroken.saveCheckpoint(to: path)
    let restored = try kind.make(seed: 99)
    try restored.update(times: 1)
    try restored.restoreCheckpoint(from: path)
    #expect(restored.updates == 4)
    #expect(try restored.snapshot() == unbroken.snapshot())
    // So many that a pool of two gives back an older image with near certainty.
    for _ in 0..<6 { #expect(try restored.update() == unbroken.update()) }
    #expect(try restored.snapshot() == unbroken.snapshot())
    for direction in TranslationDirection.allCases {
      let images = TranslationTests.images
      #expect(
        try restored.translate(images, indices: [0, 2], direction)
          == unbroken.translate(images, indices: [0, 2], direction))
    }
  }

  @Test("translating and saving do not change what follows", arguments: TranslatorKind.allCases)
  func observation(_ kind: TranslatorKind) throws {
    let alone = try kind.make()
    let watched = try kind.make()
    for _ in 0..<2 {
      try alone.update(times: 1)
      try watched.update(times: 1)
      _ = try watched.snapshot()
      for direction in TranslationDirection.allCases {
        _ = try watched.translate(TranslationTests.images, indices: [1], direction)
      }
    }
    #expect(try watched.snapshot() == alone.snapshot())
  }

  @Test("weights are those of generators and make the same images", arguments: TranslatorKind.allCases)
  func weights(_ kind: TranslatorKind) throws {
    let path = folder.path("weights")
    let trained = try kind.make()
    try trained.update(times: 2)
    try trained.saveWeights(to: path)
    #expect(try SafetensorsFile(path: path).names.allSatisfy { $0.contains("generator.") })
    let other = try kind.make(seed: 99)
    func translated(_ model: any ImageTranslator, _ direction: TranslationDirection) throws -> ImageStack {
      try model.translate(TranslationTests.images, indices: [2, 0, 2], direction)
    }
    for direction in TranslationDirection.allCases {
      #expect(try translated(other, direction) != translated(trained, direction))
    }
    try other.restoreWeights(from: path)
    for direction in TranslationDirection.allCases {
      let made = try translated(trained, direction)
      #expect(try translated(other, direction) == made)
      #expect((made.channels, made.height, made.width, made.count) == (3, 8, 8, 3))
      // An image depends on itself alone, whatever stands beside it.
      let images = (0..<3).map { made.withPixels(of: $0, Array.init) }
      #expect(images[0] == images[2] && images[0] != images[1])
    }
    #expect(try trained.translate(TranslationTests.images, indices: [], .labelsToPhotos).count == 0)
  }

  @Test("dropped units of an image are its own, and always the same")
  func droppedUnits() throws {
    func translated(dropping: Bool) throws -> ImageStack {
      let model = try TranslationGAN(
        configuration: TranslationConfiguration(
          networks: TranslationNetworks(generator: .uNet, filters: 4), side: 8, dropout: dropping, updates: 1),
        photos: TranslationTests.images, labels: TranslationTests.images, seed: 3)
      // The same image under two indices.
      let twice = ImageStack(
        channels: 3, height: 8, width: 8,
        bytes: [0, 0].flatMap { TranslationTests.images.withPixels(of: $0, Array.init) })
      return try model.translate(twice, indices: [0, 1, 0], .labelsToPhotos)
    }
    func images(_ stack: ImageStack) -> [[UInt8]] { (0..<3).map { stack.withPixels(of: $0, Array.init) } }
    let (whole, dropped) = try (images(translated(dropping: false)), images(translated(dropping: true)))
    #expect(whole[0] == whole[1] && whole[0] == whole[2])
    #expect(dropped[0] != dropped[1] && dropped[0] == dropped[2])
  }

  @Test("the learning rate is constant for half of the updates, then falls in equal steps")
  func schedule() {
    let rates = (0...8).map { Schedule.rate(1, update: $0, of: 8) }
    #expect(rates == [1, 1, 1, 1, 1, 0.75, 0.5, 0.25, 0])
    #expect(Schedule.rate(1, update: 99, of: 8) == 0)
  }

  @Test("a search for latents finds an image that the generator can make")
  func inversion() throws {
    let configuration = CoupledGANConfiguration(
      side: 8, latents: 2, filters: 8, discriminatorFilters: 2, batch: 3, updates: 10, inversionSteps: 60,
      inversionRestarts: 3)
    let images = TranslationTests.images
    func model(steps: Int) throws -> CoupledGAN {
      var changed = configuration
      changed.inversionSteps = steps
      return try CoupledGAN(configuration: changed, photos: images, labels: images, seed: 4)
    }
    // What latents far from any start give in both domains.
    let (photo, labels) = try model(steps: 0).pair(of: [0.9, -0.8])
    func error(_ made: ImageStack) -> Int {
      zip(made.bytes, labels.bytes).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
    }
    let unsearched = try error(model(steps: 0).translate(photo, indices: [0], .photosToLabels))
    let searched = try error(model(steps: 60).translate(photo, indices: [0], .photosToLabels))
    #expect(searched * 4 < unsearched, "\(searched) of \(unsearched)")
  }
}

extension PatchDiscriminator {
  /// The convolutions alone: a normalisation would join all pixels.
  fileprivate func withoutNorms(_ images: Tensor) throws -> Tensor {
    try convolutions.reduce(images) { try $1($0) }
  }
}

extension CoupledGAN {
  /// The photograph and the labels of one latent vector.
  fileprivate func pair(of latents: [Float]) throws -> (photo: ImageStack, labels: ImageStack) {
    try withoutGradient {
      let scene = try generator.scene(Tensor(latents, shape: [1, latents.count]), .evaluation)
      return (
        try ImageStack(signed: generator.photo(of: scene)),
        try ImageStack(signed: generator.labels(of: scene))
      )
    }
  }
}
