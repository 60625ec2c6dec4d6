import Datasets
import Files
import Foundation
import Learners
import LinearAlgebra
import Pipeline
import Randomness
import Results
import TestSupport
import Testing

@testable import Steps

/// Steps run one after another on small synthetic images, as a worker would run them.
@Suite struct ClassificationStepTests {
  let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  /// Images whose class is the colour of a square at a random place, on noise.
  func images(_ count: Int, seed: UInt64, side: Int = 32) throws -> ImageCollection {
    var stream = RandomStream(seed: seed)
    var pixels: [UInt8] = []
    var labels: [Int] = []
    for image in 0..<count {
      var bytes = (0..<(3 * side * side)).map { _ in UInt8(stream.index(below: 60)) }
      let label = image % 3
      let (top, left) = (stream.index(below: 16), stream.index(below: 16))
      for row in top..<(top + 12) {
        for column in left..<(left + 12) { bytes[(label * side + row) * side + column] = 220 }
      }
      pixels += bytes
      labels.append(label)
    }
    return ImageCollection(
      pixels: pixels, channels: 3, height: side, width: side, labels: labels,
      classes: ["red", "green", "blue"], provenance: "synthetic")
  }

  func run(
    _ kind: any StepKind, _ parameters: JSON, inputs: [String: String], seed: UInt64? = nil,
    named name: String
  )
    throws -> String
  {
    let output = "\(folder.path)/\(name)"
    try POSIXFileSystem().makeDirectories(output)
    let step = Step(
      kind: kind.name, version: kind.version, parameters: parameters,
      inputs: inputs.mapValues { _ in "input" }, seed: seed, label: name)
    try kind.run(StepContext(step: step, inputs: inputs, output: output, checkpoint: folder.path))
    return output
  }

  func data() throws -> [String: String] {
    var inputs: [String: String] = [:]
    for (split, count, seed) in [("train", 90, UInt64(1)), ("test", 60, 2)] {
      let path = "\(folder.path)/images-\(split)"
      try POSIXFileSystem().makeDirectories(path)
      try images(count, seed: seed).save(to: "\(path)/\(ImagesStep.file)")
      inputs[split] = path
    }
    return inputs
  }

  func fitted(_ output: String) throws -> (fit: FitOutput, answers: Answers, values: [Double]) {
    let fit = try FitOutput(folder: output)
    guard case .answers(let answers) = fit.outcomes else { throw StepsError(.failed, "no answers") }
    return (fit, answers, OutcomeStatistic.accuracy.values(fit.outcomes))
  }

  static func fit(
    labelsPerClass: Int = 0, draws: Int = 1, folds: Int = 0, heldOut: Int = 1, patience: Int = 0,
    candidates: JSON = [0.01]
  ) -> JSON {
    var classifier: [String: JSON] = [
      "kind": "l2-svm", "C": candidates, "folds": .int(folds), "patience": .int(patience),
      "tolerance": 1e-6,
    ]
    // With folds nothing is held out.
    if folds == 0 { classifier["held-out"] = .int(heldOut) }
    return [
      "classifier": .object(classifier), "labels-per-class": .int(labelsPerClass), "draws": .int(draws),
      "split": "test",
    ]
  }

