import Datasets
import Foundation
import LinearAlgebra
import Models
import TestSupport
import Testing
import Torch

@Suite("Exemplar CNN")
struct ExemplarCNNTests {
  let folder: TemporaryDirectory
  init() throws {
    try TorchInfo.setThreads(1)
    folder = try TemporaryDirectory()
  }

  private func make(
    _ configuration: ExemplarCNNConfiguration = .tiny, classes: SurrogateClasses? = nil, seed: UInt64 = 5
  ) throws -> ExemplarCNN {
    try ExemplarCNN(
      configuration: configuration, images: patternImages(9, side: 44), classes: classes, seed: seed)
  }

  @Test("equal seeds give equal runs, other seeds others")
  func repetition() throws {
    let runs = try ([5, 5, 6] as [UInt64]).map { seed in
      let model = try make(seed: seed)
      try model.update(times: 3)
      return try model.snapshot()
    }
    #expect(runs[0] == runs[1])
    #expect(runs[0] != runs[2])
  }

  @Test("a restored checkpoint continues as the unbroken run does, over the end of an epoch")
  func checkpoint() throws {
    let path = folder.path("checkpoint")
    let unbroken = try make()
    try unbroken.update(times: 2)
    try unbroken.saveCheckpoint(to: path)
    let restored = try make()
    try restored.update(times: 1)
    try restored.restoreCheckpoint(from: path)
    #expect(restored.updates == 2)
    // 28 copies make three minibatches of 8, so an epoch ends here.
    for _ in 0..<4 { #expect(try restored.update() == unbroken.update()) }
    #expect(try restored.snapshot() == unbroken.snapshot())
  }

  @Test("looking at activations does not change what follows")
  func observation() throws {
    let alone = try make()
    let watched = try make()
    for _ in 0..<3 {
      try alone.update(times: 1)
      try watched.update(times: 1)
      _ = try watched.meanActivations()
    }
    #expect(try watched.snapshot() == alone.snapshot())
  }

  @Test("learns to tell the surrogate classes")
  func learning() throws {
    let configuration = ExemplarCNNConfiguration(
      widths: [6, 8], hidden: 16, seeds: 5, copies: 4, ranges: .none, batch: 20, learningRate: 0.03,
      weightDecay: 0,
      dropout: 0, updates: 1000)
    // The colours of five images, each in channels of other strengths.
    let pattern = patternImages(5, side: 44)
    let bytes = pattern.bytes.enumerated().map { position, byte in
      let plane = position / (44 * 44)
      return byte / 23 * UInt8(9 + 4 * ((plane / 3 + plane % 3) % 5))
    }
    let model = try ExemplarCNN(
      configuration: configuration, images: ImageStack(channels: 3, height: 44, width: 44, bytes: bytes),
      seed: 5)
    var last: [String: Double] = [:]
    for _ in 0..<400 { last = try model.update() }
    #expect(try #require(last["loss"]) < 0.1 * log(5))
    #expect(last["accuracy"] == 1)
  }

  @Test("the learning rate falls as in the released schedule, stretched to the training length")
  func schedule() {
    let configuration = ExemplarCNNConfiguration(widths: [4, 4], hidden: 4, seeds: 1, updates: 1560)
    let expected = [
      (0, 1), (1199, 1), (1200, 0.4), (1319, 0.4), (1320, 0.1), (1440, 0.04), (1500, 0.01), (1559, 0.01),
    ]
    for (update, factor) in expected {
      #expect(abs(configuration.learningRate(at: update) - 0.01 * factor) < 1e-12, "update \(update)")
    }
  }

  @Test("the update reports its rate, and the optimiser uses it")
  func rate() throws {
    var configuration = ExemplarCNNConfiguration.tiny
    configuration.updates = 2
    configuration.dropout = 0
    let model = try make(configuration)
    let rates = try (0..<2).map { _ in try #require(try model.update()["learning_rate"]) }
    #expect(rates == [0.01, 0.01])
    configuration.updates = 1
    let late = try make(configuration)
    _ = try late.update()
    #expect(try late.update()["learning_rate"] == 0.0001)
  }

  @Test("every group is a class, compact or not, and its patches train together")
  func merged() throws {
    let features = Matrix<Float>(
      rows: 7, columns: 2, elements: [1, 0, 1, 0.01, 0, 1, 0.02, 1, -1, 0, -1, -1, -1, -1.2])
    let classes = SurrogateClasses(clustering: features, groups: 4)
    #expect(classes.classes == [0, 0, 1, 1, 2, 3, 3])
    #expect(classes.count == 4)
    #expect(SurrogateClasses(clustering: features, groups: 7) == SurrogateClasses(each: 7))

    let model = try make(classes: classes)
    try model.update(times: 3)
    #expect(try model.weights()["network.classes.bias"]?.count == 4)
    #expect(try make().weights()["network.classes.bias"]?.count == 7)
  }

  @Test(
    "the mean activations of copies that are all alike are those of the patch; rows follow the seed patches")
  func activations() throws {
    var configuration = ExemplarCNNConfiguration.tiny
    configuration.ranges = .none
    let model = try make(configuration)
    try model.update(times: 2)
    let one = try model.meanActivations(copies: 1)
    let all = try model.meanActivations(copies: 4)
    #expect((one.rows, one.columns) == (7, 6))
    for (a, b) in zip(one.elements, all.elements) { #expect(abs(a - b) < 1e-5) }
    #expect(Set((0..<7).map { one[row: $0] }).count > 1)
  }

  @Test("too few copies for a minibatch are refused")
  func few() {
    var configuration = ExemplarCNNConfiguration.tiny
    configuration.batch = 29
    let error = #expect(throws: ModelError.self) { _ = try make(configuration) }
    #expect(
      error?.description
        == "Exemplar CNN cannot use 28 transformed patches; it needs at least a minibatch of 29")
  }

  @Test("average linkage joins what SciPy joins, at the same distances")
  func linkage() throws {
    let reference = try ExemplarReference.load().clusters
    let rows = reference.points.count / reference.columns
    let points = (0..<rows).map {
      Array(reference.points[($0 * reference.columns)..<(($0 + 1) * reference.columns)])
    }
    func product(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    let distances = Matrix<Float>(
      rows: rows, columns: rows,
      elements: points.flatMap { a in
        points.map { b in 1 - product(a, b) / (product(a, a) * product(b, b)).squareRoot() }
      })
    let tree = AverageLinkage(distances)
    #expect(tree.merges.count == rows - 1)
    for (merge, height) in zip(tree.merges, reference.heights) {
      #expect(abs(Double(merge.distance) - height) < 1e-6)
    }
    for (count, groups) in reference.groups { #expect(tree.groups(try #require(Int(count))) == groups) }
  }
}
