import Files
import Manifest
import Pipeline
import Testing

@testable import Steps

/// What plans say of steps that compute with networks.
@Suite struct NetworkKindsTests {
  private static let units = """
    table: tiny
    title: A table
    source: {paper: Nobody 2000, place: Table 0}
    dataset: cifar10
    columns:
      - {id: units, label: Units, metric: feature-units}
    rows:

    """

  private static func plan(_ rows: String) throws -> Plan { try SearchPlanTests.plan(units + rows) }

  /// A convolution on the processor would keep the device from all that its worker does afterwards.
  @Test func `released networks encode on the device, and pixels need none`() throws {
    let plan = try Self.plan(
      """
        - {id: released, label: Released, representation: released-discriminator}
        - {id: pixels, label: Pixels, representation: pixels}
      """)
    func devices(_ plan: Plan) -> [String?] { plan.steps.filter { $0.kind == "encode" }.map(\.device) }
    #expect(devices(plan) == [nil, nil])
    #expect(devices(plan.moved(to: "cuda")) == ["cuda", nil])
  }

  static let classifiers = """
    table: tiny
    title: A table
    source: {paper: Nobody 2000, place: Table 0}
    dataset: {kind: svhn, validation-images: 1000}
    columns:
      - {id: errors, label: Errors, metric: error-rate, classifier: l2-svm, labels-per-class: 10}
    rows:
      - id: cnn
        label: CNN
        representation: images
        classifier: {kind: cnn, updates: 10}
        search: {trials: 2, over: {classifier.learning-rate: {log-uniform: [1.0e-4, 1.0e-2]}}}

    """

  /// Those of networks that give features, and those that answer themselves.
  @Test(arguments: [SearchPlanTests.text, classifiers])
  func `the trials of a search are validated on the device`(text: String) throws {
    let plan = try SearchPlanTests.plan(text).moved(to: "cuda")
    let validations = plan.steps.filter { $0.kind == "validate" }
    #expect(!validations.isEmpty)
    for step in validations { #expect(step.device == "cuda", "\(step.label)") }
  }

  /// The distances between all seed patches alone are as many numbers of four bytes.
  @Test(arguments: [2000, 32_000])
  func `clusters need memory as the square of the seed patches`(seeds: Int) throws {
    let plan = try Self.plan(
      """
        - {id: exemplar, label: Exemplar, representation: {kind: exemplar-cnn, updates: 1, seeds: \(seeds),
           clusters: 10}}
      """)
    let needs = try #require(plan.steps.first { $0.kind == "clusters" }).needs
    let distances = 4 * seeds * seeds
    #expect(needs.memory > distances + (1 << 30))
    #expect(needs.memory < 2 * distances + (4 << 30))
  }

  /// An average that never takes up a gradient leaves weights that are no numbers, or does not move them.
  @Test func `moving averages take up something of every gradient`() {
    let vocabulary = Kinds.standard.vocabulary
    let rates = (vocabulary.representations + vocabulary.classifiers).flatMap { kind in
      kind.fields.filter { ["beta1", "smoothing"].contains($0.name) }
    }
    #expect(rates.count == 7)
    for rate in rates { #expect(!rate.type.admits(1) && rate.type.admits(0.9999), "\(rate.summary)") }
  }
}
