import Files
import Foundation
import Manifest
import Pipeline
import Testing

@testable import Steps

/// What a search becomes before anything runs.
@Suite struct SearchPlanTests {
  static let text = """
    table: tiny
    title: A table
    source: {paper: Nobody 2000, place: Table 0}
    dataset: cifar10
    seed: 3
    columns:
      - {id: accuracy, label: Accuracy, unit: "%", better: higher, metric: accuracy,
         classifier: {kind: l2-svm, folds: 0}}
    rows:
      - {id: plain, label: DCGAN, representation: {kind: dcgan, updates: 100}}
      - id: searched
        label: searched
        representation: {kind: dcgan, updates: 100}
        search:
          trials: {quick: 5, desk: 12, paper: 64}
          over:
            representation.learning-rate: {log-uniform: [1.0e-5, 1.0e-1]}
            representation.beta1: {uniform: [0, 0.9]}
            representation.batch: {one-of: [16, 32, 64]}
          stop: [{after: 0.1, keep: 0.5}, {after: 0.4, keep: 0.4}]

    """

  static func experiment(_ text: String = text, profile: Profile = .quick) throws -> Experiment {
    try ManifestFile.parse(text: text, path: "tiny.yaml", vocabulary: Kinds.standard.vocabulary).experiment(
      profile)
  }

  static func plan(_ text: String = text, profile: Profile = .quick) throws -> Plan {
    Planner(sources: DataSources()).plan(try experiment(text, profile: profile))
  }

