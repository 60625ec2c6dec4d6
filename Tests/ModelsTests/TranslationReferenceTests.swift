import Datasets
import Models
import Testing
import Torch

@Suite("Translators train as the same networks and optimisers written in PyTorch")
struct TranslationReferenceTests {
  init() throws { try TorchInfo.setThreads(1) }

  private func compare(
    _ model: any Trainable, _ curve: [[String: Double]], _ weights: [String: [Double]]
  ) throws {
    for (step, expected) in curve.enumerated() {
      let found = try model.update()
      #expect(Set(found.keys) == Set(expected.keys))
      for (name, value) in expected {
        #expect(abs(try #require(found[name]) - value) < 1e-4, "\(name) after update \(step + 1)")
      }
    }
    let found = try model.weights()
    for (name, sums) in weights {
      #expect(try matches(#require(found[name], "\(name)"), sums), "\(name)")
    }
    let others = found.keys.filter { weights[$0] == nil && !$0.contains("running") }
    #expect(others.isEmpty, "\(others)")
  }

  @Test(
    "both cycles; identity and pixels with cross-entropy; conditional U-nets on pairs; cycles alone",
    arguments: 0..<4)
  func gan(_ number: Int) throws {
    let reference = try TranslationReference.load().gan[number]
    let model = try TranslationGAN(
      configuration: reference.configuration,
      photos: symmetricImages(reference.batch, side: reference.side, .photosToLabels),
      labels: symmetricImages(reference.batch, side: reference.side, .labelsToPhotos), seed: Reference.seed)
    try compare(model, reference.curve, reference.weights)
  }

  @Test("a bidirectional GAN")
  func bidirectional() throws {
    let reference = try TranslationReference.load().bidirectional
    let model = try BidirectionalGAN(
      configuration: BidirectionalGANConfiguration(networks: .tiny, side: 8, batch: 2, updates: 4),
      photos: symmetricImages(2, side: 8, .photosToLabels),
      labels: symmetricImages(2, side: 8, .labelsToPhotos), seed: Reference.seed)
    try compare(model, reference.curve, reference.weights)
  }

  @Test("a coupled GAN, dropout included")
  func coupled() throws {
    let reference = try TranslationReference.load().coupled
    // Units are dropped by position, so here all images are one.
    func one(_ direction: TranslationDirection) -> ImageStack {
      let image = symmetricImages(1, side: 32, direction).bytes
      return ImageStack(channels: 3, height: 32, width: 32, bytes: image + image + image)
    }
    let model = try CoupledGAN(
      configuration: CoupledGANConfiguration(
        side: 32, latents: 5, filters: 16, discriminatorFilters: 2, batch: 3, updates: 4),
      photos: one(.photosToLabels), labels: one(.labelsToPhotos), seed: Reference.seed)
    try compare(model, reference.curve, reference.weights)
  }

  @Test("a scene parser")
  func parser() throws {
    let reference = try TranslationReference.load().parser
    var truth: [UInt8] = []
    for image in 0..<3 {
      for row in 0..<32 {
        for column in (0..<32).map({ min($0, 31 - $0) }) {
          let number = (row / 8 + column / 6 + image) % 5
          truth.append(number == 4 ? SceneParser.ignoredClass : UInt8(number))
        }
      }
    }
    let model = try SceneParser(
      configuration: SceneParserConfiguration(
        classes: 4, side: 8, readSide: 32, width: 2, batch: 3, updates: 4, zoom: 1),
      photos: symmetricImages(3, side: 8, .photosToLabels),
      truth: ImageStack(channels: 1, height: 32, width: 32, bytes: truth), seed: Reference.seed)
    try compare(model, reference.curve, reference.weights)
  }
}