  @Test func kMeansFeaturesTellColoursApart() throws {
    let data = try data()
    let dictionary = try run(
      DictionaryStep(kinds: .standard),
      [
        "kind": "kmeans", "patch": 6, "centroids": 12, "patches": 600, "iterations": 5, "whitening": "zca",
        "initialisation": "samples", "views": 1,
      ], inputs: ["images": try #require(data["train"])], seed: 3, named: "dictionary")
    let features = try run(
      EncodeStep(kinds: .standard), ["kind": "kmeans", "assignment": "triangle", "standardise": true],
      inputs: data.merging(["dictionary": dictionary]) { $1 }, named: "features")
    let description = try FeatureDescription(folder: features)
    #expect(description.columns == 48)
    #expect(description.units == 12)

    let full = try run(
      FitStep(kinds: .standard),
      Self.fit(heldOut: 30, candidates: [0.001, 0.01]),
      inputs: data.merging(["features": features]) { $1 }, seed: 4, named: "full")
    let accuracy = try fitted(full)
    #expect(accuracy.values.count == 1)
    #expect(accuracy.values[0] > 0.8)
    #expect(accuracy.fit.details["classifier-converged"] == 1)
    #expect(accuracy.answers.actual.count == 60)
    #expect(accuracy.answers.labelled == nil)

    #expect(accuracy.fit.selection?.draws.map(\.candidates) == [[0.001, 0.01]])
    #expect(accuracy.fit.selection?.curve.count == 2)

    let few = try fitted(
      try run(
        FitStep(kinds: .standard),
        Self.fit(labelsPerClass: 5, draws: 3, folds: 5, patience: 1, candidates: [0.001, 0.01]),
        inputs: data.merging(["features": features]) { $1 }, seed: 4, named: "few"))
    #expect(few.values.count == 3)
    let draws = try #require(few.answers.labelled)
    #expect(Set(draws).count == 3, "draws are independent")
    for draw in draws { #expect(Set(draw).count == 15) }
    let picture = try run(FiltersStep(), [:], inputs: ["dictionary": dictionary], named: "filters")
    #expect(try POSIXFileSystem().contents(of: "\(picture)/filters.png").count > 100)
  }

  /// A dictionary of images of 48 x 48 pixels.
  private func largeDictionary(_ parameters: [String: JSON]) throws -> String {
    let large = folder.path("images-large")
    try POSIXFileSystem().makeDirectories(large)
    try images(30, seed: 3, side: 48).save(to: "\(large)/\(ImagesStep.file)")
    let shared: [String: JSON] = [
      "patch": 6, "patches": 600, "iterations": 2, "whitening": "zca", "initialisation": "samples",
    ]
    return try run(
      DictionaryStep(kinds: .standard), .object(parameters.merging(shared) { $1 }),
      inputs: ["images": large], seed: 3, named: "dictionary")
  }

  @Test func patchesOfLargerImagesAreADictionaryOfAnySize() throws {
    let dictionary = try largeDictionary(["kind": "kmeans", "centroids": 12, "views": 1])
    let features = try run(
      EncodeStep(kinds: .standard), ["kind": "kmeans", "assignment": "triangle", "standardise": true],
      inputs: data().merging(["dictionary": dictionary]) { $1 }, named: "features")
    let description = try FeatureDescription(folder: features)
    #expect(description.columns == 48)
    #expect(description.rows == ["train": 90, "test": 60])
  }

  @Test func imagesThatPatchesCannotBeCutFromAreRefused() throws {
    let encoder = PatchEncoder(
      grid: PatchGrid(size: 4, channels: 1, height: 8, width: 8),
      whitening: ZCA(
        kind: .none, mean: [Float](repeating: 0, count: 16), matrix: Matrix(rows: 16, columns: 16)),
      centroids: Matrix(rows: 1, columns: 16))
    func black(_ side: Int, channels: Int = 1) -> PixelSource {
      PixelSource(
        channels: channels, height: side, width: side,
        pixels: [UInt8](repeating: 0, count: channels * side * side))
    }
    #expect(try encoder.fitted(to: black(12)).grid.rows == 9)
    #expect(try encoder.fitted(to: black(8)) == encoder)
    #expect(throws: StepsError.self) { try encoder.fitted(to: black(8, channels: 3)) }
    let error = #expect(throws: StepsError.self) { try encoder.fitted(to: black(3)) }
    #expect(
      error?.description
        == "patches of 4 x 4 pixels and 1 channels cannot be cut from the table's images, which have 3 x 3 and 1: lower "
        + "`patch`, or learn from other `images`")
  }

  @Test func layersAreOfImagesOfOneSize() throws {
    let dictionary = try largeDictionary([
      "kind": "layered-kmeans", "centroids": 8, "groups": 1, "group-maps": 4, "group-centroids": 3,
      "layers": 1,
    ])
    let error = #expect(throws: StepsError.self) {
      try run(
        EncodeStep(kinds: .standard), ["kind": "layered-kmeans", "standardise": true],
        inputs: data().merging(["dictionary": dictionary]) { $1 }, named: "features")
    }
    #expect(
      error?.description
        == "the layers were learned from images of 48 x 48 pixels and 3 channels, and the table's have 32 x 32 and 3: "
        + "learn from `images` of that size")
  }

