import HDF5

/// Outcomes with what was chosen on the way.
typealias FoundOutcomes = (outcomes: Outcomes, selection: Selection?)

extension ResultsReader {
  /// The outcomes of a row, by the identity of the step that left them.
  func outcomes(in group: Group) throws -> [String: FoundOutcomes] {
    var found: [String: FoundOutcomes] = [:]
    for name in try groups(in: group) {
      let part = try group.group(name)
      let selection = try part.contains("selection") ? selection(in: part.group("selection")) : nil
      found[name] = (
        try part.contains("confusions") ? .confusions(confusions(in: part)) : .answers(answers(in: part)),
        selection
      )
    }
    return found
  }

  private func answers(in group: Group) throws -> Answers {
    let classes = try group.dataset("classes").read(String.self).map(\.visible)
    let actual = try group.dataset("actual").read(UInt8.self)
    let predicted = try group.dataset("predicted")
    try require(
      predicted.shape.count == 2 && predicted.shape[1] == actual.count,
      "actual and predicted of \(group.path) do not fit together")
    let guesses = try predicted.read(UInt8.self)
    try require(
      (actual.max() ?? 0) < max(1, classes.count) && (guesses.max() ?? 0) < max(1, classes.count),
      "\(group.path) names a class beyond the \(classes.count) it lists")
    var labelled: [[Int32]]?
    if try group.contains("labelled") {
      let dataset = try group.dataset("labelled")
      try require(dataset.shape.count == 2, "labelled of \(group.path) is no list of draws")
      labelled = rows(try dataset.read(Int32.self), dataset.shape)
    }
    return Answers(
      classes: classes, actual: actual, predicted: rows(guesses, predicted.shape), labelled: labelled)
  }

  private func confusions(in group: Group) throws -> ConfusionCounts {
    let classes = try group.dataset("classes").read(String.self).map(\.visible)
    let dataset = try group.dataset("confusions")
    let shape = dataset.shape
    try require(
      shape.count == 4 && shape[2] == classes.count && shape[3] == classes.count + 1,
      "confusions of \(group.path) do not fit its classes")
    let counts = try dataset.read(Int32.self)
    let size = shape[2] * shape[3]
    return ConfusionCounts(
      classes: classes,
      images: rows(counts, [shape[0], shape[1] * size]).map { rows($0, [shape[1], size]) })
  }

  private func selection(in group: Group) throws -> Selection {
    let chosen = try group.dataset("chosen").read(Double.self)
    let candidates = try group.dataset("candidates")
    let scores = try group.dataset("scores")
    try require(
      candidates.shape.count == 2 && candidates.shape == scores.shape && candidates.shape[0] == chosen.count,
      "chosen, candidates and scores of \(group.path) do not fit together")
    let tried = rows(try candidates.read(Double.self), candidates.shape)
    let judged = rows(try scores.read(Double.self), scores.shape)
    return Selection(
      parameter: try group.attributes.read("parameter", as: String.self).visible,
      criterion: try group.attributes.read("criterion", as: String.self).visible,
      draws: chosen.indices.map { draw in
        let known = zip(tried[draw], judged[draw]).filter { !$0.0.isNaN }
        return Selection.Draw(
          candidates: known.map(\.0), scores: known.map { $0.1.isNaN ? nil : $0.1 }, chosen: chosen[draw])
      })
  }

  /// The rows of a matrix whose shape the library has checked against its elements.
  func rows<Element>(_ elements: [Element], _ shape: [Int]) -> [[Element]] {
    (0..<shape[0]).map { Array(elements[$0 * shape[1]..<($0 + 1) * shape[1]]) }
  }
}
