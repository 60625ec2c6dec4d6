import HDF5

extension ResultsWriter {
  /// Every outcome once, however many columns are statistics of it.
  func writeOutcomes(to root: Group) throws {
    var written: Set<String> = []
    for cell in results.cells {
      for repetition in cell.repeats {
        let path = ResultsFile.outcomesPath(cell.row, repetition.source)
        guard let outcomes = repetition.outcomes, written.insert(path).inserted else { continue }
        let group = try root.createGroup(path)
        try write(outcomes, to: group)
        if let selection = repetition.selection { try write(selection, to: group) }
      }
    }
  }

  private func write(_ outcomes: Outcomes, to group: Group) throws {
    try group.write(outcomes.classes, as: "classes")
    switch outcomes {
    case .answers(let answers):
      let count = answers.actual.count
      try group.write(answers.actual, as: "actual", shape: [count], layout: .compressed)
      try group.write(
        answers.predicted.flatMap { $0 }, as: "predicted", shape: [answers.predicted.count, count],
        layout: .compressed)
      guard let labelled = answers.labelled, let draw = labelled.first else { return }
      try group.write(
        labelled.flatMap { $0 }, as: "labelled", shape: [labelled.count, draw.count], layout: .compressed)
    case .confusions(let counts):
      let classes = counts.classes.count
      try group.write(
        counts.images.flatMap { $0.flatMap { $0 } }, as: "confusions",
        shape: [counts.images.count, outcomes.count, classes, classes + 1], layout: .compressed)
    }
  }

  private func write(_ selection: Selection, to parent: Group) throws {
    let group = try parent.createGroup("selection")
    try group.attributes.write(selection.parameter, as: "parameter")
    try group.attributes.write(selection.criterion, as: "criterion")
    try group.write(selection.draws.map(\.chosen), as: "chosen")
    // Draws may have left the search after different numbers of candidates.
    let width = selection.draws.map(\.candidates.count).max() ?? 0
    func padded(_ numbers: (Selection.Draw) -> [Double]) -> [Double] {
      selection.draws.flatMap { draw in
        let row = numbers(draw)
        return row + [Double](repeating: .nan, count: width - row.count)
      }
    }
    let shape = [selection.draws.count, width]
    try group.write(padded(\.candidates), as: "candidates", shape: shape)
    try group.write(padded { $0.scores.map { $0 ?? .nan } }, as: "scores", shape: shape)
  }
}

extension Outcomes {
  /// Whether every run has as many entries as there are items.
  var isEven: Bool {
    switch self {
    case .answers(let answers):
      answers.predicted.allSatisfy { $0.count == answers.actual.count }
        && Set((answers.labelled ?? []).map(\.count)).count < 2
    case .confusions(let counts):
      Set(counts.images.map(\.count)).count < 2
        && counts.images.joined().allSatisfy {
          $0.count == counts.classes.count * (counts.classes.count + 1)
        }
    }
  }
}