  private func features(
    of data: [String: String], mirrored: Bool, centroids: Int = 8, named name: String
  ) throws -> String {
    let dictionary = try run(
      DictionaryStep(kinds: .standard),
      [
        "kind": "kmeans", "patch": 6, "centroids": .int(centroids), "patches": 800, "iterations": 3,
        "whitening": "zca", "initialisation": "samples", "views": 1,
      ], inputs: ["images": try #require(data["train"])], seed: 3, named: "dictionary-\(name)")
    return try run(
      EncodeStep(kinds: .standard),
      ["kind": "kmeans", "assignment": "triangle", "standardise": true, "mirrored": .bool(mirrored)],
      inputs: data.merging(["dictionary": dictionary]) { $1 }, named: "features-\(name)")
  }

  @Test func mirrorImagesAreLearnedFromAsIfTheyHadBeenThere() throws {
    let data = try data()
    let both = try features(of: data, mirrored: true, named: "both")
    #expect(try FeatureDescription(folder: both).rows == ["train": 180, "test": 60])
    let answers = try fitted(
      try run(
        FitStep(kinds: .standard), Self.fit(labelsPerClass: 10, draws: 2, folds: 2),
        inputs: data.merging(["features": both]) { $1 }, seed: 4, named: "mirrored"))

    // The same rows and labels, by hand.
    let description = try FeatureDescription(folder: both)
    let train = try description.features(of: "train", folder: both, withMirrorImages: true)
    let test = try description.features(of: "test", folder: both)
    let labels = try images(90, seed: 1).labels
    for (draw, items) in try #require(answers.answers.labelled).enumerated() {
      let rows = items.map(Int.init) + items.map { Int($0) + 90 }
      let model = try L2SVM.fit(
        train.gathering(rows), labels: rows.map { labels[$0 % 90] }, classes: 3,
        options: .init(C: 0.01, standardisation: .withOffset(0.01), tolerance: 1e-6)
      ).model
      #expect(try model.predict(test) == answers.answers.predicted[draw].map(Int.init))
    }
    let plain = try features(of: data, mirrored: false, named: "plain")
    let alone = try FeatureDescription(folder: plain).features(of: "train", folder: plain)
    #expect(try train.gathering(0..<90) == alone.gathering(0..<90))

    let error = #expect(throws: StepsError.self) { try description.features(of: "train", folder: both) }
    #expect(error.map { "\($0)" }?.contains("leave out `mirrored`") == true)
  }

  @Test(arguments: [0, 3]) func anImageIsHeldOutWithItsMirrorImage(folds: Int) throws {
    // Symmetric noise with labels that mean nothing: whoever has seen the mirror image knows the answer.
    var stream = RandomStream(seed: 5)
    var data = try data()
    let noise = (0..<90).flatMap { _ in
      (0..<96).flatMap { _ in
        let half = (0..<16).map { _ in UInt8(stream.index(below: 256)) }
        return half + half.reversed()
      }
    }
    let path = "\(folder.path)/images-noise"
    try POSIXFileSystem().makeDirectories(path)
    try ImageCollection(
      pixels: noise, channels: 3, height: 32, width: 32, labels: (0..<90).map { $0 % 3 },
      classes: ["red", "green", "blue"], provenance: "noise"
    ).save(to: "\(path)/\(ImagesStep.file)")
    data["train"] = path
    let features = try features(of: data, mirrored: true, centroids: 100, named: "noise")
    let fit = try fitted(
      try run(
        FitStep(kinds: .standard), Self.fit(folds: folds, heldOut: 45, candidates: [0.1, 10]),
        inputs: data.merging(["features": features]) { $1 }, seed: 4, named: "noise"))
    #expect(try #require(fit.fit.details["train-accuracy"]) == 1)
    let scores = try #require(fit.fit.selection?.draws.first?.scores)
    #expect(scores.allSatisfy { ($0 ?? 1) < 0.6 }, "\(scores)")
  }

  @Test func theProductsOfATrainingHaveThePrecisionThatAManifestAsksFor() throws {
    let data = try data()
    func curve(_ precision: String) throws -> [String: [Double]] {
      let output = try run(
        TrainStep(kinds: .standard),
        [
          "kind": "dcgan", "widths": [4, 4, 4, 4, 4, 4], "latents": 4, "batch": 8, "updates": 3,
          "precision": .string(precision),
        ], inputs: ["images": try #require(data["train"])], seed: 3, named: "gan-\(precision)")
      return try JSON(parsing: POSIXFileSystem().contents(of: "\(output)/\(TrainStep.curveFile)"))
        .decode(TrainingLog.Curve.self).series
    }
    let (single, rounded) = (try curve("float32"), try curve("bf16"))
    #expect(single != rounded)
    for (name, values) in single {
      let others = try #require(rounded[name])
      #expect(zip(values, others).allSatisfy { abs($0 - $1) < 0.2 }, "\(name): \(values), \(others)")
    }
  }

  @Test func aFreeBiasIsNotPenalised() throws {
    let data = try data()
    let features = try features(of: data, mirrored: false, named: "bias")
    func objective(_ bias: String) throws -> Double {
      var parameters = Self.fit(folds: 2, candidates: [1e-6])
      if case .object(var members) = parameters, case .object(var classifier)? = members["classifier"] {
        classifier["bias"] = .string(bias)
        members["classifier"] = .object(classifier)
        parameters = .object(members)
      }
      let output = try run(
        FitStep(kinds: .standard), parameters, inputs: data.merging(["features": features]) { $1 }, seed: 4,
        named: "bias-\(bias)")
      return try #require(try fitted(output).fit.details["objective"])
    }
    // For each of three machines one part in three is positive: with weights of nearly nothing a free bias is -1/3, a penalised one nothing.
    let (free, penalised) = (try objective("free"), try objective("penalised"))
    #expect(abs(penalised - 3 * 90 * 1e-6) < 1e-6)
    #expect(abs(free - 3 * 80 * 1e-6) < 1e-6)
  }

  @Test func aConstantFeatureGivesOneAnswer() throws {
    let data = try data()
    let features = try run(
      EncodeStep(kinds: .standard), ["kind": "constant", "standardise": false], inputs: data,
      named: "constant")
    let result = try fitted(
      try run(
        FitStep(kinds: .standard), Self.fit(folds: 3),
        inputs: data.merging(["features": features]) { $1 }, seed: 4, named: "score"))
    #expect(Set(result.answers.predicted[0]).count == 1)
    #expect(abs(result.values[0] - 1.0 / 3) < 1e-9)
  }

  @Test func tooFewLabelsAreNamed() throws {
    var stream = RandomStream(seed: 1)
    let error = #expect(throws: StepsError.self) {
      try LabelDraw.indices([0, 0, 1], classes: ["cat", "dog"], perClass: 2, stream: &stream)
    }
    #expect(
      error?.description
        == "2 labels of class 'dog' were asked for and there are 1; lower labels-per-class")
  }

  @Test func fewerLabelsThanFoldsAreNamed() throws {
    let data = try data()
    let features = try run(
      EncodeStep(kinds: .standard), ["kind": "constant"], inputs: data, named: "features")
    let error = #expect(throws: StepsError.self) {
      try run(
        FitStep(kinds: .standard), Self.fit(labelsPerClass: 1, folds: 5),
        inputs: data.merging(["features": features]) { $1 }, seed: 4, named: "few")
    }
    #expect(error?.description == "5 folds need as many labels of every class, and one has 1; lower folds")
  }

