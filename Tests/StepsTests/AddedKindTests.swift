import Datasets
import Files
import Foundation
import LinearAlgebra
import Manifest
import Pipeline
import Results
import TestSupport
import Testing

@testable import Steps

// What docs/add-a-row.md says, word for word; a test compares the two.
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

/// A classifier of one's own, from the documentation to a measured cell.
@Suite struct AddedKindTests {
  private var kinds: Kinds {
    var kinds = Kinds.standard
    kinds.classifiers.append(NearestMean.self)
    return kinds
  }

  @Test func theDocumentationShowsThisCode() throws {
    let document = try String(
      contentsOf: SchemaTests.root.appendingPathComponent("docs/add-a-row.md"), encoding: .utf8)
    let source = try String(contentsOf: URL(fileURLWithPath: #filePath), encoding: .utf8)
    let code = try #require(
      source.components(separatedBy: "// BEGIN\n").last?.components(separatedBy: "// END").first)
    #expect(document.contains("```swift\n\(code)```"))
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
    let data = try steps.data()
    let features = try steps.run(
      EncodeStep(kinds: kinds), ["kind": "pixels", "standardise": false], inputs: data, named: "pixels")
    let fit = try steps.run(
      FitStep(kinds: kinds),
      [
        "classifier": ["kind": "nearest-mean", "shrinkage": 0], "labels-per-class": 0, "draws": 1,
        "split": "test",
      ],
      inputs: data.merging(["features": features]) { $1 }, seed: 1, named: "fit")
    let score = try steps.run(
      ScoreStep(kinds: kinds), ["kind": "error-rate"], inputs: ["outcomes": fit], named: "score")
    // The colour of the square is the class, and the mean of a class has more of it.
    #expect(try ScoreOutput(folder: score).values[0] < 0.05)
  }
}
