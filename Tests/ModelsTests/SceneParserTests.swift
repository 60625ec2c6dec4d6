import Datasets
import Foundation
import Randomness
import TestSupport
import Testing
import Torch

@testable import Models

@Suite("A network that reads scenes")
struct SceneParserTests {
  let folder: TemporaryDirectory
  init() throws {
    try TorchInfo.setThreads(1)
    folder = try TemporaryDirectory()
  }

  /// Bright above a horizon and dark below, at one of several heights; the truth beside it, with a strip that counts
  /// nowhere at the left.
  private static func scenes(_ count: Int, side: Int = 16, readSide: Int = 32) -> (
    photos: ImageStack, truth: ImageStack
  ) {
    var photos: [UInt8] = []
    var truth: [UInt8] = []
    for image in 0..<count {
      let horizon = 4 + image * 5 % 9
      for _ in 0..<3 {
        for y in 0..<side { photos += [UInt8](repeating: y < horizon ? 220 : 30, count: side) }
      }
      for y in 0..<readSide {
        let row = UInt8(y * side / readSide < horizon ? 1 : 0)
        truth += [UInt8](repeating: 255, count: 2) + [UInt8](repeating: row, count: readSide - 2)
      }
    }
    return (
      ImageStack(channels: 3, height: side, width: side, bytes: photos),
      ImageStack(channels: 1, height: readSide, width: readSide, bytes: truth)
    )
  }

  private func make(seed: UInt64 = 5, updates: Int = 100) throws -> SceneParser {
    let scenes = SceneParserTests.scenes(9)
    return try SceneParser(
      configuration: SceneParserConfiguration(
        classes: 2, side: 16, readSide: 32, width: 4, batch: 4, learningRate: 1e-2, updates: updates),
      photos: scenes.photos, truth: scenes.truth, seed: seed)
  }

  @Test("learns to tell two classes in a few updates")
  func learning() throws {
    let model = try make(updates: 40)
    try model.update(times: 40)
    let (photos, truth) = SceneParserTests.scenes(12)
    let found = try model.parse(photos, indices: [9, 10, 11])
    for (image, classes) in zip(9..., found) {
      #expect(classes.count == 32 * 32 && classes.allSatisfy { $0 < 2 })
      let expected = truth.withPixels(of: image, Array.init)
      let right = zip(classes, expected).count { $0 == $1 }
      #expect(Double(right) > 0.95 * Double(expected.count { $0 != 255 }), "\(right)")
    }
  }

  @Test("the small network of the tables has 0.6 million parameters")
  func parameterCount() throws {
    let network = try SceneNetwork(
      SceneParserConfiguration(side: 64, readSide: 128, updates: 1), generator: Torch.Generator(seed: 1),
      device: .cpu)
    #expect(network.parameters.reduce(0) { $0 + $1.tensor.count } == 595_561)
  }

