import Datasets
import Models
import Testing
import Torch

@Suite("What translators and parsers refuse")
struct TranslationErrorTests {
  private static let images = symmetricImages(3, side: 8, .labelsToPhotos)

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let change: @Sendable (inout TranslationConfiguration) -> Void

    init(_ message: String, _ change: @escaping @Sendable (inout TranslationConfiguration) -> Void) {
      testDescription = message
      self.change = change
    }
  }

  static let cases = [
    Case("a side of 10 pixels; it needs a multiple of 4 from 8 on for residual generators") { $0.side = 10 },
    Case("a side of 12 pixels; it needs a power of two from 8 on for U-nets") {
      ($0.side, $0.networks.generator) = (12, .uNet)
    },
    Case(
      "networks of 0 and 3 filters, 1 blocks and 1 discriminator layers; it needs 1 to 4096 filters, "
        + "0 to 1024 blocks and 1 to 8 discriminator layers"
    ) { $0.networks.filters = 0 },
    Case("loss weights of [10.0, 10.0, 0.0, -1.0, 0.0, 0.0]; it needs none below 0") { $0.pixel = -1 },
    Case("a loss without terms; it needs discriminators, or a term with a weight") {
      ($0.adversarial, $0.forwardCycle, $0.backwardCycle) = (false, 0, 0)
    },
    Case("a distance from the target; it needs pairs of images") { $0.target = 1 },
    Case("conditional discriminators; it needs pairs of images") { $0.isConditional = true },
    Case("a distance of deep features; it needs a network for them") { $0.feature = 1 },
    Case("dropout in residual generators; it needs U-nets") { $0.dropout = true },
    Case(
      "minibatches of 0, a pool of 50 and 4 updates; it needs minibatches of 1 to 65536, "
        + "a pool of 0 to 65536 images, and no negative number of updates"
    ) { $0.batch = 0 },
    Case("3 photographs; it needs at least a minibatch of 4") { $0.batch = 4 },
    Case("photographs of 8 x 8 pixels and 3 channels; it needs at least 12 x 12 pixels and 3 channels") {
      $0.side = 12
    },
  ]

  @Test(arguments: cases)
  func configuration(_ refused: Case) throws {
    var configuration = TranslationConfiguration(networks: .tiny, side: 8, updates: 4)
    refused.change(&configuration)
    let error = #expect(throws: ModelError.self) {
      try TranslationGAN(
        configuration: configuration, photos: TranslationErrorTests.images,
        labels: TranslationErrorTests.images, seed: 1)
    }
    #expect(error.map { "\($0)" } == "translation GAN cannot use \(refused.testDescription)")
  }

  @Test("pairs of different numbers, images of other sizes, indices out of range")
  func data() throws {
    let images = TranslationErrorTests.images
    let fewer = symmetricImages(2, side: 8, .labelsToPhotos)
    #expect(
      throws: ModelError.images(
        model: "translation GAN", found: "3 photographs of 8 x 8 pixels and 2 labels of 8 x 8",
        needed: "as many of one as of the other, of equal size")
    ) {
      try TranslationGAN(
        configuration: TranslationConfiguration(networks: .tiny, side: 8, isPaired: true, updates: 4),
        photos: images, labels: fewer, seed: 1)
    }
    for kind in [TranslatorKind.cycle, .bidirectional, .coupled] {
      let model = try kind.make()
      #expect(throws: ModelError.self) {
        try model.translate(symmetricImages(1, side: 12, .labelsToPhotos), indices: [0], .labelsToPhotos)
      }
      #expect(throws: ModelError.self) { try model.translate(images, indices: [3], .photosToLabels) }
    }
  }

  @Test("a coupled GAN's sides and filters", arguments: [(12, 16, 2), (32, 4, 2), (8, 16, 1)])
  func coupled(_ side: Int, _ filters: Int, _ batch: Int) throws {
    let images = symmetricImages(3, side: 32, .labelsToPhotos)
    let error = #expect(throws: ModelError.self) {
      try CoupledGAN(
        configuration: CoupledGANConfiguration(side: side, filters: filters, batch: batch, updates: 1),
        photos: images, labels: images, seed: 1)
    }
    let messages = [
      12: "images of side 12; it needs a power of two from 8 to 1024",
      32: "4 filters, halved 3 times up to 32 pixels; it needs at least 8",
      8: "a minibatch of 1; it needs more than one image for its statistics",
    ]
    #expect(error.map { "\($0)" } == messages[side].map { "coupled GAN cannot use \($0)" })
  }
}
