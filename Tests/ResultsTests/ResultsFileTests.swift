import Files
import Foundation
import HDF5
import Manifest
import TestSupport
import Testing

@testable import Results

@Suite struct ResultsFileTests {
  private let folder: TemporaryDirectory
  private let path: String

  init() throws {
    folder = try TemporaryDirectory()
    path = folder.path("results.h5")
  }

  static func experiment() -> Experiment {
    Experiment(
      table: "t", title: "A table – with a dash", source: Source(paper: "P", place: "Table 1"),
      profile: "desk",
      dataset: Configured(kind: "d", parameters: ["pool": 10, "share": 0.25]), repeats: 2, seed: .max,
      columns: [
        Column(
          id: "score", label: "Score", unit: "%", better: .higher, metric: Configured(kind: "m"),
          tolerance: 0.1),
        Column(id: "mig", label: "MIG", metric: Configured(kind: "mig"), aggregate: .topHalf),
      ],
      rows: [
        Row(
          id: "b", label: "beta-VAE β", published: ["score": Claim(value: 99.23, spread: 0.1, doubts: ["d"])],
          representation: Configured(kind: "vae", parameters: ["beta": 4]), deviations: ["fewer updates"]),
        Row(id: "a", label: "", group: .control, representation: Configured(kind: "c"), extends: "b"),
      ],
      expectations: [Expectation(left: "b", relation: .greater, right: "a", column: "score")])
  }

  static func results() -> TableResults {
    var results = TableResults(experiment: experiment())
    let items = Outcomes.answers(
      Answers(classes: ["x", "y"], actual: [0, 1, 1], predicted: [[0, 1, 0], [1, 1, 1]]))
    results.cells = [
      Cell(
        row: "b", column: "score", statistic: "accuracy",
        repeats: [
          Cell.Repeat(
            repetition: 0, values: [1.0 / 3, 2], details: ["k": -0.5], outcomes: items, step: "abc"),
          Cell.Repeat(
            repetition: 2, values: [.pi, 1e-300], details: ["k": 1, "l/m": 2], outcomes: items, step: "def"),
        ]),
      // Not the order of the names: the order of cells is kept.
      Cell(row: "a", column: "score", repeats: [Cell.Repeat(repetition: 0, values: [5], step: "s")]),
      Cell(row: "a", column: "mig", repeats: []),
    ]
    results.curves = [
      TrainingCurve(
        row: "b", repetition: 10, updates: [1, 2], series: ["loss": [3, 2.5], "kl": [0, 1]],
        milestones: [.init(update: 0, score: 0.25), .init(update: 2, score: 0.5)], latentKL: [2, 3]),
      TrainingCurve(row: "b", repetition: 2, updates: [], series: [:], milestones: []),
      TrainingCurve(
        row: "a", repetition: 0, updates: [4], series: ["loss": [1]],
        milestones: [
          .init(
            update: 4, scores: ["a-to-b": 0.25, "b-to-a": 0.75],
            collapseRatios: ["a-to-b": 0.5, "b-to-a": 1.25])
        ]),
    ]
    results.searches = [
      SearchOutcome(
        row: "b", repetition: 1, criterion: "accuracy – on 3 images", shares: [0.1, 1.0 / 3, 1],
        trials: [
          .init(values: ["rate": 1e-300, "shape": [1, 2], "flag": true], scores: [0.1, 0.2, nil]),
          .init(values: ["rate": 2, "shape": [3], "flag": false], scores: [nil]),
          .init(values: ["rate": 0.1, "shape": [], "flag": true], scores: [0.3, 1.0 / 3, 0.5]),
        ], winner: 2, configuration: ["rate": 0.1, "kind": "x", "nested": ["a": .null]]),
      SearchOutcome(
        row: "a", repetition: 0, criterion: "", shares: [1], trials: [.init(values: [:], scores: [0])],
        winner: 0, configuration: [:]),
    ]
    func pictures(_ count: Int, height: Int, width: Int, from first: Int) -> SceneExamples.Pictures {
      SceneExamples.Pictures(
        count: count, height: height, width: width,
        bytes: Data((0..<count * height * width * 3).map { UInt8(($0 + first) % 256) }))
    }
    results.examples = [SceneExamples.Subject.row("b"), .truth, .input, .row("a")].enumerated().map {
      SceneExamples(
        subject: $1, direction: $0 == 1 ? "a-to-b" : "b-to-a",
        made: pictures(2, height: 3, width: 4, from: $0),
        read: pictures(2, height: 6, width: 8, from: 100 * $0))
    }
    results.provenance = ["data": "rendered", "step/train": "version 1", "empty": ""]
    return results
  }

