import Datasets
import Files
import Manifest
import Pipeline
import Results
import TestSupport
import Testing

@testable import Steps

/// What is gathered from artifacts that were made by hand.
@Suite struct CollectorTests {
  let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private static let text = """
    table: tiny
    title: A table
    source: {paper: Nobody 2000, place: Table 0}
    dataset: cifar10
    columns:
      - {id: units, label: Units, metric: feature-units}
    rows:
      - {id: pixels, label: Pixels, representation: pixels}
    """

  private static let released = "dcgan-released-weights"

  /// A table whose steps have left something, but for those of some labels.
  private func collector(
    _ text: String, declared deviations: [String: String] = [:], lacking: String? = nil,
    wholeRepeats: Bool = false
  ) throws -> Collector {
    let experiment = try ManifestFile.parse(
      text: text, path: "tiny.yaml", vocabulary: Kinds.standard.vocabulary
    ).experiment(.quick)
    var sources = DataSources()
    sources.deviations = deviations
    let plan = Planner(sources: sources).plan(experiment)
    let store = Store(root: folder.path("store"))
    for step in plan.steps where step.label != lacking && !store.holds(step.identity) {
      let output = folder.path("output-\(step.identity)")
      try POSIXFileSystem().makeDirectories(output)
      switch step.kind {
      case "images":
        try ImageCollection(
          pixels: [0, 1, 2], channels: 3, height: 1, width: 1, labels: [0], classes: ["a"], provenance: "tiny"
        ).save(to: "\(output)/\(ImagesStep.file)")
        try DurableFile.write("tiny\n", to: "\(output)/\(ImagesStep.provenanceFile)")
      case "score": try ScoreOutput(values: [1]).save(in: output)
      case "fit":
        try FitOutput(outcomes: .answers(Answers(classes: ["a", "b"], actual: [0], predicted: [[0]])))
          .save(in: output)
      default: try DurableFile.write("", to: "\(output)/made")
      }
      _ = try store.commit(
        step, from: output,
        run: RunFacts(
          seconds: 0, peakMemory: 0, finished: "", host: "", threads: 1, device: "cpu", environment: [:]))
    }
    return Collector(
      plan: plan, store: store, experiment: experiment, sources: sources, wholeRepeats: wholeRepeats)
  }

  private func results(_ text: String, declared deviations: [String: String]) throws -> TableResults {
    try collector(text, declared: deviations).collect()
  }

  /// A record has no repeat by half; what is shown of a run that was interrupted has.
  @Test func aRepeatThatLacksAScoreIsNotOneForTheRecord() throws {
    let text =
      Self.text.replacing(
        "metric: feature-units}",
        with: "metric: feature-units}\n  - {id: right, label: Right, metric: accuracy, classifier: l2-svm}")
      + "\n  - {id: constant, label: A constant, representation: constant}\n"
    let lacking = "score pixels, repeat 1: right"
    func cells(wholeRepeats: Bool) throws -> [String] {
      try collector(text, lacking: lacking, wholeRepeats: wholeRepeats).collect().cells.map {
        "\($0.row)/\($0.column)"
      }
    }
    #expect(
      try cells(wholeRepeats: false)
        == ["pixels/units", "constant/units", "constant/right"])
    #expect(try cells(wholeRepeats: true) == ["constant/units", "constant/right"])
  }

  @Test func whatIsDeclaredOfWeightsIsADeviationOfTheRowsThatReadThem() throws {
    let declared = [Self.released: "conv5 is missing", "cifar10": "from JPEG", "stl10": "never read"]
    let text = Self.text + "\n  - {id: released, label: Released, representation: released-discriminator}\n"
    let results = try results(text, declared: declared)
    #expect(results.cells.count == 2)
    #expect(results.deviations == ["from JPEG"])
    #expect(results.experiment.rows.map { results.deviations(of: $0) } == [[], ["conv5 is missing"]])
    #expect(
      results.provenance.filter { $0.key.hasPrefix(TableResults.deviationKey("")) } == [
        "deviation cifar10": "from JPEG", "deviation \(Self.released)": "conv5 is missing",
        "deviation of row released": "conv5 is missing",
      ])
  }

  @Test func whatIsDeclaredOfASetThatNoRowReadsIsNotSaid() throws {
    let results = try results(Self.text, declared: [Self.released: "conv5 is missing"])
    #expect(results.cells.count == 1)
    #expect(results.provenance.keys.allSatisfy { !$0.hasPrefix(TableResults.deviationKey("")) })
  }
}
