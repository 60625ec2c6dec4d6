import Datasets
import Files
import Foundation
import LinearAlgebra
import Manifest
import Metrics
import Pipeline
import Results
import TestSupport
import Testing

@testable import Steps

// What docs/add-a-row.md says, word for word; a test compares the two. AddedSetTests has its data set.
// BEGIN
/// The class whose mean is nearest.
struct NearestMean: Classifier {
  var shrinkage = 0.0

  static let name = "nearest-mean"
  static let summary = "the class whose mean feature vector is nearest"
  static let parameters: [Parameter<NearestMean>] = [
    Parameter("shrinkage", \.shrinkage, in: 0...1, "how far each mean is moved to the mean of all")
  ]

  func fit(_ task: ClassificationTask) throws -> ClassifierFit {
    let columns = task.features.columns
    var sums = [[Double]](repeating: [Double](repeating: 0, count: columns), count: task.classes)
    var counts = [Double](repeating: 0, count: task.classes)
    for row in 0..<task.features.rows {
      let label = task.labels[row]
      counts[label] += 1
      try task.features.withRows(row..<row + 1) { values in
        for (column, value) in values.enumerated() { sums[label][column] += Double(value) }
      }
    }
    let overall = (0..<columns).map { column in
      sums.reduce(0) { $0 + $1[column] } / Double(task.features.rows)
    }
    let means = (0..<task.classes).map { label in
      (0..<columns).map { column in
        (1 - shrinkage) * sums[label][column] / max(1, counts[label]) + shrinkage * overall[column]
      }
    }
    let predicted = try (0..<task.test.rows).map { row in
      try task.test.withRows(row..<row + 1) { values in
        let distances = means.map { mean in
          zip(values, mean).reduce(0) { $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1) }
        }
        return distances.indices.min { distances[$0] < distances[$1] } ?? 0
      }
    }
    return ClassifierFit(predicted: predicted)
  }
}
// END

// BEGIN
extension CodePool {
  /// The variance of each number of a code over all images of the pool, with divisor n.
  public func variances() -> [Double] {
    let first = codes(of: [0])
    var sums = [Double](repeating: 0, count: dimensions)
    var squares = sums
    // Block by block: binary codes take 32 times the memory as numbers.
    for start in stride(from: 0, to: count, by: 1024) {
      let block = codes(of: Array(start..<min(start + 1024, count)))
      for row in 0..<block.rows {
        for column in 0..<block.columns {
          // Differences from the first image: what never varies has a variance of exactly zero.
          let shifted = Double(block[row, column]) - Double(first[0, column])
          sums[column] += shifted
          squares[column] += shifted * shifted
        }
      }
    }
    let n = Double(count)
    return zip(sums, squares).map { sum, square in max(0, square - sum * sum / n) / n }
  }
}
// END

// BEGIN
/// As Burda, Grosse and Salakhutdinov (2016) count the active units of a model.
struct ActiveDimensions: CodeStatistic {
  var threshold = 0.01

  static let name = "active-dimensions"
  static let summary = "how many numbers of a code vary from image to image (Burda et al. 2016)"
  static let parameters: [Parameter<ActiveDimensions>] = [
    Parameter("threshold", \.threshold, in: 0...1e9, "the variance above which a number is active")
  ]

  func score(_ pool: CodePool, seed: UInt64) throws -> ScoreOutput {
    let variances = pool.variances()
    return ScoreOutput(
      values: [Double(variances.count { $0 > threshold })],
      details: ["mean-variance": variances.reduce(0, +) / Double(variances.count)])
  }
}
// END