  @Test func `splits are kept as they were drawn`() throws {
    var results = Self.results()
    results.splits = [
      "validation": [7, 3, .max, 0], "of one item": [41], "draw 2 of \u{201C}x\u{201D}": Array(0..<10_000),
    ]
    try results.save(to: path)
    let read = try TableResults(file: path)
    #expect(read.splits == results.splits)
    #expect(read == results)
    // What another process has read has them too.
    #expect(try TableResults(message: read.message()) == results)
    results.splits["a/b"] = [0]
    let error = #expect(throws: ResultsError.self) { try results.save(to: path) }
    #expect(error?.description.contains("`a/b` cannot name an object of an HDF5 file") == true)
    #expect(try TableResults(file: path) == read)
  }

  @Test func factsOfSeveralSittingsAreSaidOnce() {
    #expect(TableResults.united(["a; b", "b; a"]) == "a; b")
    #expect(TableResults.united(["Xeon", "Xeon, family 6; EPYC"]) == "Xeon, family 6; EPYC")
    #expect(TableResults.united(["a"]) == "a")
    // Another model is another machine, though its name has the first one's in it.
    #expect(TableResults.united(["EPYC, model 1", "EPYC, model 17"]) == "EPYC, model 1; EPYC, model 17")
  }

  @Test func picturesAreOfTheirSize() throws {
    var results = Self.results()
    results.examples[0].made.bytes.removeLast()
    let error = #expect(throws: ResultsError.self) { try results.save(to: path) }
    #expect(error?.reason.contains("the pictures have other sizes than they say") == true)
  }

  @Test func roundTripLosesNothing() throws {
    try Self.results().save(to: path)
    #expect(try TableResults(file: path) == Self.results())
    let empty = TableResults(experiment: Self.experiment())
    try empty.save(to: path)
    #expect(try TableResults(file: path) == empty)
  }

  @Test func equalResultsHaveEqualBytes() throws {
    try Self.results().save(to: path)
    try Self.results().save(to: folder.path("again.h5"))
    let files = POSIXFileSystem()
    #expect(try files.contents(of: path) == files.contents(of: folder.path("again.h5")))
  }

  @Test func layoutIsTheDocumentedOne() throws {
    try Self.results().save(to: path)
    let root = try HDF5File(reading: path).root
    #expect(try root.attributes.read("format", as: String.self) == "retable results")
    #expect(try root.attributes.read("layout", as: Int.self) == 3)
    #expect(try root.attributes.read("profile", as: String.self) == "desk")
    let cell = try root.group("rows/b/columns/score")
    #expect(try cell.dataset("values").shape == [2, 2])
    #expect(try cell.dataset("values").attributes.read("unit", as: String.self) == "%")
    #expect(try cell.dataset("source").read(String.self) == ["abc", "def"])
    let outcomes = try root.group("rows/b/outcomes/abc")
    #expect(try outcomes.dataset("predicted").shape == [2, 3])
    #expect(try outcomes.dataset("predicted").type == .uint8)
    #expect(try root.dataset("rows/b/training/repeat-10/latent_kl").read(Double.self) == [2, 3])
    #expect(try root.dataset("rows/b/training/repeat-10/series/loss").read(Double.self) == [3, 2.5])
    #expect(try root.dataset("rows/b/examples/b-to-a/read").shape == [2, 6, 8, 3])
    #expect(try root.dataset("examples/a-to-b/truth/made").shape == [2, 3, 4, 3])
    #expect(try root.dataset("examples/b-to-a/input/made").type == .uint8)
    let search = try root.group("rows/b/search/repeat-1")
    #expect(try search.attributes.read("winner", as: Int.self) == 2)
    #expect(try search.dataset("reached").read(Int.self) == [3, 1, 3])
    #expect(try search.dataset("scores").shape == [3, 3])
    #expect(try search.dataset("scores").read(Double.self).map(\.isNaN).filter { $0 }.count == 4)
    #expect(try search.dataset("numbers").read(Double.self) == [1e-300, 2, 0.1])
    #expect(try search.dataset("numbers").attributes.readArray("names", as: String.self) == ["rate"])
    #expect(try search.dataset("values").read(String.self)[1] == #"{"flag":false,"rate":2,"shape":[3]}"#)
  }

