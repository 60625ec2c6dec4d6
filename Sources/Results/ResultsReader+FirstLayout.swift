import Files
import HDF5
import Manifest

/// Layout 1, in which every cell had test items of its own and what was chosen stood among its details.
extension ResultsReader {
  func addFirstLayout(_ group: Group, to cell: inout Cell) throws {
    for index in cell.repeats.indices {
      cell.repeats[index].selection = Self.takeSelection(
        from: &cell.repeats[index].details, draws: cell.repeats[index].values.count)
    }
    guard try group.contains("items") else { return }
    let items = try group.group("items")
    let classes = try items.dataset("classes").read(String.self).map(\.visible)
    let actual = try items.dataset("actual")
    let predicted = try items.dataset("predicted")
    let repeats = cell.repeats.count
    try require(
      actual.shape.count == 2 && actual.shape[0] == repeats && predicted.shape.count == 3
        && predicted.shape[0] == repeats && predicted.shape[2] == actual.shape[1],
      "actual and predicted of \(items.path) do not fit together")
    let truth = rows(try actual.read(UInt8.self), actual.shape)
    let guesses = try runs(predicted.read(UInt8.self), predicted.shape)
    try require(
      (truth.joined().max() ?? 0) < max(1, classes.count)
        && (guesses.joined().joined().max() ?? 0) < max(1, classes.count),
      "\(items.path) names a class beyond the \(classes.count) it lists")
    var labelled: [[[Int32]]]?
    if try items.contains("labelled") {
      let dataset = try items.dataset("labelled")
      try require(
        dataset.shape.count == 3 && dataset.shape[0] == repeats,
        "labelled of \(items.path) does not fit the repeats")
      labelled = runs(try dataset.read(Int32.self), dataset.shape)
    }
    // Every metric that kept its test items then was a share of right answers.
    cell.statistic = OutcomeStatistic.accuracy.name
    for index in cell.repeats.indices {
      cell.repeats[index].outcomes = .answers(
        Answers(
          classes: classes, actual: truth[index], predicted: guesses[index], labelled: labelled?[index]))
    }
  }

  private func runs<Element>(_ elements: [Element], _ shape: [Int]) -> [[[Element]]] {
    rows(elements, [shape[0], shape[1] * shape[2]]).map { rows($0, [shape[1], shape[2]]) }
  }

  /// Takes the chosen C and the validation curve out of the details. The curve was a mean over draws.
  private static func takeSelection(from details: inout [String: Double], draws: Int) -> Selection? {
    let prefix = "validation at C = "
    let curve = details.keys.filter { $0.hasPrefix(prefix) }.compactMap { name in
      Double(name.dropFirst(prefix.count)).map { (name: name, candidate: $0) }
    }.sorted { $0.candidate < $1.candidate }
    let names = draws == 1 ? ["C"] : (0..<draws).map { "C, draw \($0)" }
    let chosen = names.compactMap { details[$0] }
    guard !curve.isEmpty, chosen.count == names.count else { return nil }
    let scores = curve.map { details[$0.name] }
    for name in names + curve.map(\.name) { details[name] = nil }
    return Selection(
      parameter: "C", criterion: Selection.heldOutLabels,
      draws: chosen.map {
        Selection.Draw(candidates: curve.map(\.candidate), scores: scores, chosen: $0)
      })
  }
}

extension Selection {
  /// What a linear classifier's weight is judged by.
  public static let heldOutLabels = "accuracy on held-out training labels"
}

extension Experiment {
  /// The experiment as it is written since fits and scores are apart: `test-accuracy` was both.
  var withFitsApart: Experiment {
    var experiment = self
    for index in experiment.columns.indices where columns[index].metric.kind == "test-accuracy" {
      var classifier = columns[index].metric.parameters
      let labels = classifier.removeValue(forKey: "labels-per-class")?.int ?? 0
      let draws = classifier.removeValue(forKey: "draws")?.int ?? 1
      let kind = classifier.removeValue(forKey: "classifier")?.string ?? "l2-svm"
      experiment.columns[index].metric = Configured(kind: OutcomeStatistic.accuracy.name)
      experiment.columns[index].classifier = Configured(kind: kind, parameters: classifier)
      experiment.columns[index].labelsPerClass = labels > 0 ? labels : nil
      experiment.columns[index].draws = draws > 1 ? draws : nil
    }
    return experiment
  }
}
