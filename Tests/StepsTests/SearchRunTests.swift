import Datasets
import Files
import Foundation
import Manifest
import Models
import Randomness
import Results
import TestSupport
import Testing

@testable import Pipeline
@testable import Steps

/// Carries out steps in this process, as a worker does.
private final class InlineExecutor: Executor, @unchecked Sendable {
  let events: AsyncStream<ExecutorEvent>
  private let continuation: AsyncStream<ExecutorEvent>.Continuation
  private let worker = Worker(registry: SearchRunTests.kinds.registry, environment: [:], replies: -1) { _ in }
  private(set) var started: [String] = []
  /// Steps that are carried out before this executor loses every further one, as a killed machine would.
  private let limit: Int

  init(limit: Int = .max) {
    self.limit = limit
    (events, continuation) = AsyncStream.makeStream(of: ExecutorEvent.self)
  }

  func start(_ assignment: Assignment) {
    guard started.count < limit else {
      continuation.yield(.lost(identity: assignment.step.identity, StepFailure(.crashed, "killed")))
      return
    }
    started.append(assignment.step.label)
    continuation.yield(.reply(worker.carryOut(assignment)))
  }

  func stop() {}
  func kill() {}
  func close() { continuation.finish() }
}

private final class Silence: RunObserver {
  func handle(_ event: RunEvent) {}
}

/// A DCGAN whose first decay rate may be 1: Adam then divides by nothing, and the weights are no numbers after one
/// update.
private struct UnboundedGAN: ImageNetwork {
  var images = "cifar10"
  var learningRate = 2e-4
  var beta1 = 0.5
  var updates = 0
  var threads = 1
  var standardise: Bool { false }

  static let name = "unbounded-gan"
  static let summary = "a DCGAN that may diverge"
  static let parameters: [Parameter<UnboundedGAN>] = [
    .images(\.images), Parameter("learning-rate", \.learningRate, in: 1e-9...1, "Adam learning rate"),
    Parameter("beta1", \.beta1, in: 0...1, "Adam's first decay rate"), .updates(\.updates),
    .threads(\.threads),
  ]
  static let search: Kind.Search? = Kind.Search(
    fields: ["learning-rate", "beta1"], length: "updates", validation: ValidateStep.parameters)

  private var configuration: DCGANConfiguration {
    DCGANConfiguration(
      widths: [3, 4, 5], strides: [2, 2, 2], latents: 4, batch: 8, learningRate: learningRate, beta1: beta1)
  }

  func plan(_ configured: Configured, in builder: inout PlanBuilder) -> String {
    builder.addNetworkEncoding(
      self, configured, builder.addNetwork(self, configured, of: images, isShown: false))
  }

  func network(
    _ images: any ByteImages, classes: SurrogateClasses?, seed: UInt64, device: String
  ) throws -> any Trainable { try DCGAN(configuration: configuration, images: images, seed: seed) }

  func encoder(imageSide: Int, device: String) throws -> any ImageEncoder {
    try DiscriminatorFeatures(configuration: configuration, seed: 0)
  }
}

/// Whole searches over tiny networks on synthetic images.
@Suite struct SearchRunTests {
  let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  static let kinds: Kinds = {
    var kinds = Kinds.standard
    kinds.representations.append(UnboundedGAN.self)
    return kinds
  }()

  static let text = """
    table: tiny
    title: A table
    source: {paper: Nobody 2000, place: Table 0}
    dataset: cifar10
    seed: 3
    columns:
      - {id: accuracy, label: Accuracy, unit: "%", better: higher,
         metric: accuracy,
         classifier: {kind: l2-svm, folds: 0, held-out: 10, C: [0.001]}}
    rows:
      - id: searched
        label: searched
        representation: {kind: dcgan, images: cifar10, widths: [3, 3, 4, 4, 5, 5], latents: 4, updates: 8,
                         threads: 1}
        search:
          trials: 4
          over:
            representation.learning-rate: {log-uniform: [1.0e-4, 1.0e-1]}
            representation.batch: {one-of: [4, 8, 12]}
          stop: {after: 0.25, keep: 0.5}
          validation: {train: 30, held-out: 15, C: [0.001, 0.1]}

    """

