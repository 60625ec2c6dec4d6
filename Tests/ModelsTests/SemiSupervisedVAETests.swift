import Foundation
import LinearAlgebra
import Models
import Randomness
import Testing
import Torch

@Suite("M2, a VAE of codes and of classes that are known for some")
struct SemiSupervisedVAETests {
  init() throws { try TorchInfo.setThreads(1) }

  private static let tiny = SemiSupervisedVAEConfiguration(
    hidden: 4, latents: 2, alpha: 0.3, labelledBatch: 2, unlabelledBatch: 3, learningRate: 1e-2)

  /// Thirteen codes of six numbers, five of them labelled with three classes.
  private static func codes(drawn: Bool = true) -> SemiSupervisedCodes {
    SemiSupervisedCodes(
      means: BoundReference.rows(13, 6),
      logVariances: drawn ? Matrix<Float>(rows: 13, columns: 6, repeating: -1) : nil,
      labelled: [12, 3, 5, 0, 1], labels: [2, 0, 1, 1, 2], unlabelled: [2, 4, 6, 7, 8, 9, 10, 11], classes: 3)
  }

  private static func referenceModel(
    _ expected: BoundReference.M2, rows: Matrix<Float>, labelled: [Int], labels: [Int], unlabelled: [Int]
  ) throws -> SemiSupervisedVAE {
    let model = try SemiSupervisedVAE(
      configuration: .init(
        hidden: expected.hidden, latents: expected.latents, alpha: expected.alpha,
        labelledBatch: labelled.count, unlabelledBatch: unlabelled.count),
      codes: SemiSupervisedCodes(
        means: rows, labelled: labelled, labels: labels, unlabelled: unlabelled, classes: expected.classes),
      seed: 1)
    try model.setFormulaWeights()
    return model
  }

  @Test("bounds and objective are those of the reference")
  func reference() throws {
    let expected = try BoundReference.load().m2
    let rows = BoundReference.rows(expected.count, expected.size)
    let known = expected.labels.count
    let model = try SemiSupervisedVAETests.referenceModel(
      expected, rows: rows, labelled: Array(0..<known), labels: expected.labels,
      unlabelled: Array(known..<expected.count))
    #expect(try model.predict(rows) == expected.predictions)
    let back = try model.reconstruct(rows)
    #expect(back.rows == expected.count && back.columns == expected.size)
    #expect(zip(back.elements, expected.reconstructions).allSatisfy { abs($0 - $1) < 1e-5 })
    let step = try model.update()
    #expect(abs(try #require(step["labelled"]) - expected.labelled) < 1e-4)
    #expect(abs(try #require(step["unlabelled"]) - expected.unlabelled) < 1e-4)
    #expect(abs(try #require(step["classification"]) - expected.classification) < 1e-5)
    #expect(abs(try #require(step["loss"]) - expected.loss) < 1e-4)
  }

