import Files
import Foundation
import TestSupport
import Testing

@testable import Pipeline

/// Why a step has to run: what differs from the one that ran under its name.
@Suite struct ChangeTests {
  private let folder: TemporaryDirectory
  private let store: Store

  init() throws {
    folder = try TemporaryDirectory()
    store = Store(root: folder.path("store"))
  }

  private func run(_ steps: [Step]) async {
    let scheduler = Scheduler(
      plan: plan(steps, targets: steps), store: store, executor: InlineExecutor(),
      limits: Limits(cores: 1, memory: 1 << 40), observer: Witness())
    _ = await scheduler.run()
  }

  private func changes(_ step: Step) -> [String] {
    History(store: store).changes(to: step, in: store).map(\.description)
  }

  private func trained(_ parameters: JSON, version: Int = 1, seed: UInt64? = 7) -> Step {
    Step(kind: "sum", version: version, parameters: parameters, seed: seed, label: "train vae, repeat 1")
  }

  @Test func nothingIsKnownOfAStepThatNeverRan() {
    #expect(changes(trained(["add": 1])) == [])
  }

  @Test func aParameterIsNamedWithBothValues() async {
    await run([trained(["add": 1, "vae": ["beta": 4, "hidden": 24]])])
    #expect(changes(trained(["add": 1, "vae": ["beta": 16, "hidden": 24]])) == ["vae.beta: 4 -> 16"])
    #expect(
      changes(trained(["add": 1, "vae": ["beta": 4, "latents": 3]])) == [
        "vae.hidden: 24 -> none", "vae.latents: none -> 3",
      ])
  }

  @Test func codeVersionSeedAndInputsAreNamed() async {
    let data = sum("data", add: 1)
    let reader = sum("reader", add: 2, of: [data])
    await run([data, reader, trained(["add": 1])])
    #expect(changes(trained(["add": 1], version: 2)) == ["code version 1 -> 2"])
    #expect(changes(trained(["add": 1], seed: 8)) == ["seed"])
    #expect(changes(sum("reader", add: 2, of: [sum("data", add: 9)])) == ["input input-0"])
  }

  /// A seed or an input that follows from the same change is no news.
  @Test func theMostSimilarStepIsComparedWith() async {
    await run([trained(["add": 1, "x": 1]), trained(["add": 5, "x": 5])])
    #expect(changes(trained(["add": 1, "x": 2], seed: 9)) == ["x: 1 -> 2"])
  }

  /// A quick profile's step says how far the guess of a long one is off; what it took itself would be far too little.
  @Test func aStepOfOtherParametersIsAMeasureOfTheGuess() throws {
    func step(_ updates: Int) -> Step {
      Step(
        kind: "sum", version: 1, parameters: ["updates": .int(updates)], inputs: [:], label: "train",
        needs: Needs(memory: 1 << 30, seconds: Double(updates)))
    }
    let quick = step(100)
    let facts = #""guess":{"memory":1073741824,"seconds":100},"kind":"sum","label":"train""#
    let line =
      #"{"bytes":12,\#(facts),"key":"\#(quick.costKey)","peakMemory":1000,"seconds":25}"# + "\n"
    try FileManager.default.createDirectory(atPath: store.root, withIntermediateDirectories: true)
    try Data(line.utf8).write(to: URL(fileURLWithPath: store.historyPath))
    let history = History(store: store)
    #expect(history.seconds(for: quick) == 25 && history.memory(for: quick) == 1000)
    #expect(history.seconds(for: step(100_000)) == 25_000)
    #expect(history.memory(for: step(100_000)) == 1 << 30 && history.disk(for: step(100_000)) == nil)
  }

  /// Parameters do not tell how large the inputs are: rows differ in that, repeats of one row do not.
  @Test func estimatesAreOfTheSameRow() throws {
    func step(_ label: String) -> Step {
      Step(
        kind: "fit", version: 1, parameters: ["C": 1], inputs: [:], label: label,
        needs: Needs(memory: 1 << 32, seconds: 60))
    }
    let line = JSON.object([
      "key": .string(step("").costKey), "kind": "fit", "label": "fit constant, repeat 1: accuracy",
      "peakMemory": 1000, "seconds": 1, "bytes": 12, "guess": ["memory": .int(1 << 32), "seconds": 60],
    ]).canonical
    try FileManager.default.createDirectory(atPath: store.root, withIntermediateDirectories: true)
    try Data((line + "\n").utf8).write(to: URL(fileURLWithPath: store.historyPath))
    let history = History(store: store)
    let again = step("fit constant, repeat 2: accuracy")
    #expect(history.seconds(for: again) == 1 && history.memory(for: again) == 1000)
    let other = step("fit dcgan, repeat 1: accuracy")
    #expect(history.seconds(for: other) == 60 && history.memory(for: other) == 1 << 32)
    #expect(history.disk(for: again) == 12 && history.disk(for: other) == nil)
  }

  @Test func historyKnowsTheRoomOfAnArtifact() async {
    let step = trained(["add": 1])
    #expect(History(store: store).disk(for: step) == nil)
    await run([step])
    #expect(History(store: store).disk(for: step) == 1)
  }
}