  func experiment(_ text: String = text) throws -> Experiment {
    try ManifestFile.parse(text: text, path: "tiny.yaml", vocabulary: Self.kinds.vocabulary).experiment(
      .quick)
  }

  /// A store in which both splits lie already, made of synthetic images.
  func store(_ name: String, for plan: Plan) throws -> Store {
    let store = Store(root: folder.path(name))
    for step in plan.steps where step.kind == "images" {
      let output = folder.path("\(name)-images-\(step.identity)")
      try POSIXFileSystem().makeDirectories(output)
      let isTest = step.parameters["split"] == "test"
      try ClassificationStepTests().images(isTest ? 30 : 60, seed: isTest ? 2 : 1)
        .save(to: "\(output)/\(ImagesStep.file)")
      try DurableFile.write("synthetic\n", to: "\(output)/\(DatasetStep.provenanceFile)")
      _ = try store.commit(
        step, from: output,
        run: RunFacts(
          seconds: 0, peakMemory: 0, finished: "", host: "", threads: 1, device: "cpu", environment: [:]))
    }
    return store
  }

  func run(_ plan: Plan, _ store: Store, limit: Int = .max) async -> (RunSummary, [String]) {
    let executor = InlineExecutor(limit: limit)
    let scheduler = Scheduler(
      plan: plan, store: store, executor: executor, limits: Limits(cores: 1, memory: 1 << 33),
      observer: Silence())
    let summary = await scheduler.run()
    return (summary, executor.started)
  }

  func steps(_ plan: Plan, _ kind: String) -> [Step] { plan.steps.filter { $0.kind == kind } }

  func names(_ store: Store, _ step: Step) throws -> [String] {
    try POSIXFileSystem().files(below: store.artifact(step.identity)).filter { $0 != "record.json" }
  }

  @Test func theWinnerIsTheTrialThatValidationSays() async throws {
    let experiment = try experiment()
    let plan = Planner(sources: DataSources()).plan(experiment)
    let store = try store("store", for: plan)
    let (summary, _) = await run(plan, store)
    #expect(summary.isComplete, "\(summary.failures)")
    let results = try Collector(plan: plan, store: store, experiment: experiment, sources: DataSources())
      .collect()
    let search = try #require(results.searches(of: "searched").first)
    #expect(search.criterion == "accuracy of a linear classifier on 15 held-out training images")
    #expect(search.trials.count == 4)
    #expect(search.finished.count == 2)
    // Successive halving: nobody who went on was worse at the first share than somebody who did not.
    let first = search.trials.map { $0.scores[0] ?? -1 }
    let stopped = search.trials.indices.filter { !search.finished.contains($0) }
    for trial in search.finished { for other in stopped { #expect(first[trial] >= first[other]) } }
    let last = search.finished.map { (search.trials[$0].scores.last ?? nil) ?? -1 }
    #expect(search.trials[search.winner].scores.last == last.max())
    for (path, value) in search.trials[search.winner].values { #expect(search.configuration[path] == value) }
    #expect(search.configuration["updates"] == 8)
    #expect(results.cell("searched", "accuracy")?.values.count == 1)
    #expect(results.curves.count == 1)
    #expect(results.curves.first?.updates == Array(1...8))

    let path = folder.path("results.h5")
    try results.save(to: path)
    #expect(try TableResults(file: path) == results)
  }

  @Test func aStoppedTrialIsTrainedNoFurtherAndAContinuedOneAsIfUnbroken() async throws {
    let plan = Planner(sources: DataSources()).plan(try experiment())
    let store = try store("store", for: plan)
    let (summary, _) = await run(plan, store)
    try #require(summary.isComplete)
    for step in steps(plan, "trial") {
      let isFirst = step.parameters["rank"] == nil
      #expect(
        try names(store, step)
          == (isFirst
            ? ["curve.json", "log.json", "model.json", "state.safetensors", "weights.safetensors"]
            : ["curve.json", "model.json", "weights.safetensors"]))
      let curve = try JSON(
        parsing: try POSIXFileSystem().contents(of: "\(store.artifact(step.identity))/curve.json"))
      #expect(try curve.decode(TrainingLog.Curve.self).updates == Array(1...(isFirst ? 2 : 8)))
    }
    // What the search hands on is what a `train` step makes of the winner's configuration, byte for byte.
    let winner = try #require(steps(plan, "winner").first)
    let model = try JSON(
      parsing: try POSIXFileSystem().contents(of: "\(store.artifact(winner.identity))/model.json"))
    let images = try #require(steps(plan, "images").first { $0.parameters["split"] == "train" })
    let trained = Step(
      kind: "train", version: TrainStep(kinds: .standard).version, parameters: model,
      inputs: ["images": images.identity],
      seed: steps(plan, "trial")[0].seed, label: "unbroken")
    var unbroken = Plan()
    unbroken.add(images)
    unbroken.add(trained)
    unbroken.add(Target(role: .model, row: "", name: "", repetition: 0, identity: trained.identity))
    #expect(await run(unbroken, store).0.isComplete)
    for name in ["weights.safetensors", "curve.json", "model.json"] {
      #expect(
        try POSIXFileSystem().contents(of: "\(store.artifact(trained.identity))/\(name)")
          == POSIXFileSystem().contents(of: "\(store.artifact(winner.identity))/\(name)"), "\(name)")
    }
  }

  @Test(arguments: [1, 5, 9, 12]) func aKilledSearchContinuesToTheSameBytes(after finished: Int) async throws
  {
    let plan = Planner(sources: DataSources()).plan(try experiment())
    let whole = try store("whole", for: plan)
    let (_, all) = await run(plan, whole)
    let broken = try store("broken", for: plan)
    let (summary, before) = await run(plan, broken, limit: finished)
    #expect(!summary.isComplete)
    #expect(before.count == finished)
    let (resumed, after) = await run(plan, broken)
    #expect(resumed.isComplete)
    #expect(Set(before).isDisjoint(with: after), "nothing is done twice")
    #expect(Set(before).union(after) == Set(all))
    let winner = try #require(steps(plan, "winner").first)
    for name in try names(whole, winner) {
      #expect(
        try POSIXFileSystem().contents(of: "\(whole.artifact(winner.identity))/\(name)")
          == POSIXFileSystem().contents(of: "\(broken.artifact(winner.identity))/\(name)"), "\(name)")
    }
  }

