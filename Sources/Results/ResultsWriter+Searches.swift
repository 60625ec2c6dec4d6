import Files
import HDF5

extension ResultsWriter {
  func write(_ search: SearchOutcome, _ index: Int, to root: Group) throws {
    let group = try root.createGroup(ResultsFile.searchPath(search.row, search.repetition))
    try group.attributes.write(index, as: "index")
    try group.attributes.write(search.criterion, as: "criterion")
    try group.attributes.write(search.winner, as: "winner")
    try group.write(JSON.object(search.configuration).canonical, as: "configuration")
    try group.write(search.shares, as: "shares")
    try group.write(search.trials.map { JSON.object($0.values).canonical }, as: "values")
    try group.write(search.trials.map(\.scores.count), as: "reached")
    let scores = search.trials.flatMap { trial in
      search.shares.indices.map { $0 < trial.scores.count ? trial.scores[$0] ?? .nan : .nan }
    }
    try group.write(scores, as: "scores", shape: [search.trials.count, search.shares.count])
    // For plots: the parameters that are numbers, without JSON.
    let numeric = search.paths.filter { path in search.trials.allSatisfy { $0.values[path]?.double != nil } }
    guard !numeric.isEmpty else { return }
    let numbers = try group.write(
      search.trials.flatMap { trial in numeric.map { trial.values[$0]?.double ?? .nan } }, as: "numbers",
      shape: [search.trials.count, numeric.count])
    try numbers.attributes.write(numeric, as: "names")
  }

  func check(_ search: SearchOutcome) throws(ResultsError) {
    let object = "search of row \(search.row), repeat \(search.repetition)"
    guard search.trials.indices.contains(search.winner) else {
      throw .uneven(path, object, "trial \(search.winner) has won and there are \(search.trials.count)")
    }
    guard search.trials.allSatisfy({ (1...search.shares.count).contains($0.scores.count) }) else {
      throw .uneven(path, object, "a trial has no score, or more than the \(search.shares.count) shares")
    }
  }
}
