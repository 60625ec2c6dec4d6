import Datasets
import Foundation
import Models
import TestSupport
import Testing
import Torch

@Suite("Released discriminators")
struct ReleasedDiscriminatorTests {
  let folder: TemporaryDirectory
  init() throws {
    try TorchInfo.setThreads(1)
    folder = try TemporaryDirectory()
  }

  /// The weights of `features` as the released files hold them: filters turned, counted from 01.
  private func release(_ features: DiscriminatorFeatures) throws {
    let path = folder.path("weights")
    try features.saveWeights(to: path)
    let file = try SafetensorsFile(path: path)
    let names = [
      "convolution.1.weight", "convolution.2.weight", "norm.2.weight", "norm.2.bias", "convolution.3.weight",
      "norm.3.weight", "norm.3.bias",
    ]
    for (number, name) in names.enumerated() {
      let tensor = try file.tensor(named: "discriminator.\(name)")
      var elements = try tensor.elements()
      if name.hasPrefix("convolution") {
        elements = stride(from: 0, to: elements.count, by: 9).flatMap { elements[$0..<($0 + 9)].reversed() }
      }
      try folder.file("12_discrim_params.jl_0\(number + 1).npy", npy(elements, tensor.shape))
    }
  }

  @Test("are the networks that their arrays describe, filters turned")
  func synthetic() throws {
    let original = try DiscriminatorFeatures(configuration: .tiny, seed: 5)
    try release(original)
    let images = patternImages(20)
    let released = try DiscriminatorFeatures.released(
      folder: folder.path(""), configuration: .tiny, layers: 3)
    for features in [original, released] { try features.prepare(images, indices: Array(0..<20)) }
    #expect(try released.encode(images, indices: [1, 2]) == original.encode(images, indices: [1, 2]))
  }

  @Test("missing, doubled and wrongly shaped arrays are named")
  func damage() throws {
    try release(DiscriminatorFeatures(configuration: .tiny, seed: 5))
    func refusal(_ configuration: DCGANConfiguration = .tiny) throws -> String {
      let error = #expect(throws: ModelError.self) {
        _ = try DiscriminatorFeatures.released(
          folder: folder.path(""), configuration: configuration, layers: 3)
      }
      return error?.description ?? ""
    }
    var wide = DCGANConfiguration.tiny
    wide.widths[2] = 7
    #expect(
      try refusal(wide).hasSuffix(
        "12_discrim_params.jl_05.npy: the array has shape [5, 4, 3, 3] where discriminator.convolution.3.weight has "
          + "[7, 4, 3, 3]. Check that the folder and the configuration belong to the same model"))
    try FileManager.default.copyItem(
      atPath: folder.path("12_discrim_params.jl_04.npy"), toPath: folder.path("13_discrim_params.jl_04.npy"))
    #expect(
      try refusal().contains(
        "2 files end in discrim_params.jl_04.npy: 12_discrim_params.jl_04.npy, 13_discrim_params.jl_04.npy. Leave"
      ))
    for name in ["12", "13"] {
      try FileManager.default.removeItem(atPath: folder.path("\(name)_discrim_params.jl_04.npy"))
    }
    #expect(
      try refusal().contains(
        "no file ends in discrim_params.jl_04.npy, which would hold discriminator.norm.2.bias. Ask for fewer layers"
      ))
    let cut = npy([1, 2, 3, 4], [4])
    try folder.file("12_discrim_params.jl_04.npy", cut.dropLast(2))
    let error = #expect(throws: DatasetError.self) {
      _ = try DiscriminatorFeatures.released(folder: folder.path(""), configuration: .tiny, layers: 3)
    }
    #expect(error?.description.contains("14 bytes of elements, but an array of shape [4] needs 16") == true)
  }

  /// What NumPy computes from the released arrays, written by `reference/released.py`.
  private struct Activations: Decodable {
    /// Of each layer's features of eight images, the sum and the sum of squares.
    let layers: [[Double]]
    /// Every 97th feature of the third image.
    let third: [Double]

    static func load(file: String = #filePath) throws -> Activations {
      let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
      return try JSONDecoder().decode(
        Activations.self, from: Data(contentsOf: folder.appendingPathComponent("reference/released.json")))
    }
  }

  private static let released = ProcessInfo.processInfo.environment["RETABLE_DATA"].map {
    "\($0)/dcgan-released-weights/models/imagenet_gan_pretrain_128f_relu_lrelu_7l_3x3_256z"
  }

  @Test(
    "four layers of the ImageNet discriminator give the 12,288 features that NumPy gives; the fifth layer is missing",
    .enabled(
      if: released.map { FileManager.default.fileExists(atPath: $0) } ?? false,
      "needs dcgan-released-weights in RETABLE_DATA"))
  func imageNet() throws {
    let folder = try #require(ReleasedDiscriminatorTests.released)
    let features = try DiscriminatorFeatures.released(folder: folder)
    #expect(features.featureCount == 12_288)
    let images = patternImages(8, side: 32)
    try features.prepare(images, indices: Array(0..<8))
    let encoded = try features.encode(images, indices: Array(0..<8))
    let expected = try Activations.load()
    for (range, sums) in zip(features.layerFeatures, expected.layers) {
      #expect(matches((0..<8).flatMap { row in range.map { encoded[row, $0] } }, sums))
    }
    for (position, value) in expected.third.enumerated() {
      #expect(abs(Double(encoded[2, 97 * position]) - value) < 1e-3)
    }
    let error = #expect(throws: ModelError.self) {
      _ = try DiscriminatorFeatures.released(folder: folder, layers: 5)
    }
    #expect(error?.description.contains("discrim_params.jl_11.npy") == true)
  }
}