  @Test func aTrialThatIsInterruptedContinuesFromItsCheckpoint() async throws {
    let plan = Planner(sources: DataSources()).plan(try experiment())
    let store = try store("store", for: plan)
    #expect(await run(plan, store).0.isComplete)
    let step = try #require(steps(plan, "trial").first { $0.parameters["rank"] == 0 })
    let output = folder.path("again")
    let checkpoint = folder.path("checkpoint")
    for path in [output, checkpoint] { try POSIXFileSystem().makeDirectories(path) }
    var updates = 0
    func context(stopping: Bool) -> StepContext {
      StepContext(
        step: step, inputs: step.inputs.mapValues(store.artifact), output: output, checkpoint: checkpoint,
        report: { _, _ in updates += 1 }, stopRequested: { stopping && updates == 3 })
    }
    #expect(throws: Interrupted.self) { try TrialStep(kinds: .standard).run(context(stopping: true)) }
    #expect(updates == 3)
    #expect(try POSIXFileSystem().sortedNames(in: checkpoint).contains("model-5.safetensors"))
    try TrialStep(kinds: .standard).run(context(stopping: false))
    #expect(updates == 6, "updates 3 to 5 are not done again")
    for name in try names(store, step) {
      #expect(
        try POSIXFileSystem().contents(of: "\(output)/\(name)")
          == POSIXFileSystem().contents(of: "\(store.artifact(step.identity))/\(name)"), "\(name)")
    }
  }

  static func diverging(_ rates: String, trials: Int) -> String {
    text.replacing(
      "representation.batch: {one-of: [4, 8, 12]}", with: "representation.beta1: {one-of: \(rates)}"
    )
    .replacing("dcgan, images: cifar10, widths: [3, 3, 4, 4, 5, 5], latents: 4", with: UnboundedGAN.name)
    .replacing("trials: 4", with: "trials: \(trials)")
  }

  @Test func aTrialThatDivergesIsRankedLast() async throws {
    // Three of four go on, among them one that has diverged already.
    let experiment = try experiment(
      Self.diverging("[0.5, 1]", trials: 4).replacing("keep: 0.5", with: "keep: 0.75"))
    let plan = Planner(sources: DataSources(), kinds: Self.kinds).plan(experiment)
    let store = try store("store", for: plan)
    let (summary, _) = await run(plan, store)
    #expect(summary.isComplete, "\(summary.failures)")
    let search = try #require(
      try Collector(
        plan: plan, store: store, experiment: experiment, sources: DataSources(), kinds: Self.kinds
      ).collect().searches.first)
    let wild = search.trials.filter { $0.values["beta1"] == 1 }
    #expect(
      (2...3).contains(wild.count), "the sample has some of both, and not enough sound ones to fill a stage")
    for trial in search.trials {
      #expect(trial.scores.allSatisfy { ($0 == nil) == (trial.values["beta1"] == 1) }, "\(trial)")
    }
    #expect(wild.contains { $0.scores.count == 2 })
    #expect(search.configuration["beta1"] == 0.5)
    let diverged = try #require(
      steps(plan, "trial").first { $0.parameters["beta1"] == 1 && $0.parameters["rank"] == nil })
    #expect(try names(store, diverged) == ["diverged.txt", "model.json"])
    #expect(
      try POSIXFileSystem().text(of: "\(store.artifact(diverged.identity))/diverged.txt")
        == "training diverged: discriminator is not a number at update 1; lower the learning rate\n")
  }

  @Test func aSearchWhoseTrialsAllDivergeFailsWithAReason() async throws {
    let plan = Planner(sources: DataSources(), kinds: Self.kinds)
      .plan(try experiment(Self.diverging("[1, 1]", trials: 3)))
    let (summary, _) = await run(plan, try store("store", for: plan))
    #expect(summary.failures.count == 1)
    #expect(
      summary.failures.first?.failure.message
        == "none of the 3 trials has a model to choose; the first: training diverged: discriminator is not a number "
        + "at update 1; search over smaller learning rates")
  }
}