  @Test("the bound without a label is a sum over classes of bounds with one")
  func classes() throws {
    let expected = try BoundReference.load().m2
    let rows = BoundReference.rows(1, expected.size)
    var sum = 0.0
    var found = 0.0
    for label in 0..<expected.classes {
      let step = try SemiSupervisedVAETests.referenceModel(
        expected, rows: rows, labelled: [0], labels: [label], unlabelled: [0]
      ).update()
      let surprise = try #require(step["classification"])
      sum += try exp(-surprise) * (#require(step["labelled"]) - surprise)
      found = try #require(step["unlabelled"])
    }
    #expect(abs(found - sum) < 1e-4)
  }

  @Test(
    "gradients are those of finite differences, the prior on parameters included", arguments: [true, false])
  func gradients(drawn: Bool) throws {
    try expectNumericalGradients(decay: 1 / 13) {
      try SemiSupervisedVAE(
        configuration: SemiSupervisedVAETests.tiny, codes: SemiSupervisedVAETests.codes(drawn: drawn), seed: 3
      )
    } prepare: { model in
      try model.setFormulaWeights()
      try model.setWeights(["encoder.log_variance.bias": [-0.5, 0.5]])
    }
  }

  @Test("codes are drawn anew from their posteriors in every minibatch")
  func noise() throws {
    // The decoder sees nothing and says N(0.2, e^0.5), so that the bound tells the mean square of the codes.
    let count = 4000
    func step(variance: Float?) throws -> [[String: Double]] {
      let model = try SemiSupervisedVAE(
        configuration: .init(
          hidden: 1, latents: 1, labelledBatch: count, unlabelledBatch: 0, learningRate: 0),
        codes: SemiSupervisedCodes(
          means: Matrix(rows: count, columns: 1, repeating: 0.7),
          logVariances: variance.map { Matrix(rows: count, columns: 1, repeating: log($0)) },
          labelled: Array(0..<count), labels: [Int](repeating: 1, count: count), unlabelled: [], classes: 2),
        seed: 1)
      try model.setWeights([
        "decoder.mean.weight": [0], "decoder.mean.bias": [0.2], "decoder.log_variance.bias": [0.5],
        "encoder.mean.weight": [0], "encoder.mean.bias": [0], "encoder.log_variance.bias": [0],
      ])
      return try [model.update(), model.update()]
    }
    func expected(variance: Double) -> Double {
      0.5 * (log(2 * .pi) + 0.5 + (0.25 + variance) / exp(0.5)) + log(2)
    }
    let still = try step(variance: nil)
    #expect(abs(try #require(still[0]["labelled"]) - expected(variance: 0)) < 1e-5)
    #expect(abs(try #require(still[0]["labelled"]) - #require(still[1]["labelled"])) < 1e-5)
    #expect(still[0]["unlabelled"] == nil)
    let drawn = try step(variance: 2)
    // The square of N(0.5, 2) has a deviation of 3.2: 0.015 in the mean of 4000 bounds.
    #expect(abs(try #require(drawn[0]["labelled"]) - expected(variance: 2)) < 0.06)
    #expect(drawn[0]["labelled"] != drawn[1]["labelled"])
  }

  @Test("weights start small, those of log variances at zero")
  func start() throws {
    let weights = try SemiSupervisedVAE(
      configuration: .init(hidden: 60, latents: 40, labelledBatch: 1, unlabelledBatch: 1),
      codes: SemiSupervisedVAETests.codes(), seed: 3
    ).weights()
    for name in ["encoder.log_variance.weight", "decoder.log_variance.weight"] {
      #expect(try #require(weights[name]).allSatisfy { $0 == 0 })
    }
    for (name, elements) in weights where !name.hasSuffix("log_variance.weight") && elements.count > 30 {
      let variance = elements.reduce(0) { $0 + Double($1) * Double($1) } / Double(elements.count)
      #expect((0.5e-6..<1.6e-6).contains(variance), "\(name)")
    }
  }

  @Test("a restored checkpoint continues as the unbroken run does", arguments: [0, 3])
  func continuation(unlabelledBatch: Int) throws {
    var configuration = SemiSupervisedVAETests.tiny
    configuration.unlabelledBatch = unlabelledBatch
    try expectContinuation {
      try SemiSupervisedVAE(configuration: configuration, codes: SemiSupervisedVAETests.codes(), seed: $0)
    }
  }

  @Test("two labels of each of two groups are enough for the rest")
  func learning() throws {
    var stream = RandomStream(seed: 8)
    let classes = (0..<120).map { $0 % 2 }
    let rows = Matrix<Float>(
      rows: 120, columns: 4,
      elements: classes.flatMap { label in
        (0..<4).map { _ in Float((label == 0 ? -1 : 1) + 0.3 * stream.normal()) }
      })
    let model = try SemiSupervisedVAE(
      configuration: .init(
        hidden: 16, latents: 2, alpha: 1, labelledBatch: 4, unlabelledBatch: 29, learningRate: 1e-2),
      codes: SemiSupervisedCodes(
        means: rows, logVariances: Matrix(rows: 120, columns: 4, repeating: -3), labelled: [0, 1, 2, 3],
        labels: [0, 1, 0, 1], unlabelled: Array(4..<120), classes: 2), seed: 1)
    let first = try #require(try model.update()["loss"])
    try model.update(times: 198)
    #expect(try #require(try model.update()["loss"]) < first - 2)
    let right = try zip(model.predict(rows), classes).count { $0 == $1 }
    #expect(right > 116)
  }

  @Test("codes and labels that do not fit are refused")
  func unsuitable() throws {
    func message(
      _ change: (inout SemiSupervisedCodes) -> Void, batch: Int = 3
    ) throws -> String? {
      var codes = SemiSupervisedVAETests.codes()
      change(&codes)
      var configuration = SemiSupervisedVAETests.tiny
      configuration.unlabelledBatch = batch
      return #expect(throws: ModelError.self) {
        _ = try SemiSupervisedVAE(configuration: configuration, codes: codes, seed: 1)
      }?.description
    }
    #expect(
      try message { $0.labels[1] = 3 }
        == "semi-supervised VAE cannot use label 3 of item 3; it needs labels from 0 to 2")
    #expect(
      try message { ($0.labelled, $0.labels) = ([], []) }
        == "semi-supervised VAE cannot use no labelled items; it needs at least a minibatch of 2")
    #expect(
      try message { $0.labels = [0] }
        == "semi-supervised VAE cannot use 1 labels for 5 labelled items; it needs one for each")
    #expect(
      try message { $0.unlabelled = [] }
        == "semi-supervised VAE cannot use no unlabelled items; it needs at least a minibatch of 3")
    #expect(
      try message { $0.unlabelled[2] = 13 }
        == "semi-supervised VAE cannot use unlabelled item 13; it needs items of a collection of 13")
    #expect(
      try message { $0.logVariances = Matrix<Float>(rows: 13, columns: 5) }
        == "semi-supervised VAE cannot use 13 x 5 log variances; it needs as many as means, 13 x 6")
    let model = try SemiSupervisedVAE(
      configuration: SemiSupervisedVAETests.tiny, codes: SemiSupervisedVAETests.codes(), seed: 1)
    let error = #expect(throws: ModelError.self) { _ = try model.predict(BoundReference.rows(2, 5)) }
    #expect(error?.description == "semi-supervised VAE cannot use rows of 5 numbers; it needs rows of 6")
  }
}
