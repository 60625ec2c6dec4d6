import Files
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

  @Test func historyKnowsTheRoomOfAnArtifact() async {
    let step = trained(["add": 1])
    #expect(History(store: store).disk(for: step) == nil)
    await run([step])
    #expect(History(store: store).disk(for: step) == 1)
  }
}