/// The steps of a search without any network.
@Suite struct SearchRankingTests {
  func outputs(_ values: [Double?]) -> [ValidationOutput] {
    values.map { ValidationOutput(criterion: "c", value: $0) }
  }

  @Test func theBestComesFirstAndEqualOnesInTheOrderOfDrawing() {
    let ranking = Ranking(outputs([0.5, nil, 0.7, 0.5, 0.7]), trials: [4, 0, 3, 1, 2])
    #expect(ranking.entries.map(\.trial) == [2, 3, 1, 4, 0])
    #expect(ranking.entries.map(\.position) == [4, 2, 3, 0, 1])
    #expect(ranking.entries.last?.value == nil)
    #expect(ranking.criterion == "c")
  }

  @Test func aRankingReadsBack() throws {
    let ranking = Ranking(outputs([0.1 + 0.2, nil]), trials: [0, 1])
    #expect(try JSON(encoding: ranking).decode(Ranking.self) == ranking)
  }

  @Test func sharesOfUpdates() {
    #expect(TrialStep.updates(0.25, of: 100) == 25)
    #expect(TrialStep.updates(0.001, of: 100) == 1)
    #expect(TrialStep.updates(1, of: 7) == 7)
  }

  @Test func aHeldOutImageIsNeverFittedOn() throws {
    let parameters = try Validation(["train": 30, "held-out": 15])
    let split = try ValidationSplit(parameters, of: 60, seed: 1)
    #expect(split.heldOut.count == 15)
    #expect(split.train.count == 30)
    #expect(Set(split.all).count == 45)
    #expect(try ValidationSplit(parameters, of: 60, seed: 1) == split)
    #expect(try ValidationSplit(parameters, of: 60, seed: 2) != split)
    #expect(try ValidationSplit(parameters, of: 45, seed: 1).train.count == 30)
    let error = #expect(throws: StepsError.self) { try ValidationSplit(parameters, of: 44, seed: 1) }
    #expect(
      error?.description
        == "44 training images are too few for a validation that fits a classifier on 30 and holds 15 out; "
        + "lower `train` or `held-out` under `search.validation`")
  }
}
