import Datasets
import Files
import Manifest
import Pipeline
import TestSupport
import Testing

@testable import Steps

@Suite struct ClassificationPlanTests {
  static let text = """
    table: tiny
    title: A table
    source: {paper: Nobody 2000, place: Table 0}
    dataset: cifar10
    columns:
      - {id: accuracy, label: Accuracy, unit: "%", better: higher, metric: accuracy,
         classifier: {kind: l2-svm, folds: 0}}
      - {id: few, label: Few, unit: "%", better: higher, aggregate: draws,
         metric: accuracy, classifier: {kind: l2-svm, folds: 2}, labels-per-class: 4, draws: 3}
      - {id: wrong, label: Errors, unit: "%", better: lower, metric: error-rate,
         classifier: {kind: l2-svm, folds: 0}}
      - {id: units, label: Units, metric: feature-units}
    rows:
      - {id: kmeans, label: K-means, representation: {kind: kmeans, centroids: 10}}
      - {id: hard, extends: kmeans, label: Hard, set: {representation.assignment: hard}}
      - {id: dcgan, label: DCGAN, representation: {kind: dcgan, updates: 10}}
      - {id: pixels, label: Pixels, representation: pixels}
    """

  func plan(_ sources: DataSources = DataSources(), _ text: String = text) throws -> Plan {
    let manifest = try ManifestFile.parse(
      text: text, path: "tiny.yaml", vocabulary: Kinds.standard.vocabulary)
    return Planner(sources: sources).plan(manifest.experiment(.quick))
  }

  func steps(_ plan: Plan, _ kind: String) -> [Step] { plan.steps.filter { $0.kind == kind } }

  @Test func howPatchesAreAssignedDoesNotChangeWhatIsLearned() throws {
    let plan = try plan()
    #expect(steps(plan, "dictionary").count == 1)
    #expect(steps(plan, "encode").count == 4)
    // Four rows in two protocols; two columns are statistics of the same answers.
    #expect(steps(plan, "fit").count == 8)
    #expect(steps(plan, "score").count == 16)
    #expect(steps(plan, "train").count == 1)
  }

  @Test func aColumnMayBeOfSomeRowsAlone() throws {
    let text = Self.text.replacing(
      "metric: feature-units}", with: "metric: feature-units, rows: [hard, pixels]}")
    let units = try plan(DataSources(), text).targets.filter { $0.name == "units" }
    #expect(units.map(\.row) == ["hard", "pixels"])
  }

  @Test func layersOfKMeansAreEncodedOnTheProcessor() throws {
    let text = Self.text.replacing(
      "  - {id: pixels",
      with: """
          - {id: layers, label: Layers, representation: {kind: layered-kmeans, centroids: 8, groups: 2,
             group-maps: 4, group-centroids: 3}}
          - {id: pixels
        """)
    let encodings = steps(try plan(DataSources(), text), "encode").filter {
      $0.parameters["kind"] == "layered-kmeans"
    }
    #expect(encodings.map(\.needs.device) == [false])
  }

  @Test func everyRowIsScoredOnTheSameDraws() throws {
    let seeds = Set(steps(try plan(), "fit").map(\.seed))
    #expect(seeds.count == 1)
  }

  /// A fit without chance on features without chance is one measurement in all repeats.
  @Test func whatTakesNoChanceIsComputedOnce() throws {
    let text = Self.text.replacing("columns:", with: "repeats: 3\ncolumns:")
      .replacing("{kind: l2-svm, folds: 0}", with: "{kind: l2-svm, folds: 0, C: [0.01]}")
    let fits = steps(try plan(DataSources(), text), "fit").filter { $0.label.contains("pixels") }
    #expect(fits.count { $0.label.contains("accuracy") } == 1)
    #expect(fits.count { $0.label.contains("few") } == 3)
  }

  @Test func otherImagesAreAnotherInput() throws {
    let before = try plan(
      DataSources(fingerprints: ["cifar10/train": "aa", "cifar10/test": "aa", "imagenet/train": "bb"]))
    let after = try plan(
      DataSources(fingerprints: ["cifar10/train": "aa", "cifar10/test": "aa", "imagenet/train": "cc"]))
    // Only the GAN is trained on ImageNet.
    let changed = Set(after.steps.map(\.identity)).subtracting(before.steps.map(\.identity))
    let labels = after.steps.filter { changed.contains($0.identity) }.map(\.label)
    #expect(labels.count > 3)
    #expect(labels.allSatisfy { $0.contains("dcgan") || $0.contains("imagenet") }, "\(labels)")
  }

  @Test func whatIsDeclaredOfASetIsFoundWhereverItsImagesLie() throws {
    let folder = try TemporaryDirectory()
    try folder.file("tiny-imagenet-32/train/n01/a.JPEG", [1])
    try Catalogue.entry("tiny-imagenet").declare(deviation: "200 classes", in: folder.path)
    // A set of the same kind that is not there, and the declaration of another set.
    try Catalogue.entry("imagenet").declare(deviation: "another", in: folder.path)
    #expect(ImageNetSet().declaredDeviation(in: folder.path) == "200 classes")
    #expect(CIFAR10Set().declaredDeviation(in: folder.path) == nil)
    try folder.file("imagenet/train/n01/a.JPEG", [1])
    #expect(ImageNetSet().declaredDeviation(in: folder.path) == "another")
  }

  @Test func rowsThatDropFeaturesShareTheirNetworkAndItsPictures() throws {
    let text = Self.text.replacing(
      "  - {id: pixels",
      with: "  - {id: part, extends: dcgan, label: Part, set: {representation.layers: [2]}}\n  - {id: pixels")
    let (whole, part) = (try plan(), try plan(DataSources(), text))
    #expect(steps(part, "train").map(\.identity) == steps(whole, "train").map(\.identity))
    #expect(steps(part, "encode").count == steps(whole, "encode").count + 1)
    #expect(part.targets.filter { $0.role == .figure || $0.role == .model }.allSatisfy { $0.row != "part" })
  }

  @Test func everyKindOfStepIsRegistered() throws {
    for step in try plan().steps {
      #expect(Kinds.standard.registry[step.kind]?.version == step.version, "\(step.kind)")
    }
  }

  @Test func wordsOfAnotherFamilyAreNamedAsSuch() throws {
    let wrong = Self.text.replacing(
      "representation: pixels", with: "representation: {kind: vae, beta: 1, updates: 1}")
    let error = #expect(throws: ManifestError.self) { try plan(DataSources(), wrong) }
    #expect(
      error?.description.contains("the representation `vae` does not go with the data set `cifar10`") == true)
  }
}