  @Test("a restored checkpoint continues as the unbroken run does; weights parse alike")
  func continuation() throws {
    let unbroken = try make()
    try unbroken.update(times: 3)
    try unbroken.saveCheckpoint(to: folder.path("checkpoint"))
    let restored = try make(seed: 99)
    try restored.update(times: 1)
    try restored.restoreCheckpoint(from: folder.path("checkpoint"))
    for _ in 0..<3 { #expect(try restored.update() == unbroken.update()) }
    #expect(try restored.snapshot() == unbroken.snapshot())
    try unbroken.saveWeights(to: folder.path("weights"))
    let other = try make(seed: 7)
    try other.restoreWeights(from: folder.path("weights"))
    let photos = SceneParserTests.scenes(3).photos
    #expect(try other.parse(photos, indices: [0, 1]) == unbroken.parse(photos, indices: [0, 1]))
    #expect(try other.parse(photos, indices: []).isEmpty)
  }

  @Test("classes that there are not, sizes that do not match, and indices out of range are refused")
  func refusals() throws {
    let (photos, truth) = SceneParserTests.scenes(4)
    func model(classes: Int = 2, side: Int = 16, readSide: Int = 32, photos: ImageStack, truth: ImageStack)
      throws -> SceneParser
    {
      try SceneParser(
        configuration: SceneParserConfiguration(
          classes: classes, side: side, readSide: readSide, width: 1, batch: 4, updates: 1),
        photos: photos, truth: truth, seed: 1)
    }
    #expect(
      throws: ModelError.images(
        model: "scene parser", found: "truth of 32 x 32 pixels and 1 channels",
        needed: "48 x 48 pixels and 1 channel")
    ) { try model(readSide: 48, photos: photos, truth: truth) }
    #expect(
      throws: ModelError.data(
        model: "scene parser", found: "photographs of side 16, read at 40",
        needed: "a side from 1 on, read at a multiple of 16")
    ) { try model(readSide: 40, photos: photos, truth: truth) }
    #expect(
      throws: ModelError.images(
        model: "scene parser", found: "4 photographs and the truth of 5",
        needed: "one for each, and at least a minibatch of 4")
    ) { try model(photos: photos, truth: SceneParserTests.scenes(5).truth) }
    let one = try model(classes: 1, photos: photos, truth: truth)
    let error = #expect(throws: ModelError.self) { try one.update() }
    #expect(
      error.map { "\($0)".hasPrefix("scene parser cannot use class 1 in the truth of image ") } == true)
    #expect(throws: ModelError.self) { try one.parse(photos, indices: [4]) }
    #expect(throws: ModelError.self) { try one.parse(truth, indices: [0]) }
  }
}

@Suite("Windows on scenes")
struct SceneWindowTests {
  /// A slope of levels from left to right.
  private let slope = ImageStack(
    channels: 1, height: 2, width: 4, bytes: [0, 40, 80, 120, 0, 40, 80, 120])

  private func levels(_ window: SceneWindow, side: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: side * side) { buffer, count in
      window.sample(slope, 0, side: side, into: buffer.baseAddress!)
      count = side * side
    }.prefix(side).map { ($0 + 1) * 127.5 }
  }

  @Test("the whole is bilinear between the centres of pixels, and level beyond the outer ones")
  func whole() {
    let expected: [Float] = [0, 10, 30, 50, 70, 90, 110, 120]
    for (found, level) in zip(levels(.whole, side: 8), expected) { #expect(abs(found - level) < 1e-3) }
    #expect(levels(.whole, side: 4).map { $0.rounded() } == [0, 40, 80, 120])
  }

  @Test("a part is enlarged, a flipped one runs backwards, and classes follow the nearest pixel")
  func parts() {
    let part = SceneWindow(left: 0.25, top: 0, side: 0.5)
    #expect(levels(part, side: 2).map { $0.rounded() } == [40, 80])
    #expect(
      part.classes(slope, 0, side: 4) == [40, 40, 80, 80, 40, 40, 80, 80, 40, 40, 80, 80, 40, 40, 80, 80])
    let flipped = SceneWindow(left: 0.25, top: 0, side: 0.5, isFlipped: true)
    #expect(levels(flipped, side: 2).map { $0.rounded() } == [80, 40])
    #expect(flipped.classes(slope, 0, side: 2).prefix(2) == [80, 40])
  }

  @Test("windows stay inside, are as small as the zoom allows, and flip half of the time")
  func random() {
    var stream = RandomStream(seed: 1)
    let windows = (0..<200).map { _ in SceneWindow.random(zoom: 1.3, from: &stream) }
    for window in windows {
      #expect((1 / 1.3...1).contains(window.side))
      #expect(window.left >= 0 && window.left + window.side <= 1 + 1e-12)
      #expect(window.top >= 0 && window.top + window.side <= 1 + 1e-12)
    }
    #expect((60...140).contains(windows.count { $0.isFlipped }))
    #expect(windows.contains { $0.side < 0.8 } && windows.contains { $0.side > 0.97 })
  }
}