/// A classifier and a metric of one's own, from the documentation to a measured cell.
@Suite struct AddedKindTests {
  private var kinds: Kinds {
    var kinds = Kinds.standard
    kinds.classifiers.append(NearestMean.self)
    kinds.statistics.append(ActiveDimensions.self)
    return kinds
  }

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: SchemaTests.root.appendingPathComponent(path), encoding: .utf8)
  }

  @Test(arguments: [("AddedKindTests", 3), ("AddedSetTests", 1)])
  func theDocumentationShowsThisCode(file: String, parts: Int) throws {
    let document = try Self.text("docs/add-a-row.md")
    let source = try Self.text("Tests/StepsTests/\(file).swift")
    let code = source.components(separatedBy: "// BEGIN\n").dropFirst()
      .compactMap { $0.components(separatedBy: "// END").first }
    #expect(code.count == parts)
    for part in code {
      #expect(document.contains("```swift\n\(part)```"), "\(part.prefix(80))")
    }
  }

  /// Whatever else it shows is a part of these files, indented as it may be.
  @Test func theDocumentationShowsNoOtherCodeThanIsCompiled() throws {
    func lines(_ text: String) -> String {
      text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: "\n")
    }
    let sources = try [
      "Tests/StepsTests/AddedKindTests.swift", "Tests/StepsTests/AddedSetTests.swift",
      "Sources/Steps/Representations/FixedFeatures.swift", "Sources/Results/OutcomeStatistic.swift",
    ].map { lines(try Self.text($0)) }
    let shown = try Self.text("docs/add-a-row.md").components(separatedBy: "```swift\n").dropFirst()
      .compactMap { $0.components(separatedBy: "```").first }.map(lines)
    #expect(shown.count >= 6)
    for code in shown {
      #expect(sources.contains { $0.contains(code) }, "\(code.prefix(80))")
    }
  }

  @Test func itIsAWordOfManifestsAndOfTheSchema() throws {
    let text = """
      table: tiny
      title: A table
      source: {paper: Nobody 2000, place: Table 0}
      dataset: cifar10
      columns:
        - {id: accuracy, label: Accuracy, better: higher, metric: accuracy,
           classifier: {kind: nearest-mean, shrinkage: 0.5}}
        - {id: errors, label: Errors, better: lower, metric: error-rate,
           classifier: {kind: nearest-mean, shrinkage: 0.5}}
      rows:
        - {id: pixels, label: Pixels, representation: pixels}
        - {id: own, label: Own, representation: pixels, classifier: nearest-mean}
      """
    let manifest = try ManifestFile.parse(text: text, path: "tiny.yaml", vocabulary: kinds.vocabulary)
    let plan = Planner(sources: DataSources(), kinds: kinds).plan(manifest.experiment(.quick))
    #expect(plan.steps.count { $0.kind == "fit" } == 2, "two columns share a fit, another row has its own")
    #expect(plan.steps.count { $0.kind == "encode" } == 1)
    #expect(JSONSchema.text(for: kinds.vocabulary).contains("nearest-mean"))
    #expect(throws: ManifestError.self) {
      try ManifestFile.parse(text: text, path: "tiny.yaml", vocabulary: Kinds.standard.vocabulary)
    }
  }

  @Test func itIsFittedAndScored() throws {
    let steps = try ClassificationStepTests()
    // The colour of the square is the class, and the mean of a class has more of it.
    #expect(try steps.errorsOfNearestMean(steps.data(), kinds)[0] < 0.05)
  }

  /// What a manifest becomes where these kinds are known.
  private func plan(_ text: String, _ kinds: Kinds) throws -> Plan {
    let manifest = try ManifestFile.parse(text: text, path: "tiny.yaml", vocabulary: kinds.vocabulary)
    return Planner(sources: DataSources(), kinds: kinds).plan(manifest.experiment(.quick))
  }

  private func identities(_ plan: Plan, _ kind: String) -> Set<String> {
    Set(plan.steps.filter { $0.kind == kind }.map(\.identity))
  }

  private static let codes = """
    table: tiny
    title: A table
    source: {paper: Nobody 2000, place: Table 0}
    dataset: {kind: dsprites, pool: 100}
    columns:
      - {id: active, label: Active, metric: active-dimensions}
      - {id: strict, label: Strict, metric: {kind: active-dimensions, threshold: 0.1}}
    rows:
      - {id: factors, label: Factors, representation: ground-truth}
    """

  @Test func aMetricIsAWordOfManifestsAndOfTheSchema() throws {
    let plan = try plan(Self.codes, kinds)
    #expect(identities(plan, "features").count == 1)
    #expect(identities(plan, "score").count == 2, "another threshold is another score of the same codes")
    #expect(JSONSchema.text(for: kinds.vocabulary).contains("active-dimensions"))
    #expect(throws: ManifestError.self) { try self.plan(Self.codes, .standard) }
  }

  private struct Revised: CodeStatistic {
    var threshold = 0.01

    static let name = ActiveDimensions.name
    static let summary = ActiveDimensions.summary
    static let revision = 2
    static let parameters: [Parameter<Revised>] = [Parameter("threshold", \.threshold, in: 0...1e9, "")]

    func score(_ pool: CodePool, seed: UInt64) throws -> ScoreOutput { ScoreOutput(values: [threshold]) }
  }

  @Test func aRevisionComputesTheScoresAnewAndNothingElse() throws {
    var revised = Kinds.standard
    revised.statistics.append(Revised.self)
    let (before, after) = (try plan(Self.codes, kinds), try plan(Self.codes, revised))
    #expect(identities(after, "score").isDisjoint(with: identities(before, "score")))
    #expect(identities(after, "features") == identities(before, "features"))
  }

  /// Of the five factors here one has a single value. The pixels are the numbers 1 to 24 in each of 64 rows: five bits vary.
  @Test(arguments: [("ground-truth", 4.0), ("constant", 0.0), ("raw-pixels", 320.0)])
  func aMetricIsScored(representation: String, active: Double) throws {
    let steps = try ClassificationStepTests()
    let grid = FactorGrid(names: FactorGrid.dSprites.names, sizes: [2, 1, 2, 2, 3])
    let words = (0..<grid.count).flatMap { image in
      [UInt64](repeating: UInt64(image) + 1, count: DSprites.wordsPerImage)
    }
    let data = steps.folder.path("data")
    try POSIXFileSystem().makeDirectories(data)
    try DSprites(packed: words, grid: grid, provenance: .other("made up")).save(
      to: "\(data)/\(DatasetStep.file)")
    let codes = try steps.run(
      FeaturesStep(kinds: kinds),
      ["representation": ["kind": .string(representation)], "pool": ["images": 0, "seed": "1"]],
      inputs: ["data": data], named: "codes")
    let score = try ScoreOutput(
      folder: steps.run(
        ScoreStep(kinds: kinds), ["kind": "active-dimensions", "threshold": 0.01],
        inputs: ["data": data, "features": codes], seed: 1, named: "score"))
    #expect(score.values == [active])
    if representation == "ground-truth" {
      // Three factors of two values, one of three, each scaled to 0...1.
      let mean = try #require(score.details["mean-variance"])
      #expect(abs(mean - (3 * 0.25 + 1.0 / 6) / 5) < 1e-12)
    }
  }
}

extension ClassificationStepTests {
  /// The error rates of the documentation's classifier on the pixels of these images.
  func errorsOfNearestMean(_ data: [String: String], _ kinds: Kinds) throws -> [Double] {
    let features = try run(
      EncodeStep(kinds: kinds), ["kind": "pixels", "standardise": false], inputs: data, named: "pixels")
    let fit = try run(
      FitStep(kinds: kinds),
      [
        "classifier": ["kind": "nearest-mean", "shrinkage": 0], "labels-per-class": 0, "draws": 1,
        "split": "test",
      ],
      inputs: data.merging(["features": features]) { $1 }, seed: 1, named: "fit")
    let score = try run(
      ScoreStep(kinds: kinds), ["kind": "error-rate"], inputs: ["outcomes": fit], named: "score")
    return try ScoreOutput(folder: score).values
  }
}
