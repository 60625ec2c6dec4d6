import Models
import Testing
import Torch

extension ConvolutionalClassifierConfiguration {
  static let tiny = ConvolutionalClassifierConfiguration(
    widths: [4, 6], kernel: 3, start: .he, dropout: 0.2, batch: 4, learningRate: 1e-2, weightDecay: 1e-3)
}

@Suite("The discriminator's architecture as a classifier")
struct ConvolutionalClassifierTests {
  init() throws { try TorchInfo.setThreads(1) }

  private static func make(
    _ configuration: ConvolutionalClassifierConfiguration = .tiny, seed: UInt64 = 5
  ) throws -> ConvolutionalClassifier {
    try ConvolutionalClassifier(
      configuration: configuration, images: quadrantImages(24), labelled: Array(0..<10),
      labels: (0..<10).map { $0 % 4 }, classes: 4, seed: seed)
  }

  private static func changed(
    _ change: (inout ConvolutionalClassifierConfiguration) -> Void
  ) -> ConvolutionalClassifierConfiguration {
    var configuration = ConvolutionalClassifierConfiguration.tiny
    change(&configuration)
    return configuration
  }

  @Test("the layers of the released discriminator, a softmax in place of the logit")
  func architecture() throws {
    func shapesOfDefault(isNormalised: Bool) throws -> [String: [Int]] {
      try shapes(
        of: ConvolutionalClassifier(
          configuration: .init(isNormalised: isNormalised, batch: 1), images: quadrantImages(1, side: 32),
          labelled: [0], labels: [9], classes: 10, seed: 1))
    }
    let normalised = try shapesOfDefault(isNormalised: true)
    #expect(normalised["classes.weight"] == [10, 4096] && normalised["classes.bias"] == [10])
    #expect(
      (1...3).map { normalised["convolution.\($0).weight"] } == [
        [64, 3, 5, 5], [128, 64, 5, 5], [256, 128, 5, 5],
      ])
    #expect((1...3).map { normalised["convolution.\($0).norm.running_var"] } == [nil, [128], [256]])
    #expect((1...3).map { normalised["convolution.\($0).bias"] } == [nil, nil, nil])
    let plain = try shapesOfDefault(isNormalised: false)
    #expect((1...3).map { plain["convolution.\($0).norm.weight"] } == [nil, nil, nil])
    #expect((1...3).map { plain["convolution.\($0).bias"] } == [nil, [128], [256]])
  }

  @Test(
    "weights start with the deviation asked for",
    arguments: ConvolutionalClassifierConfiguration.Start.allCases)
  func start(_ start: ConvolutionalClassifierConfiguration.Start) throws {
    let model = try ConvolutionalClassifierTests.make(
      ConvolutionalClassifierTests.changed {
        $0.widths = [30, 40]
        $0.start = start
      })
    let weight = try #require(try model.weights()["convolution.2.weight"])
    let deviation = (weight.reduce(0) { $0 + Double($1) * Double($1) } / Double(weight.count)).squareRoot()
    let expected =
      switch start {
      case .normal001: 0.01
      case .normal002: 0.02
      case .he: (2.0 / (30 * 9)).squareRoot()
      }
    #expect(abs(deviation / expected - 1) < 0.03)
  }

  @Test("gradients are those of finite differences", arguments: [false, true])
  func gradients(isNormalised: Bool) throws {
    try expectNumericalGradients(step: 2e-3, decay: 1e-3, beta1: 0.5) {
      try ConvolutionalClassifierTests.make(
        ConvolutionalClassifierTests.changed { $0.isNormalised = isNormalised })
    }
  }

  @Test("a restored checkpoint continues as the unbroken run does", arguments: [false, true])
  func continuation(isNormalised: Bool) throws {
    let configuration = ConvolutionalClassifierTests.changed { $0.isNormalised = isNormalised }
    try expectContinuation { try ConvolutionalClassifierTests.make(configuration, seed: $0) }
  }

  @Test("it learns easy classes, and predicting changes nothing", arguments: [false, true])
  func learning(isNormalised: Bool) throws {
    let images = quadrantImages(24)
    let configuration = ConvolutionalClassifierTests.changed { $0.isNormalised = isNormalised }
    let model = try ConvolutionalClassifierTests.make(configuration)
    let alone = try ConvolutionalClassifierTests.make(configuration)
    for _ in 0..<40 {
      _ = try model.update()
      _ = try alone.update()
      _ = try model.predict(images, indices: [0, 1])
    }
    #expect(try model.snapshot() == alone.snapshot())
    let right = try zip(model.predict(images, indices: Array(0..<24)), 0..<24).count { $0 == $1 % 4 }
    #expect(right >= 22)
    #expect(try model.predict(images, indices: [23]) == [3])
  }

  @Test("images and labels that do not fit are refused")
  func unsuitable() throws {
    func message(_ body: () throws -> Void) -> String? {
      #expect(throws: ModelError.self) { try body() }?.description
    }
    func make(_ labelled: [Int], _ labels: [Int], side: Int = 8) throws {
      _ = try ConvolutionalClassifier(
        configuration: .tiny, images: quadrantImages(8, side: side), labelled: labelled, labels: labels,
        classes: 4, seed: 1)
    }
    #expect(
      message { try make([0, 1, 2, 3], [0, -1, 1, 1]) }
        == "convolutional classifier cannot use label -1 of item 1; it needs labels from 0 to 3")
    #expect(
      message { try make([0, 1], [0, 1]) }
        == "convolutional classifier cannot use 2 labelled items; it needs at least a minibatch of 4")
    #expect(
      message { try make([0, 1, 2, 3], [0, 1, 1, 1], side: 10) }
        == "convolutional classifier cannot use images of 10 x 10 pixels and 3 channels; "
        + "it needs sides that are multiples of 4")
    let model = try ConvolutionalClassifierTests.make()
    #expect(
      message { _ = try model.predict(quadrantImages(4, side: 16), indices: [0]) }
        == "convolutional classifier cannot use images of 16 x 16 pixels and 3 channels; "
        + "it needs images of 8 x 8 pixels and 3 channels")
  }
}