  @Test func aMissingFileIsAnError() {
    #expect(throws: HDF5Error.self) { try TableResults(file: path) }
  }

  @Test func everyTruncationIsAnError() throws {
    try Self.results().save(to: path)
    let bytes = try POSIXFileSystem().contents(of: path)
    for count in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 40)) {
      try folder.file("cut.h5", bytes.prefix(count))
      #expect(throws: (any Error).self) { try TableResults(file: folder.path("cut.h5")) }
    }
  }

  private func message(_ body: () throws -> Void) -> String? {
    #expect(throws: ResultsError.self, performing: body)?.description
  }

  @Test func aForeignFileIsAnError() throws {
    try HDF5File.write(to: path) { try $0.write([1.0], as: "x") }
    #expect(
      message { _ = try TableResults(file: path) }
        == "cannot read \(path): it is an HDF5 file, but not one with the results of a table. "
        + "Name a results.h5 that `retable run` has written.")
  }

  @Test func aNewerLayoutIsAnError() throws {
    try HDF5File.write(to: path) {
      try $0.attributes.write("retable results", as: "format")
      try $0.attributes.write(4, as: "layout")
    }
    #expect(
      message { _ = try TableResults(file: path) }
        == "cannot read \(path): it has layout 4, and this program knows layouts up to 3. "
        + "Read it with a newer version of retable.")
  }

  @Test func contradictionsAreErrors() throws {
    func write(_ fill: (Group) throws -> Void) throws {
      try HDF5File.write(to: path) { root in
        try root.attributes.write("retable results", as: "format")
        try root.attributes.write(1, as: "layout")
        try root.write(try ResultsFile.text(of: Self.experiment()), as: "experiment")
        try root.createGroup("provenance")
        try root.createGroup("rows")
        try fill(root)
      }
    }
    func cell(_ root: Group, repeats: Int, classes: [String]) throws {
      let cell = try root.createGroup("rows/b/columns/score")
      try cell.attributes.write(0, as: "index")
      try cell.write([1.0], as: "values", shape: [1, 1])
      try cell.write(Array(0..<repeats), as: "repeat")
      try cell.write(["s"], as: "step")
      let items = try cell.createGroup("items")
      try items.write(classes, as: "classes")
      try items.write([UInt8(2)], as: "actual", shape: [1, 1])
      try items.write([UInt8(0)], as: "predicted", shape: [1, 1, 1])
    }
    try write { try cell($0, repeats: 2, classes: ["x", "y", "z"]) }
    #expect(
      message { _ = try TableResults(file: path) }
        == "cannot read \(path): values, repeat and step of /rows/b/columns/score do not fit together. "
        + "The file is damaged or was changed by hand: make it again with `retable run`.")
    try write { try cell($0, repeats: 1, classes: ["x", "y"]) }
    #expect(
      message { _ = try TableResults(file: path) }?.contains(
        "/rows/b/columns/score/items names a class beyond the 2 it lists") == true)
    func search(_ root: Group, winner: Int, reached: [Int]) throws {
      let search = try root.createGroup("rows/b/search/repeat-0")
      try search.attributes.write(0, as: "index")
      try search.attributes.write("c", as: "criterion")
      try search.attributes.write(winner, as: "winner")
      try search.write([0.5, 1], as: "shares")
      try search.write(["{}", "[]"], as: "values")
      try search.write(reached, as: "reached")
      try search.write([0, 0, 0, 0.0], as: "scores", shape: [2, 2])
      try search.write("{}", as: "configuration")
    }
    for (winner, reached, reason) in [
      (2, [1, 2], "the winner of /rows/b/search/repeat-0 is none of its trials"),
      (0, [1, 3], "values, reached, scores and shares of /rows/b/search/repeat-0 do not fit together"),
      (0, [1], "values, reached, scores and shares of /rows/b/search/repeat-0 do not fit together"),
      (0, [1, 2], "/rows/b/search/repeat-0 holds `[]`, which is no JSON object"),
    ] {
      try write { try search($0, winner: winner, reached: reached) }
      #expect(message { _ = try TableResults(file: path) }?.contains(reason) == true, "\(reason)")
    }
    for (shape, reason) in [
      ([2, 2, 3], "made of /rows/b/examples/d are no pictures of three channels"),
      ([2, 1, 2, 3], "made and read of /rows/b/examples/d do not fit together"),
    ] {
      try write { root in
        let examples = try root.createGroup("rows/b/examples/d")
        try examples.attributes.write(0, as: "index")
        try examples.write([UInt8](repeating: 0, count: 12), as: "made", shape: shape)
        try examples.write([UInt8](repeating: 0, count: 12), as: "read", shape: [1, 2, 2, 3])
      }
      #expect(message { _ = try TableResults(file: path) }?.contains(reason) == true, "\(reason)")
    }
    try write { try $0.createGroup("rows/b/search/first") }
    #expect(
      message { _ = try TableResults(file: path) }?.contains("/rows/b/search/first is not named") == true)
    try write { try $0.createGroup("rows/b/training/first") }
    #expect(
      message { _ = try TableResults(file: path) }?.contains(
        "/rows/b/training/first is not named repeat-<number>") == true)
  }

  @Test func anUnreadableExperimentIsAnError() throws {
    try HDF5File.write(to: path) {
      try $0.attributes.write("retable results", as: "format")
      try $0.attributes.write(1, as: "layout")
      try $0.write("{}", as: "experiment")
    }
    #expect(
      message { _ = try TableResults(file: path) }?.contains("its experiment cannot be decoded") == true)
  }

  @Test func unevenRepeatsAreNotSaved() {
    var results = Self.results()
    results.cells[0].repeats[1].values = [1]
    #expect(
      message { try results.save(to: path) }
        == "cannot save \(path): row b, column score: the repeats have different numbers of values. "
        + "Repeats of one cell are measured by one protocol: check the step that scores it.")
    results = Self.results()
    results.cells[0].repeats[1].outcomes = nil
    #expect(message { try results.save(to: path) }?.contains("different test items") == true)
    results = Self.results()
    results.curves[0].series["kl"] = [1]
    #expect(message { try results.save(to: path) }?.contains("one value for each recorded update") == true)
    results = Self.results()
    results.cells.append(results.cells[0])
    #expect(message { try results.save(to: path) }?.contains("would be written twice") == true)
    results = Self.results()
    results.searches[0].winner = 3
    #expect(
      message { try results.save(to: path) }?.contains("trial 3 has won and there are 3") == true)
    results = Self.results()
    results.searches[0].trials[1].scores = []
    #expect(message { try results.save(to: path) }?.contains("a trial has no score") == true)
    results = Self.results()
    results.cells[0].row = "a/b"
    #expect(message { try results.save(to: path) }?.contains("`a/b` cannot name an object") == true)
  }
}
