import Foundation
import HDF5
import Manifest

/// Reads the groups of a results file, and trusts none of them.
struct ResultsReader {
  let path: String
  let root: Group

  func read() throws -> TableResults {
    guard try root.attributes.contains("format"),
      try root.attributes.read("format", as: String.self) == ResultsFile.format
    else { throw ResultsError.foreign(path) }
    let layout = try root.attributes.read("layout", as: Int.self)
    guard layout <= ResultsFile.layout else { throw ResultsError.newer(path, layout: layout) }
    var results = TableResults(experiment: try experiment())
    var cells: [(index: Int, cell: Cell)] = []
    var curves: [(index: Int, curve: TrainingCurve)] = []
    var searches: [(index: Int, search: SearchOutcome)] = []
    for row in try groups(in: root.group("rows")) {
      let group = try root.group("rows/\(row)")
      if try group.contains("columns") {
        for column in try groups(in: group.group("columns")) {
          cells.append(try cell(row, column, group.group("columns/\(column)")))
        }
      }
      if try group.contains("training") {
        for name in try groups(in: group.group("training")) {
          curves.append(try curve(row, name, group.group("training/\(name)")))
        }
      }
      if try group.contains("search") {
        for name in try groups(in: group.group("search")) {
          searches.append(try search(row, name, group.group("search/\(name)")))
        }
      }
    }
    results.cells = cells.sorted { $0.index < $1.index }.map(\.cell)
    results.curves = curves.sorted { $0.index < $1.index }.map(\.curve)
    results.searches = searches.sorted { $0.index < $1.index }.map(\.search)
    let provenance = try root.group("provenance").attributes
    for key in try provenance.names() { results.provenance[key] = try provenance.read(key, as: String.self) }
    return results
  }

  private func experiment() throws -> Experiment {
    let text = try root.dataset("experiment").readScalar(String.self)
    let experiment: Experiment
    do {
      experiment = try JSONDecoder().decode(Experiment.self, from: Data(text.utf8))
    } catch {
      throw ResultsError.damaged(path, "its experiment cannot be decoded (\(error))")
    }
    try check(experiment)
    return experiment
  }

  /// What a manifest could not have said either, and nobody downstream expects.
  private func check(_ experiment: Experiment) throws(ResultsError) {
    for column in experiment.columns {
      try require(
        (0...12).contains(column.decimals), "column \(column.id) is printed with \(column.decimals) decimals")
    }
    for row in experiment.rows {
      for (column, claim) in row.published {
        try require(
          // As many as a number of 64 bits can have.
          (0...1100).contains(claim.decimals) && (claim.count ?? 0) >= 0,
          "the published \(column) of row \(row.id) has \(claim.decimals) decimals, of \(claim.count ?? 0) values"
        )
      }
    }
    for (what, names) in [("row", experiment.rows.map(\.id)), ("column", experiment.columns.map(\.id))] {
      try require(Set(names).count == names.count, "a \(what) is there twice")
    }
  }

  /// Repeats are counted from 0; people read the number after.
  func requireRepetitions(_ repetitions: [Int], _ group: Group) throws(ResultsError) {
    try require(
      repetitions.allSatisfy { (0..<1_000_000).contains($0) },
      "\(group.path) counts its repeats otherwise than from 0")
  }

  private func groups(in group: Group) throws -> [String] {
    try group.children().filter { $0.kind == .group }.map(\.name)
  }

  private func cell(_ row: String, _ column: String, _ group: Group) throws -> (index: Int, cell: Cell) {
    let values = try group.dataset("values")
    let repetitions = try group.dataset("repeat").read(Int.self)
    let steps = try group.dataset("step").read(String.self)
    try require(
      values.shape.count == 2 && values.shape[0] == repetitions.count && steps.count == repetitions.count,
      "values, repeat and step of \(group.path) do not fit together")
    try requireRepetitions(repetitions, group)
    let numbers = try values.read(Double.self)
    let details = try details(in: group, repeats: repetitions.count)
    let items = try items(in: group, repeats: repetitions.count, restarts: values.shape[1])
    let restarts = values.shape[1]
    let repeats = repetitions.indices.map { index in
      Cell.Repeat(
        repetition: repetitions[index], values: Array(numbers[index * restarts..<(index + 1) * restarts]),
        details: details[index], items: items?[index], step: steps[index])
    }
    let index = try group.attributes.read("index", as: Int.self)
    return (index, Cell(row: row, column: column, repeats: repeats))
  }

