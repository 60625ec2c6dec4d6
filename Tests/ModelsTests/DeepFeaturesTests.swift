import Datasets
import Foundation
import Models
import TestSupport
import Testing
import Torch

@Suite("Maps of SqueezeNet")
struct DeepFeaturesTests {
  let folder: TemporaryDirectory
  init() throws {
    try TorchInfo.setThreads(1)
    folder = try TemporaryDirectory()
  }

  /// What PyTorch computes, written by `reference/squeezenet.py`.
  private struct Reference: Decodable {
    struct Maps: Decodable {
      let layer: String
      let side: Int
      let shape: [Int]
      /// The sum and the sum of squares of all elements, and a twentieth of them.
      let sums, some: [Double]
    }
    let formula, released: [Maps]

    static func load(file: String = #filePath) throws -> Reference {
      let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
      return try JSONDecoder().decode(
        Reference.self, from: Data(contentsOf: folder.appendingPathComponent("reference/squeezenet.json")))
    }
  }

  /// The shapes of all filters up to a fire module, in the order of the network.
  private static func shapes(to last: Int) -> [(name: String, shape: [Int])] {
    var shapes = [("conv1", [96, 3, 7, 7])]
    var inputs = 96
    for number in 2...last {
      let squeezed = 16 * (number / 2)
      shapes += [
        ("fire\(number)/squeeze1x1", [squeezed, inputs, 1, 1]),
        ("fire\(number)/expand1x1", [4 * squeezed, squeezed, 1, 1]),
        ("fire\(number)/expand3x3", [4 * squeezed, squeezed, 3, 3]),
      ]
      inputs = 8 * squeezed
    }
    return shapes
  }

  /// Writes the arrays of the script's formula as single files.
  private func writeArrays(to last: Int) throws {
    for (number, (name, shape)) in DeepFeaturesTests.shapes(to: last).enumerated() {
      let inputs = shape.dropFirst().reduce(1, *)
      let scale = (2 / Double(inputs)).squareRoot() / 9 / (name == "conv1" ? 64 : 1)
      let weight = (0..<(shape[0] * inputs)).map { Float(Double(($0 * 7 + number * 13) % 31 - 15) * scale) }
      try folder.file("\(name).weight.npy", npy(weight, shape))
      try folder.file(
        "\(name).bias.npy", npy((0..<shape[0]).map { Float(($0 + number) % 5 - 2) * 0.1 }, [shape[0]]))
    }
  }

  private func compare(_ features: DeepFeatures, _ expected: Reference.Maps) throws {
    let images = symmetricImages(2, side: 8, .photosToLabels)
    let pixels = (0..<2).flatMap { images.withPixels(of: $0) { $0.map { Float($0) / 127.5 - 1 } } }
    let maps = try features.maps(of: Tensor(pixels, shape: [2, 3, 8, 8]))
    #expect(maps.shape == expected.shape)
    let elements = try maps.elements()
    #expect(matches(elements, expected.sums))
    let largest = expected.some.map(abs).max() ?? 0
    for (position, value) in expected.some.enumerated() {
      let found = Double(elements[position * (elements.count / 20)])
      #expect(abs(found - value) < 1e-3 * max(1e-3, largest), "element \(position)")
    }
  }

  @Test("are PyTorch's for the same arrays, before and after a pooling over the edge", arguments: [0, 1])
  func formula(_ number: Int) throws {
    let expected = try Reference.load().formula[number]
    try writeArrays(to: 5)
    try compare(
      DeepFeatures(arrays: folder.path(""), layer: expected.layer, inputSide: expected.side), expected)
  }

  @Test("gradients reach the images, and none is kept for the network")
  func gradients() throws {
    try writeArrays(to: 2)
    let features = try DeepFeatures(arrays: folder.path(""), layer: "fire2", inputSide: 32)
    let image = try Torch.Generator(seed: 1).uniform([1, 3, 8, 8], in: -1..<1).requireGradient()
    try features.maps(of: image).mean().backward()
    let gradient = try #require(try image.gradient).elements()
    #expect(gradient.count { $0 != 0 } > 150)
  }

  @Test("a translator trains on their distance")
  func training() throws {
    try writeArrays(to: 2)
    let features = try DeepFeatures(arrays: folder.path(""), layer: "fire2", inputSide: 32)
    let images = symmetricImages(2, side: 8, .photosToLabels)
    let model = try TranslationGAN(
      configuration: TranslationConfiguration(
        networks: .tiny, side: 8, forwardCycle: 0, backwardCycle: 0, feature: 2, updates: 4),
      photos: images, labels: images, features: features, seed: 1)
    let report = try model.update()
    #expect(
      report.keys.sorted() == [
        "discriminator_labels", "discriminator_photos", "feature", "generator_labels", "generator_photos",
      ])
    #expect(try #require(report["feature"]) > 0)
  }

  @Test("missing and wrongly shaped arrays, unknown layers and sides are named")
  func damage() throws {
    try writeArrays(to: 2)
    func refusal(_ layer: String = "fire2", side: Int = 32) -> String {
      let error = #expect(throws: ModelError.self) {
        _ = try DeepFeatures(arrays: folder.path(""), layer: layer, inputSide: side)
      }
      return error?.description ?? ""
    }
    #expect(
      refusal("fire3").hasSuffix(
        "there is no array fire3/squeeze1x1.weight. Complete the arrays of SqueezeNet v1.0"))
    #expect(
      refusal("fire1").hasSuffix(
        "SqueezeNet has no layer fire1. Choose one of fire2, fire3, fire4, fire5, fire6, fire7, fire8, fire9")
    )
    #expect(
      refusal(side: 20).hasSuffix(
        "images of 20 pixels are none for SqueezeNet. Choose a side from 32 to 4096; 227 is what it was trained with"
      ))
    try folder.file("conv1.bias.npy", npy([1, 2], [2]))
    #expect(
      refusal().hasSuffix(
        "conv1.bias.npy: the array has shape [2] where SqueezeNet v1.0 has [96]. "
          + "Check that the arrays are those of SqueezeNet v1.0"))
  }

  private static let released = ProcessInfo.processInfo.environment["RETABLE_DATA"].map {
    "\($0)/squeezenet-imagenet"
  }

  @Test(
    "the released network gives PyTorch's maps",
    .enabled(
      if: released.map { FileManager.default.fileExists(atPath: $0) } ?? false,
      "needs squeezenet-imagenet in RETABLE_DATA"), arguments: [0, 1])
  func imageNet(_ number: Int) throws {
    let expected = try Reference.load().released[number]
    try compare(
      DeepFeatures(
        arrays: #require(DeepFeaturesTests.released), layer: expected.layer, inputSide: expected.side),
      expected)
  }
}