  @Test func asManyImagesHeldOutAsThereAreIsRefused() throws {
    let data = try data()
    let features = try run(
      EncodeStep(kinds: .standard), ["kind": "constant"], inputs: data, named: "features")
    let error = #expect(throws: StepsError.self) {
      try run(
        FitStep(kinds: .standard), Self.fit(labelsPerClass: 2, heldOut: 6),
        inputs: data.merging(["features": features]) { $1 }, seed: 4, named: "held")
    }
    #expect(
      error?.description
        == "6 of 6 labelled images cannot be held out, because none is left to learn from; lower held-out")
  }

  @Test func aCandidateThatDoesNotConvergeCostsNothingButItself() throws {
    // Beside such a weight of the loss the penalty is lost in rounding, even in double precision.
    let data = try data()
    let features = try run(
      EncodeStep(kinds: .standard), ["kind": "pixels", "standardise": false], inputs: data, named: "features")
    let result = try fitted(
      try run(
        FitStep(kinds: .standard), Self.fit(heldOut: 30, candidates: [1e-9, 1e12]),
        inputs: data.merging(["features": features]) { $1 }, seed: 4, named: "score"))
    let draw = try #require(result.fit.selection?.draws.first)
    #expect(draw.candidates == [1e-9, 1e12])
    #expect(draw.chosen == 1e-9)
    #expect(draw.scores.map { $0 == nil } == [false, true])
  }

  @Test func aDrawTakesEveryClassAlikeAndNothingTwice() throws {
    var stream = RandomStream(seed: 7)
    let labels = (0..<100).map { $0 % 4 }
    let drawn = try LabelDraw.indices(labels, classes: ["a", "b", "c", "d"], perClass: 10, stream: &stream)
    #expect(Set(drawn).count == 40)
    for label in 0..<4 { #expect(drawn.count { labels[$0] == label } == 10) }
  }

  @Test func whereEveryLabelIsUsedCandidatesAreJudgedOnce() throws {
    var data = try data()
    data["validation"] = data["test"]
    let features = try run(
      EncodeStep(kinds: .standard), ["kind": "pixels", "standardise": false], inputs: data, named: "features")
    let inputs = data.merging(["features": features]) { $1 }
    let output = folder.path("fit")
    try POSIXFileSystem().makeDirectories(output)
    let kind = FitStep(kinds: .standard)
    let step = Step(
      kind: kind.name, version: kind.version,
      parameters: [
        "classifier": ["kind": "knn", "k": [1, 3], "validation-draws": 4], "labels-per-class": 0, "draws": 1,
        "split": "test",
      ], inputs: inputs.mapValues { _ in "input" }, seed: 4, label: "fit")
    var reports: [String] = []
    try kind.run(
      StepContext(
        step: step, inputs: inputs, output: output, checkpoint: folder.path,
        report: { reports.append($1) }))
    #expect(reports.count { $0.hasPrefix("choosing k, ") } == 1)
    // The evidence has all draws, as if each had been judged.
    let selection = try #require(try fitted(output).fit.selection)
    #expect(selection.draws.count == 4)
    #expect(Set(selection.draws.map(\.scores)).count == 1)
  }

  @Test func aFileOfRowsThatIsGivenUpIsClosed() throws {
    let path = folder.path("rows.f32")
    // The folder of temporary files may be a link.
    let end = "\(Paths.name(of: folder.path))/rows.f32"
    func isOpen() throws -> Bool {
      let files = FileManager.default
      return try files.contentsOfDirectory(atPath: "/proc/self/fd").contains {
        (try? files.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)"))?.hasSuffix(end) == true
      }
    }
    do {
      let writer = try RowFileWriter(path)
      #expect(try isOpen())
      try [Float(1)].withUnsafeBufferPointer { try writer.append($0) }
    }
    #expect(try !isOpen())
    #expect(try POSIXFileSystem().contents(of: path).count == 4)
  }

  @Test func aTruncatedFeatureFileIsRefused() throws {
    try DurableFile.write([0, 0, 0, 0, 0], to: "\(folder.path)/short.f32")
    let error = #expect(throws: StepsError.self) {
      try MappedRows("\(folder.path)/short.f32", rows: 1, columns: 2)
    }
    #expect(error?.cause == .corruptInput)
  }
}
