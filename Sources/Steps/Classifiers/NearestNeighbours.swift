import Files
import Learners
import LinearAlgebra
import Manifest

/// The most frequent class among the k nearest labelled items.
struct NearestNeighbours: Classifier {
  var k = [1]
  var validationDraws = 5

  static let name = "knn"
  static let summary = "k nearest neighbours, Euclidean; equally frequent classes go by the nearest item"
  static let parameters: [Parameter<NearestNeighbours>] = [
    Parameter(
      "k", \.k, each: 1...100_000,
      "how many neighbours vote; of several numbers the best on the validation split is taken"),
    .validationDraws(\.validationDraws, in: 1...1000),
  ]
  static let rules: [Kind.Rule] = [
    ValidationChoice.rule("k") { ($0["k"]?.array?.count ?? 0) > 1 },
    .where("several numbers as `k`", isRead: "validation-draws", of: NearestNeighbours.self) {
      ($0["k"]?.array?.count ?? 0) > 1
    },
    .drawsLabels,
  ]

  var takesChance: Bool { false }

  var choice: ValidationChoice? {
    guard Set(k).count > 1 else { return nil }
    return ValidationChoice(
      parameter: "k", candidates: Set(k).sorted().map(Double.init), draws: validationDraws)
  }

  func judge(_ task: ClassificationTask, on validation: LabelledRows) throws -> [Double?] {
    let values = Set(k).sorted()
    try task.progress("neighbours of \(validation.labels.count) validation images")
    return try predict(task, validation.features, k: values).map(validation.accuracy)
  }

  func fit(_ task: ClassificationTask) throws -> ClassifierFit {
    let chosen = task.chosen.map { Int($0) } ?? k[0]
    try task.progress("neighbours of \(task.test.rows) images")
    return ClassifierFit(predicted: try predict(task, task.test, k: [chosen])[0])
  }

  private func predict(_ task: ClassificationTask, _ queries: any RowSource, k: [Int]) throws -> [[Int]] {
    func predict(_ features: some RowSource, _ queries: some RowSource) throws -> [[Int]] {
      guard task.standardise else {
        return try KNN(features, labels: task.labels, classes: task.classes).predict(queries, k: k)
      }
      let scaling = try FeatureScaling.fit(features)
      return try KNN(
        ScaledRows(features, by: scaling), labels: task.labels, classes: task.classes
      ).predict(ScaledRows(queries, by: scaling), k: k)
    }
    return try predict(task.features, queries)
  }
}

extension Parameter {
  static func validationDraws(
    _ path: WritableKeyPath<Root, Int> & Sendable, in range: ClosedRange<Int>, added: Bool = false
  ) -> Parameter {
    Parameter(
      "validation-draws", path, in: range, added: added,
      "draws of labels over which candidates are judged on the validation split"
        + (range.lowerBound == 0 ? "; 0 judges them on the labels of each draw" : ""))
  }
}