  private func details(in group: Group, repeats: Int) throws -> [[String: Double]] {
    guard try group.contains("details") else { return Array(repeating: [:], count: repeats) }
    let dataset = try group.dataset("details")
    let names = try dataset.attributes.readArray("names", as: String.self)
    try require(dataset.shape == [repeats, names.count], "details of \(group.path) do not fit the repeats")
    let values = try dataset.read(Double.self)
    return (0..<repeats).map { index in
      var details: [String: Double] = [:]
      for (name, value) in zip(names, values[(index * names.count)...]) where !value.isNaN {
        details[name] = value
      }
      return details
    }
  }

  private func items(in group: Group, repeats: Int, restarts: Int) throws -> [Items]? {
    guard try group.contains("items") else { return nil }
    let outcomes = try group.group("items")
    let classes = try outcomes.dataset("classes").read(String.self)
    let actual = try outcomes.dataset("actual")
    let predicted = try outcomes.dataset("predicted")
    try require(
      actual.shape.count == 2 && actual.shape[0] == repeats && predicted.shape.count == 3
        && predicted.shape[0] == repeats && predicted.shape[2] == actual.shape[1],
      "actual and predicted of \(outcomes.path) do not fit together")
    let count = actual.shape[1]
    let answers = predicted.shape[1]
    let truth = try actual.read(UInt8.self)
    let guesses = try predicted.read(UInt8.self)
    try require(
      (truth.max() ?? 0) < max(1, classes.count) && (guesses.max() ?? 0) < max(1, classes.count),
      "\(outcomes.path) names a class beyond the \(classes.count) it lists")
    let labelled = try labelled(in: outcomes, repeats: repeats)
    return (0..<repeats).map { index in
      Items(
        classes: classes, actual: Array(truth[index * count..<(index + 1) * count]),
        predicted: (0..<answers).map { restart in
          let start = (index * answers + restart) * count
          return Array(guesses[start..<start + count])
        }, labelled: labelled?[index])
    }
  }

  private func labelled(in outcomes: Group, repeats: Int) throws -> [[[Int32]]]? {
    guard try outcomes.contains("labelled") else { return nil }
    let dataset = try outcomes.dataset("labelled")
    try require(
      dataset.shape.count == 3 && dataset.shape[0] == repeats,
      "labelled of \(outcomes.path) does not fit the repeats")
    let (draws, count) = (dataset.shape[1], dataset.shape[2])
    let indices = try dataset.read(Int32.self)
    return (0..<repeats).map { index in
      (0..<draws).map { draw in
        let start = (index * draws + draw) * count
        return Array(indices[start..<start + count])
      }
    }
  }

  private func curve(
    _ row: String, _ name: String, _ group: Group
  ) throws -> (index: Int, curve: TrainingCurve) {
    guard name.hasPrefix("repeat-"), let repetition = Int(name.dropFirst("repeat-".count)) else {
      throw ResultsError.damaged(path, "\(group.path) is not named repeat-<number>")
    }
    try requireRepetitions([repetition], group)
    let updates = try group.dataset("updates").read(Int.self)
    var series: [String: [Double]] = [:]
    let seriesGroup = try group.group("series")
    for (name, _) in try seriesGroup.children() {
      let values = try seriesGroup.dataset(name).read(Double.self)
      try require(values.count == updates.count, "\(seriesGroup.path)/\(name) does not fit the updates")
      series[name] = values
    }
    let curve = TrainingCurve(
      row: row, repetition: repetition, updates: updates, series: series,
      milestones: try milestones(in: group.group("milestones")))
    return (try group.attributes.read("index", as: Int.self), curve)
  }

  private func milestones(in group: Group) throws -> [TrainingCurve.Milestone] {
    let updates = try group.dataset("update").read(Int.self)
    let scores = try group.dataset("score").read(Double.self)
    let divergences = try group.dataset("latent_kl")
    try require(
      scores.count == updates.count && divergences.shape.count == 2 && divergences.shape[0] == updates.count,
      "update, score and latent_kl of \(group.path) do not fit together")
    let latents = divergences.shape[1]
    let values = try divergences.read(Double.self)
    return updates.indices.map { index in
      TrainingCurve.Milestone(
        update: updates[index], score: scores[index],
        latentKL: Array(values[index * latents..<(index + 1) * latents]))
    }
  }

  func require(_ condition: Bool, _ reason: String) throws(ResultsError) {
    guard condition else { throw .damaged(path, reason) }
  }
}
