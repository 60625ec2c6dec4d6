import Datasets
import Files
import Foundation
import Models
import TestSupport
import Testing

@testable import Pipeline
@testable import Steps

/// A model whose weights are the sum of its updates: enough to see where a training goes on from.
private final class Counter: Trainable {
  private(set) var updates = 0
  private(set) var sum = 0

  func update() throws -> [String: Double] {
    updates += 1
    sum += updates
    return ["loss": 1 / Double(updates)]
  }
  func saveCheckpoint(to path: String) throws { try DurableFile.write("\(updates) \(sum)", to: path) }
  func restoreCheckpoint(from path: String) throws {
    let numbers = try POSIXFileSystem().text(of: path).split(separator: " ").compactMap { Int($0) }
    (updates, sum) = (numbers[0], numbers[1])
  }
  func saveWeights(to path: String) throws { try DurableFile.write("\(sum)", to: path) }
  func restoreWeights(from path: String) throws {}
}

@Suite struct CheckpointsTests {
  let folder: TemporaryDirectory
  init() throws { folder = try TemporaryDirectory() }

  /// A folder with checkpoints of updates 1 to 5, of which two are kept.
  private func train() throws -> TrainingLog {
    let model = Counter()
    let checkpoints = Checkpoints(folder: folder.path) { Issue.record("\($0)") }
    var log = TrainingLog(milestones: [])
    for _ in 1...5 {
      try log.append(model.updates + 1, model.update())
      try checkpoints.save(model, log)
    }
    return log
  }

  private func restore() throws -> (model: Counter, log: TrainingLog?, warnings: [String]) {
    let model = Counter()
    var warnings: [String] = []
    let log = try Checkpoints(folder: folder.path) { warnings.append($0) }.restoreLatest(into: model)
    return (model, log, warnings)
  }

  /// Stores of before hold the codes as numbers, and those that are written now say the same.
  @Test func codesAreReadAsTheyWereWrittenBeforeAndNow() throws {
    let codes: [Float] = [0, -1.5, 0.1, .leastNonzeroMagnitude]
    let before: JSON = [
      "update": 3, "dimensions": 2, "codes": .array(codes.map { .int(Int($0.bitPattern)) }),
      "latentKL": [0.5, 1],
    ]
    let read = try before.decode(TrainingLog.ProbeCodes.self)
    #expect(read.elements == codes && read.update == 3 && read.dimensions == 2)
    let now = try JSON(encoding: read)
    #expect(now["codes"] == "AAAAAAAAwL/NzMw9AQAAAA==")
    #expect(try now.decode(TrainingLog.ProbeCodes.self).elements == codes)
  }

  private static let names = [
    "checkpoint-4.log", "checkpoint-5.log", "model-4.safetensors", "model-5.safetensors",
  ]

  @Test func twoGenerationsAreKeptAndTheNewestIsTaken() throws {
    let log = try train()
    #expect(try folder.files() == Self.names)
    let restored = try restore()
    #expect(restored.model.updates == 5 && restored.model.sum == 15)
    #expect(restored.log?.curve.series == log.curve.series)
    #expect(restored.warnings.isEmpty)
  }

  /// Every byte of both files: weights that are not those that were saved would be nobody's to notice.
  @Test(arguments: ["checkpoint-5.log", "model-5.safetensors"])
  func aFlippedBitAnywhereCostsOneGenerationAndSaysSo(_ name: String) throws {
    _ = try train()
    let whole = try Dictionary(
      uniqueKeysWithValues: Self.names.map { ($0, try POSIXFileSystem().contents(of: folder.path($0))) })
    try ByteFlips.forEach(of: try #require(whole[name])) { position, damaged in
      for (name, bytes) in whole { try folder.file(name, bytes) }
      try folder.file(name, damaged)
      let (model, log, warnings) = try restore()
      #expect(model.updates == 4 && model.sum == 10, "byte \(position)")
      #expect(log?.curve.updates == [1, 2, 3, 4])
      #expect(warnings.count == 1)
      #expect(
        try folder.files() == [
          "checkpoint-4.log", "damaged/checkpoint-5.log", "damaged/model-5.safetensors",
          "model-4.safetensors",
        ])
      try POSIXFileSystem().removeTree(folder.path("damaged"))
    }
  }

  @Test func withoutAWholeOneTheTrainingStartsAnew() throws {
    _ = try train()
    try folder.file("model-5.safetensors", "5 16".utf8)
    try POSIXFileSystem().removeFile(folder.path("model-4.safetensors"))
    let (model, log, warnings) = try restore()
    #expect(model.updates == 0 && log == nil)
    #expect(
      warnings.first
        == "the checkpoint of update 5 is damaged (the model does not match its digest); set aside in "
        + "\(folder.path)/damaged, going on from the one before it, or from the start")
    #expect(warnings.count == 2)
  }

  @Test func aModelWithoutItsLogIsNoCheckpointYet() throws {
    _ = try train()
    try folder.file("model-6.safetensors", "6 21".utf8)
    try folder.file("checkpoint-x.log", "".utf8)
    let (model, _, warnings) = try restore()
    #expect(model.updates == 5 && warnings.isEmpty)
    try Checkpoints(folder: folder.path) { _ in }.save(model, TrainingLog(milestones: []))
    #expect(
      try folder.files().filter { $0.hasPrefix("model") } == ["model-4.safetensors", "model-5.safetensors"])
  }

  @Test func mutantsAreWholeOrSetAside() throws {
    _ = try train()
    let whole = try Dictionary(
      uniqueKeysWithValues: Self.names.map { ($0, try POSIXFileSystem().contents(of: folder.path($0))) })
    var mutator = Mutator(seed: 3)
    let count = Mutator.count(default: 500)
    for _ in 0..<count {
      for (name, bytes) in whole {
        try folder.file(name, name.hasPrefix("model-4") ? bytes : mutator.mutant(of: bytes))
      }
      let (model, log, _) = try restore()
      #expect([0: 0, 4: 10, 5: 15][model.updates] == model.sum)
      #expect((log == nil) == (model.updates == 0))
      try POSIXFileSystem().removeTree(folder.path("damaged"))
    }
    print("mutants of checkpoints: \(count)")
  }
}