  func search(_ row: String = "searched", _ text: String = text, profile: Profile = .quick) throws -> Search {
    try #require(
      Self.experiment(text, profile: profile).rows.first { $0.id == row }.flatMap(\.search))
  }

  func values(_ search: Search, trials: Int? = nil) -> [[String: JSON]] {
    (0..<(trials ?? search.trials)).map { search.values(ofTrial: $0, root: 3, repetition: 0) }
  }

  // MARK: Drawing

  /// Trials of published results have to be found again: these values may never change.
  @Test func drawnValuesArePinned() throws {
    #expect(
      values(try search()) == [
        ["batch": 64, "beta1": 0.07948, "learning-rate": 0.0005596],
        ["batch": 16, "beta1": 0.7369, "learning-rate": 0.01686],
        ["batch": 32, "beta1": 0.5202, "learning-rate": 5.453e-05],
        ["batch": 32, "beta1": 0.417, "learning-rate": 2.083e-05],
        ["batch": 16, "beta1": 0.5722, "learning-rate": 0.000223],
      ])
  }

  @Test func aTrialMoreMovesNoOther() throws {
    let few = values(try search())
    let many = values(try search(profile: .paper))
    #expect(many.count == 64)
    #expect(Array(many.prefix(5)) == few)
    #expect(Set(many).count == 64)
  }

  @Test func anAxisMoreMovesNoOther() throws {
    let more = Self.text.replacing(
      "        representation.beta1:",
      with: "        representation.latents: {log-uniform: [8, 512]}\n        representation.beta1:")
    let wider = values(try search("searched", more))
    #expect(wider.map { $0.filter { $0.key != "latents" } } == values(try search()))
    #expect(wider.allSatisfy { (8...512).contains($0["latents"]?.int ?? 0) })
  }

  @Test func repeatsAndRowsDrawTheirOwnAndHeirsTheSame() throws {
    let own = try search()
    #expect(own.values(ofTrial: 0, root: 3, repetition: 0) != own.values(ofTrial: 0, root: 3, repetition: 1))
    #expect(own.values(ofTrial: 0, root: 3, repetition: 0) != own.values(ofTrial: 0, root: 4, repetition: 0))
    let rows =
      Self.text + """
          - {id: heir, label: heir, extends: searched, set: {representation.latents: 8, search.trials: 3}}
          - {id: budgets, label: "best of {search.trials}", extends: searched, matrix: {search.trials: [2, 4]}}

        """
    #expect(values(try search("heir", rows)) == Array(values(own).prefix(3)))
    #expect(try search("budgets-4", rows).trials == 4)
    #expect(try search("budgets-4", rows).stream == "searched")
    let renamed = Self.text.replacing("id: searched", with: "id: other")
    #expect(values(try search("other", renamed)) != values(own))
  }

  @Test func drawsFollowTheirDistributions() throws {
    let axes: [Search.Axis] = [
      .init(path: "l", distribution: .logUniform(1e-5, 1e-1)),
      .init(path: "u", distribution: .uniform(-1, 3)),
      .init(path: "i", distribution: .uniformInteger(1, 4)),
      .init(path: "g", distribution: .logUniformInteger(1, 1000)),
      .init(path: "o", distribution: .oneOf(["a", "b", "c"])),
    ]
    let count = 4000
    let drawn = values(Search(trials: count, stream: "s", axes: axes))
    func numbers(_ path: String) -> [Double] { drawn.compactMap { $0[path]?.double } }
    func share(_ path: String, _ holds: (Double) -> Bool) -> Double {
      Double(numbers(path).count(where: holds)) / Double(count)
    }
    // Each decade holds a quarter; four standard errors of a quarter of 4000 are 0.027.
    #expect(numbers("l").allSatisfy { (1e-5...1e-1).contains($0) })
    for decade in 0..<4 {
      let low = 1e-5 * pow(10, Double(decade))
      #expect(abs(share("l") { $0 >= low && $0 < 10 * low } - 0.25) < 0.03)
    }
    #expect(numbers("u").allSatisfy { (-1...3).contains($0) })
    #expect(abs(share("u") { $0 < 0 } - 0.25) < 0.03)
    for value in 1...4 { #expect(abs(share("i") { $0 == Double(value) } - 0.25) < 0.03) }
    #expect(abs(share("g") { $0 < 31.5 } - 0.5) < 0.04)
    #expect(Set(numbers("g")).isSubset(of: Set((1...1000).map(Double.init))))
    for value in ["a", "b", "c"] {
      let found = Double(drawn.count { $0["o"]?.string == value }) / Double(count)
      #expect(abs(found - 1.0 / 3) < 0.03)
    }
  }

  @Test func endsOfTheProbabilityAreTheEndsOfTheRange() {
    let almost = 1 - 0x1p-53
    #expect(Search.Distribution.uniform(0.1, 0.12345678).value(at: 0) == 0.1)
    // Rounded up to four digits it would lie outside.
    #expect(Search.Distribution.uniform(0.1, 0.12345678).value(at: almost) == 0.12345678)
    #expect(Search.Distribution.uniform(0, 0.99994).value(at: almost).double ?? 2 <= 0.99994)
    #expect(Search.Distribution.uniformInteger(2, 5).value(at: almost) == 5)
    #expect(Search.Distribution.logUniformInteger(2, 5).value(at: 0) == 2)
    #expect(Search.Distribution.oneOf([1, 2]).value(at: almost) == 2)
    #expect(Search.Distribution.logUniform(1e-4, 1).value(at: 0.5) == 0.01)
  }

  // MARK: Planning

  func steps(_ plan: Plan, _ kind: String) -> [Step] { plan.steps.filter { $0.kind == kind } }

  @Test func everyStageTrainsThoseThatAreLeft() throws {
    let search = try search()
    #expect(search.counts == [5, 3, 2])
    #expect(search.shares == [0.1, 0.4, 1])
    #expect(try self.search(profile: .paper).counts == [64, 32, 13])
    #expect(
      Search(trials: 30, stream: "", axes: [], stops: [.init(after: 0.5, keep: 0.1)]).counts == [30, 3])
    #expect(Search(trials: 2, stream: "", axes: [], stops: [.init(after: 0.5, keep: 0.1)]).counts == [2, 1])
    let plan = try Self.plan()
    for (share, count) in zip(search.shares, search.counts) {
      #expect(steps(plan, "trial").count { $0.parameters["until"]?.double == share } == count)
    }
    #expect(steps(plan, "trial").count == 10)
    #expect(steps(plan, "validate").count == 10)
    #expect(steps(plan, "rank").count == 3)
    #expect(steps(plan, "winner").count == 1)
    for step in plan.steps {
      #expect(Kinds.standard.registry[step.kind]?.version == step.version, "\(step.kind)")
    }
  }

  @Test func whatFollowsReadsTheWinnerAsAnyOtherModel() throws {
    let plan = try Self.plan()
    let winner = try #require(steps(plan, "winner").first)
    let readers = plan.steps.filter { $0.inputs.values.contains(winner.identity) }
    #expect(Set(readers.map(\.kind)) == ["network-curve", "samples", "walk", "arithmetic", "encode"])
    for reader in readers { #expect(reader.inputs["model"] == winner.identity) }
    let targets = plan.targets.filter { $0.row == "searched" }
    #expect(targets.map(\.role).filter { $0 == .search }.count == 1)
    #expect(targets.first { $0.role == .search }?.identity == winner.identity)
  }

  /// Whatever leads to the winner has not seen the test split.
  @Test func theTestSplitIsNotReadBeforeTheWinnerIsKnown() throws {
    let plan = try Self.plan()
    let test = try #require(plan.steps.first { $0.parameters["split"] == "test" })
    var behind: Set<String> = []
    var front = [try #require(steps(plan, "winner").first).identity]
    while let identity = front.popLast() {
      guard behind.insert(identity).inserted else { continue }
      front += plan.step(identity)?.inputs.values.map { $0 } ?? []
    }
    #expect(behind.count > 20)
    #expect(!behind.contains(test.identity))
    for kind in ["trial", "validate", "rank", "winner"] {
      for step in steps(plan, kind) { #expect(!step.inputs.values.contains(test.identity)) }
    }
  }

  @Test func moreTrialsOrRowsShareWhatIsThere() throws {
    func trained(_ plan: Plan) -> Set<String> {
      Set(steps(plan, "trial").filter { $0.parameters["rank"] == nil }.map(\.identity))
    }
    let quick = try Self.plan()
    #expect(trained(quick).isSubset(of: trained(try Self.plan(profile: .paper))))
    let longer = Self.text + "  - {id: zca, label: K-means, representation: {kind: kmeans, centroids: 10}}\n"
    #expect(Set(quick.steps.map(\.identity)).isSubset(of: Set(try Self.plan(longer).steps.map(\.identity))))
    // Stopping later trains the same trials from the same start.
    let half = Self.text.replacing("{after: 0.1, keep: 0.5}", with: "{after: 0.1, keep: 0.9}")
    #expect(trained(try Self.plan(half)) == trained(quick))
  }

  @Test func equalTrialsAreTrainedOnce() throws {
    let narrow = Self.text.replacing(
      "representation.learning-rate: {log-uniform: [1.0e-5, 1.0e-1]}\n        representation.beta1: {uniform: [0, 0.9]}\n        ",
      with: "")
    let plan = try Self.plan(narrow, profile: .desk)
    // Twelve trials of three values.
    #expect(steps(plan, "trial").count { $0.parameters["rank"] == nil } == 3)
    #expect(steps(plan, "rank").first?.inputs.count == 12)
  }

  /// Columns that ask for the same labels share a search; of several a row shows the first.
  @Test(arguments: [(10, 1), (20, 2)]) func aRowShowsOneSearchOfItsClassifier(labels: Int, searches: Int)
    throws
  {
    let plan = try Self.plan(
      """
      table: tiny
      title: A table
      source: {paper: Nobody 2000, place: Table 0}
      dataset: {kind: svhn, validation-images: 1000}
      columns:
        - {id: errors, label: Errors, metric: error-rate, classifier: l2-svm, labels-per-class: 10}
        - {id: accuracy, label: Accuracy, metric: accuracy, classifier: l2-svm, labels-per-class: \(labels)}
      rows:
        - id: cnn
          label: CNN
          representation: images
          classifier: {kind: cnn, updates: 10}
          search: {trials: 2, over: {classifier.learning-rate: {log-uniform: [1.0e-4, 1.0e-2]}}}
      """)
    let winners = steps(plan, "winner").map(\.identity)
    #expect(winners.count == searches)
    #expect(plan.targets.filter { $0.role == .search }.map(\.identity) == Array(winners.prefix(1)))
    #expect(plan.targets.count { $0.role == .model } == 1)
    #expect(plan.targets.count { $0.role == .score } == 2)
  }

  // MARK: The family's own words

  @Test func aListedValueThatNoTrialCouldTakeIsRefused() throws {
    func text(_ second: String) -> String {
      Self.text.replacing(
        "representation.batch: {one-of: [16, 32, 64]}",
        with: "representation.widths: {one-of: [[8, 8, 8, 8, 8, 8], \(second)]}")
    }
    #expect(throws: Never.self) { try Self.experiment(text("[4, 4, 8, 8, 16, 16]")) }
    let error = #expect(throws: ManifestError.self) { try Self.experiment(text("[8, 8, 8]")) }
    #expect(
      error?.diagnostics.map { "\($0.line):\($0.column): \($0.message)" } == [
        "19:9: `widths` needs 6 numbers, one for each convolution of the architecture, and has 3"
      ])
  }

  func messages(_ representation: String) -> [String] {
    let text = Self.text.replacing(
      "label: searched\n    representation: {kind: dcgan, updates: 100}",
      with: "label: searched\n    representation: \(representation)")
    do {
      _ = try Self.experiment(text)
      return []
    } catch {
      return (error as? ManifestError)?.diagnostics.map { "\($0.line):\($0.column): \($0.message)" } ?? []
    }
  }

  @Test func whatCannotBeSearchedIsNamed() {
    #expect(messages("{kind: dcgan, updates: 100}") == [])
    #expect(
      messages("{kind: kmeans, centroids: 10}") == [
        "14:5: `kmeans` cannot be searched: it is not trained update by update"
      ])
    #expect(
      messages("{kind: dcgan, updates: 0}") == ["14:5: `updates` is 0: there is no training to search"])
    #expect(
      messages("{kind: exemplar-cnn, updates: 10, clusters: 3}") == [
        "14:5: a search trains each network once: `clusters` must be 0",
        "18:9: `exemplar-cnn` has no field `beta1`",
      ])
  }

  /// Trainings of these fields alone: whatever another step reads must not be among them.
  @Test func whatASearchMayVaryOnlyTrainingReads() {
    for kind in Kinds.standard.vocabulary.representations {
      guard let search = kind.search else { continue }
      #expect(Set(search.fields).isSubset(of: kind.fields.map(\.name)), "\(kind.name)")
      #expect(kind.fields.map(\.name).contains(search.length))
      for name in ["images", "threads", "standardise", "enlargement", "clusters"] {
        #expect(!search.fields.contains(name), "\(kind.name), \(name)")
      }
    }
  }

  /// The examples of the documentation are rows of a classification table.
  @Test(arguments: [("docs/manifest.md", 64), ("docs/add-a-row.md", 64)])
  func theDocumentedSearchesAreSound(file: String, trials: Int) throws {
    let text = try String(contentsOf: SchemaTests.root.appendingPathComponent(file), encoding: .utf8)
    let examples = text.components(separatedBy: "```yaml\n").dropFirst().compactMap {
      $0.components(separatedBy: "```").first
    }
    let example = try #require(examples.first { $0.contains("search:") })
    let rows = Self.text.replacing("id: plain", with: "id: dcgan")
      .replacing("id: searched", with: "id: another")
    let experiment = try Self.experiment(rows + example, profile: .paper)
    #expect(experiment.rows.last?.search?.trials == trials)
    #expect(!Planner(sources: DataSources()).plan(experiment).targets.isEmpty)
  }

  @Test func withoutStopsEveryTrialIsTrainedAtOnce() throws {
    let plan = try Self.plan(
      Self.text.replacing("      stop: [{after: 0.1, keep: 0.5}, {after: 0.4, keep: 0.4}]\n", with: ""))
    #expect(steps(plan, "trial").map { $0.parameters["until"]?.double } == [1, 1, 1, 1, 1])
    #expect(steps(plan, "rank").count == 1)
  }
}
