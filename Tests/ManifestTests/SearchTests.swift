import Files
import Foundation
import Manifest
import Testing

/// Random searches in manifests.
@Suite struct SearchTests {
  /// A sound manifest whose last row is searched; its search begins on line 38.
  static let searched = sound.with(
    "    representation: truth\n",
    """
        representation: {kind: vae, hidden: 7}
        search:
          trials: {quick: 4, desk: 12, paper: 64}
          over:
            representation.beta: {log-uniform: [0.1, 10]}
            representation.hidden: {uniform: [16, 64]}
            representation.optimiser.method: {one-of: [adagrad, adam]}
          stop: [{after: 0.1, keep: 0.5}, {after: 0.5, keep: 0.25}]
          validation: {held-out: 50}

    """)

  private func row(_ id: String, _ text: String = searched, _ profile: Profile = .desk) throws -> Row {
    try #require(try parse(text).experiment(profile).rows.first { $0.id == id })
  }

  @Test func aSearchIsRead() throws {
    let search = try #require(try row("truth").search)
    #expect(
      search
        == Search(
          trials: 12, stream: "truth",
          axes: [
            .init(path: "beta", distribution: .logUniform(0.1, 10)),
            .init(path: "hidden", distribution: .uniformInteger(16, 64)),
            .init(path: "optimiser.method", distribution: .oneOf(["adagrad", "adam"])),
          ], stops: [.init(after: 0.1, keep: 0.5), .init(after: 0.5, keep: 0.25)],
          validation: ["held-out": 50]))
    #expect(try row("truth", Self.searched, .paper).search?.trials == 64)
    #expect(try row("vae").search == nil)
    #expect(
      search.lines == [
        "12 trials of a random search over", "  beta log-uniform from 0.1 to 10",
        "  hidden uniform from 16 to 64", "  optimiser.method one of \"adagrad\", \"adam\"",
        "after 10 % of the training the better 6 go on", "after 50 % of the training the better 2 go on",
        "validated with held-out 50",
      ])
  }

  @Test func experimentsWithSearchesReadBackAndThoseWithoutAreAsTheyWere() throws {
    let experiment = try parse(Self.searched).experiment(.desk)
    #expect(try JSON(encoding: experiment).decode(Experiment.self) == experiment)
    let without = try JSON(encoding: try parse(sound).experiment(.desk))
    #expect(without["rows"]?.array?.allSatisfy { $0["search"] == nil } == true)
  }

  @Test func valuesAreDrawnIntoTheRepresentation() throws {
    let base = try row("truth").representation
    let trial = base.replacing(["beta": 0.5, "optimiser.method": "adam"])
    #expect(trial.parameters["beta"] == 0.5)
    #expect(trial.parameters["optimiser"] == ["method": "adam", "rate": 0.01])
    #expect(trial.parameters["hidden"] == 7)
  }

  /// Further rows, put before `expect:`.
  private func adding(_ rows: String) -> String { Self.searched.with("expect:\n", rows + "expect:\n") }

  @Test func searchesAreInheritedChangedAndDropped() throws {
    let text = adding(
      """
        - {id: heir, label: heir, extends: truth, set: {representation.updates: 7}}
        - {id: more, label: more, extends: truth, set: {search.trials: 5, search.over.representation.beta: {uniform: [0, 1]}}}
        - {id: none, label: none, extends: truth, search: ~}
        - {id: other, label: other, extends: truth, representation: pca}
        - {id: budget, label: "best of {search.trials}", extends: truth, matrix: {search.trials: [2, 4]}}
        - {id: own, label: own, extends: truth, search: {trials: 3, over: {representation.beta: {one-of: [1, 2]}}}}

      """)
    let search = try #require(try row("truth").search)
    #expect(try row("heir", text).search == search)
    let more = try #require(try row("more", text).search)
    #expect(more.trials == 5)
    #expect(more.stream == "truth")
    #expect(more.axes[0].distribution == .uniform(0, 1))
    #expect(more.axes.dropFirst() == search.axes.dropFirst())
    #expect(try row("none", text).search == nil)
    #expect(try row("other", text).search == nil)
    #expect(try row("budget-4", text).search?.trials == 4)
    #expect(try row("budget-4", text).label == "best of 4")
    #expect(try row("budget-2", text).search?.stream == "truth")
    #expect(try row("own", text).search?.stream == "own")
    #expect(try row("own", text).search?.validation == ["held-out": 100])
  }

  /// A search over a classifier is about that classifier: it goes on with a row that has the same one, and not with one
  /// that names another, even of the same kind.
  @Test
  func `a new classifier drops an inherited search over the old one, and keeps one over the representation`()
    throws
  {
    let text = Self.classified.with(
      "expect:\n",
      """
        - {id: heir, label: heir, extends: net, set: {classifier.updates: 7}}
        - {id: other, label: other, extends: net, classifier: nearest}
        - {id: same, label: same, extends: net, classifier: {kind: net, rate: 0.5}}
        - {id: own, label: own, extends: net, classifier: {kind: net}, search: {trials: 3, over: {classifier.rate: {uniform: [0, 1]}}}}
        - {id: coder, label: coder, representation: {kind: vae, hidden: 7}, classifier: net,
           search: {trials: 5, over: {representation.beta: {uniform: [0, 1]}}}}
        - {id: coder-2, label: coder 2, extends: coder, classifier: nearest}
      expect:

      """)
    func row(_ id: String) throws -> Row {
      try #require(
        try ManifestFile.parse(text: text, path: "dsprites.yaml", vocabulary: Self.withClassifiers)
          .experiment(.desk).rows.first { $0.id == id })
    }
    #expect(try row("net").search?.part == .classifier)
    #expect(try row("heir").search == row("net").search)
    #expect(try row("heir").classifier?.parameters["updates"] == 7)
    #expect(try row("other").search == nil)
    #expect(try row("other").classifier?.kind == "nearest")
    #expect(try row("same").search == nil)
    #expect(try row("same").classifier?.parameters["rate"] == 0.5)
    #expect(try row("own").search?.trials == 3)
    #expect(try row("own").search?.stream == "own")
    #expect(try row("coder-2").search == row("coder").search)
    #expect(try row("coder-2").search?.part == .representation)
  }

  /// The same words and two classifiers, of which one is trained update by update.
  static let withClassifiers = Vocabulary(
    datasets: vocabulary.datasets, representations: vocabulary.representations,
    classifiers: [
      Kind(
        "net", "A network",
        fields: [
          Field("rate", .number(0...1), default: 0.1, "Step size."),
          Field("updates", .integer(0...1000), default: 10, "Training length."),
        ], search: Kind.Search(fields: ["rate"], length: "updates", validation: [])),
      Kind("nearest", "Nearest neighbours"),
    ], metrics: vocabulary.metrics)

  static let classified = sound.with(
    "    representation: truth\n",
    """
        representation: truth
      - id: net
        label: net
        representation: truth
        classifier: net
        search: {trials: 4, over: {classifier.rate: {log-uniform: [0.01, 1]}}}

    """)

  @Test func aProfileMayDoWithout() throws {
    let text = sound.with(
      "    representation: truth\n",
      """
          representation: {kind: vae, hidden: 7}
          search: {quick: ~, desk: {trials: 2, over: {representation.beta: {one-of: [1, 2]}}}}

      """)
    #expect(try row("truth", text, .quick).search == nil)
    #expect(try row("truth", text, .desk).search?.trials == 2)
    #expect(try row("truth", text, .paper).search == nil)
  }

  // MARK: Messages

  @Test(arguments: [
    Case(
      "trials: {quick: 4, desk: 12, paper: 64}", "trials: 1",
      "39:15: error: `trials` must be a whole number from 2 to 100000, but is 1"),
    Case(
      "trials: {quick: 4, desk: 12, paper: 64}", "trial: 5",
      "39:7: error: a search has no key `trial` | did you mean `trials`?"),
    Case(
      "trials: {quick: 4, desk: 12, paper: 64}", "trials: {quick: 4}",
      "39:15: error: `trials` has no value for the profiles `desk` and `paper` | add `desk: …` and `paper: …`"
    ),
    Case(
      "representation.beta: {log", "beta: {log",
      "41:9: error: `beta` is no path into the representation | write `representation.beta`"),
    Case(
      "representation.beta: {log", "deviations: {log",
      "41:9: error: `deviations` is no path into the representation | for example `representation.beta`"),
    Case(
      "representation.beta: {log", "representation.betta: {log",
      "41:9: error: `vae` has no field `betta` | did you mean `beta`?"),
    Case(
      "representation.beta: {log", "representation.beta.x: {log", "41:9: error: `beta` of `vae` has no parts"),
    Case(
      "representation.optimiser.method: {one", "representation.optimiser.methd: {one",
      "43:9: error: `optimiser` has no field `methd` | did you mean `method`?"),
    Case(
      "representation.beta: {log-uniform: [0.1, 10]}", "representation.updates: {uniform: [1, 10]}",
      "41:9: error: `updates` of `vae` cannot be searched over | fields that can be: beta, hidden, layers, optimiser"
    ),
    Case(
      "log-uniform: [0.1, 10]", "normal: [0.1, 10]",
      "41:31: error: there is no distribution `normal` | distributions: uniform, log-uniform, one-of"),
    Case(
      "log-uniform: [0.1, 10]", "log-unifrom: [0.1, 10]",
      "41:31: error: there is no distribution `log-unifrom` | did you mean `log-uniform`?"),
    Case(
      "{log-uniform: [0.1, 10]}", "[0.1, 10]",
      "41:30: error: a distribution must be a mapping with one of uniform, log-uniform, one-of, not a list | for example {uniform: [0, 1]}"
    ),
    Case(
      "{log-uniform: [0.1, 10]}", "{uniform: [0, 1], one-of: [1, 2]}",
      "41:30: error: a distribution must be a mapping with one of uniform, log-uniform, one-of, not a mapping of 2 keys | for example {uniform: [0, 1]}"
    ),
    Case(
      "log-uniform: [0.1, 10]", "log-uniform: [10, 0.1]",
      "41:44: error: the range of `beta` is empty: 10 is not below 0.1"),
    Case(
      "log-uniform: [0.1, 10]", "uniform: [3, 3]",
      "41:40: error: the range of `beta` is empty: 3 is not below 3"),
    Case(
      "log-uniform: [0.1, 10]", "log-uniform: [0, 10]",
      "41:45: error: `log-uniform` needs a lower bound above 0, but it is 0"),
    Case(
      "log-uniform: [0.1, 10]", "log-uniform: [0.1]",
      "41:44: error: `log-uniform` must be a list of two bounds, not one of 1"),
    Case(
      "log-uniform: [0.1, 10]", "log-uniform: 10",
      "41:44: error: `log-uniform` must be a list of two bounds, not 10"),
    Case(
      "log-uniform: [0.1, 10]", "log-uniform: [0.1, 1001]",
      "41:50: error: `beta` must be a number from 0 to 1000, but is 1001"),
    Case(
      "uniform: [16, 64]", "uniform: [16, 64.5]",
      "42:47: error: `hidden` must be a whole number from 1 to 8192, but is 64.5"),
    Case(
      "one-of: [adagrad, adam]", "one-of: [adam]",
      "43:51: error: `one-of` must be a list of at least two values, not a list of one"),
    Case(
      "one-of: [adagrad, adam]", "one-of: []",
      "43:51: error: `one-of` must be a list of at least two values, not an empty one"),
    Case(
      "one-of: [adagrad, adam]", "one-of: [adagrad, sgd]",
      "43:61: error: `method` must be one of adagrad, adam, but is the text `sgd`"),
    Case(
      "one-of: [adagrad, adam]", "uniform: [0, 1]",
      "43:43: error: `uniform` draws numbers, and `method` is one of adagrad, adam | use one-of"),
    Case(
      "{after: 0.1, keep: 0.5}", "{after: 0.1, keep: 1}",
      "44:33: error: `keep` must lie between 0 and 1, but is 1"),
    Case(
      "{after: 0.1, keep: 0.5}", "{after: 0.1, keep: 0}",
      "44:33: error: `keep` must lie between 0 and 1, but is 0"),
    Case(
      "{after: 0.1, keep: 0.5}", "{after: 0.1, keep: 1.5}",
      "44:33: error: `keep` must be a number from 0 to 1, but is 1.5"),
    Case(
      "{after: 0.1, keep: 0.5}", "{after: 0.5, keep: 0.5}",
      "44:47: error: `after` must grow from stop to stop, but 0.5 follows 0.5"),
    Case(
      "{after: 0.1, keep: 0.5}", "{after: 0.1}",
      "44:14: error: a stop needs `keep`: a number from 0 to 1 | share of the trials that go on"),
    Case(
      "[{after: 0.1, keep: 0.5}, {after: 0.5, keep: 0.25}]", "0.5",
      "44:13: error: a stop must be a mapping with after and keep, not 0.5 | for example {after: 0.25, keep: 0.5}"
    ),
    Case(
      "{held-out: 50}", "{held-outs: 50}",
      "45:20: error: `validation` has no field `held-outs` | did you mean `held-out`?"),
    Case("{held-out: 50}", "50", "45:19: error: `validation` must be a mapping, not 50"),
    Case(
      "{kind: vae, hidden: 7}", "pca",
      "38:5: error: `pca` cannot be searched: it is not trained update by update | those that can be: vae"),
    Case(
      "{kind: vae, hidden: 7}", "{kind: vae, hidden: 7, updates: 0}",
      "38:5: error: `updates` is 0: there is no training to search"),
    Case(
      "{kind: vae, hidden: 7}", "{kind: vae, hidden: 7, beta: 2}",
      "37:44: error: `beta` has a value here and is searched over | leave it out here, or out of the search"),
  ])
  func messages(_ sample: Case) {
    #expect(problems(Self.searched.with(sample.part, sample.replacement)) == sample.problems)
  }

  @Test func settingWhatIsNotThere() {
    #expect(
      problems(adding("  - {id: x, label: x, extends: vae, set: {search.trials: 5}}\n")) == [
        "46:43: error: `search.trials` cannot be set: the row has no search"
      ])
    #expect(
      problems(adding("  - {id: x, label: x, extends: truth, set: {search: ~}}\n")) == [
        "46:45: error: `search` cannot be set as a whole | give the row its own `search`"
      ])
    #expect(
      problems(adding("  - {id: x, label: x, extends: truth, set: {representation.beta: 3}}\n")) == [
        "46:45: error: `beta` has a value here and is searched over | leave it out here, or out of the search"
      ])
  }

  @Test func emptyAndMisshapenSearches() {
    func search(_ text: String) -> [String] {
      problems(
        sound.with(
          "representation: truth\n", "representation: {kind: vae, hidden: 7}\n    search: \(text)\n"))
    }
    #expect(
      search("5") == [
        "38:13: error: a search must be a mapping, not 5 | keys: trials, over, stop, validation"
      ])
    #expect(search("{trials: 5}") == ["38:13: error: a search needs `over`"])
    #expect(
      search("{trials: 5, over: {}}") == [
        "38:31: error: `over` must be a mapping from paths to distributions, not an empty one"
      ])
    #expect(
      search("{trials: 5, over: [beta]}") == [
        "38:31: error: `over` must be a mapping from paths to distributions, not a list"
      ])
  }

  @Test func aFamilyWithoutValidationDataSaysSo() {
    let bare = Vocabulary(
      datasets: vocabulary.datasets,
      representations: vocabulary.representations.map { Kind($0.name, $0.summary, fields: $0.fields) },
      metrics: vocabulary.metrics)
    let error = #expect(throws: ManifestError.self) {
      try ManifestFile.parse(text: Self.searched, path: "dsprites.yaml", vocabulary: bare)
    }
    #expect(
      error?.diagnostics.map(\.message) == [
        "the data set `dsprites` has no validation data to choose a trial by"
      ])
  }
}