@Suite struct ModelDescriptionTests {
  let folder: TemporaryDirectory
  init() throws { folder = try TemporaryDirectory() }

  private static let vae =
    #"{"batch":16,"beta":1,"hidden":16,"initial-accumulator":0.1,"initialisation":"glorot","kind":"vae","latents":10,"learning-rate":0.01,"optimiser":"adagrad","threads":1,"updates":60}"#

  /// What is wrong with a description of a model of known factors.
  private func problem(of text: String) throws -> String {
    try folder.file("model.json", text.utf8)
    let error = #expect(throws: StepsError.self) {
      try TrainStep.model(in: folder.path) { _ = try Kinds.standard.factorModel($0) }
    }
    return "\(error?.description ?? "")"
  }

  @Test func whatATrainingLeavesIsRead() throws {
    try folder.file("model.json", Self.vae.utf8)
    let model = try TrainStep.model(in: folder.path) { try Kinds.standard.factorModel($0) }
    #expect((model as? VAE)?.configuration.latents == 10)
  }

  @Test(arguments: [
    (
      #""latents":10"#, #""latents":9223372036854775807"#,
      "`latents` of `vae` must be a whole number from 1 to 255, but is 9223372036854775807"
    ),
    (
      #""latents":10"#, #""latents":-1"#, "`latents` of `vae` must be a whole number from 1 to 255, but is -1"
    ),
    (
      #""latents":10"#, #""latents":1.5"#,
      "`latents` of `vae` must be a whole number from 1 to 255, but is 1.5"
    ),
    (
      #""batch":16"#, #""batch":[16]"#, "`batch` of `vae` must be a whole number from 1 to 65536, but is [16]"
    ),
    (
      #""optimiser":"adagrad""#, #""optimiser":"lion""#,
      #"`optimiser` of `vae` must be one of adagrad, adam, but is "lion""#
    ),
    (
      #""learning-rate":0.01"#, #""learning-rate":1e300"#,
      "`learning-rate` of `vae` must be a number from 1e-09 to 10, but is 1e+300"
    ),
    (#""kind":"vae""#, #""kind":"x""#, "no representation is called 'x'"),
    (#"{"batch""#, #"["batch""#, "it is no JSON object"),
  ])
  func whatNoTrainingLeavesIsRefused(_ old: String, _ new: String, _ reason: String) throws {
    let text = try problem(of: Self.vae.replacing(old, with: new))
    #expect(
      text.hasPrefix(
        "cannot build the network that \(folder.path)/model.json describes: \(reason), which no training"),
      "\(text)")
  }

  @Test func listsAndRulesAreChecked() throws {
    let network = #"{"kind":"dcgan","widths":[1,2],"latents":4,"batch":8,"updates":1}"#
    try folder.file("model.json", network.utf8)
    let error = #expect(throws: StepsError.self) {
      try TrainStep.model(in: folder.path) { _ = try Kinds.standard.network($0) }
    }
    #expect(error?.description.contains("`widths` of `dcgan` must be a list of 3 to 6 entries") == true)
    #expect(
      try problem(of: #"{"kind":"infogan","batch":1,"updates":1}"#).contains("`batch` must be at least 2"))
  }

  /// What the latents tell is asked of all shapes and sizes, in their shares of the grid.
  @Test func divergencesAreOfEveryShapeAndSize() {
    let grid = FactorGrid.dSprites
    let indices = Probe.latentKLIndices(of: grid)
    #expect(indices.count == 1024)
    for factor in [0, 1] {
      let counts = Dictionary(grouping: indices) { grid.values(of: $0)[factor] }.mapValues(\.count)
      #expect(counts.count == grid.sizes[factor])
      let share = indices.count / grid.sizes[factor]
      #expect(counts.values.allSatisfy { abs($0 - share) < share / 4 }, "\(counts)")
    }
  }

  @Test func trainingsOfDifferentLengthsMeetAtTheirMilestones() {
    #expect(Milestones.updates(of: 0) == [0])
    #expect(Milestones.updates(of: 1000) == [0, 31, 62, 125, 250, 500, 1000])
    #expect(Milestones.updates(of: 25_000) == [0, 1000, 4000, 16_000, 25_000])
    #expect(Milestones.updates(of: 64_000) == [0, 1000, 4000, 16_000, 64_000])
    #expect(Milestones.updates(of: 100_000) == [0, 1000, 4000, 16_000, 64_000, 100_000])
  }
}
