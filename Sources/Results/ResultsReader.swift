import Files
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
    let isFirstLayout = layout < 2
    var results = TableResults(experiment: try experiment(isFirstLayout: isFirstLayout))
    var cells: [(index: Int, cell: Cell)] = []
    var curves: [(index: Int, curve: TrainingCurve)] = []
    var searches: [(index: Int, search: SearchOutcome)] = []
    var examples: [(index: Int, examples: SceneExamples)] = []
    for row in try groups(in: root.group("rows")) {
      let group = try root.group("rows/\(row)")
      if try group.contains("columns") {
        let outcomes = isFirstLayout ? [:] : try outcomes(in: group.group("outcomes"))
        for column in try groups(in: group.group("columns")) {
          var found = try cell(row, column, group.group("columns/\(column)"), outcomes)
          if isFirstLayout { try addFirstLayout(group.group("columns/\(column)"), to: &found.cell) }
          cells.append(found)
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
      if try group.contains(ResultsFile.examples) {
        for direction in try groups(in: group.group(ResultsFile.examples)) {
          examples.append(try self.examples(of: .row(row), direction))
        }
      }
    }
    if try root.contains(ResultsFile.examples) {
      for direction in try groups(in: root.group(ResultsFile.examples)) {
        for subject in [SceneExamples.Subject.input, .truth]
        where try root.contains(ResultsFile.examplesPath(subject, direction)) {
          examples.append(try self.examples(of: subject, direction))
        }
      }
    }
    results.cells = cells.sorted { $0.index < $1.index }.map(\.cell)
    results.curves = curves.sorted { $0.index < $1.index }.map(\.curve)
    results.searches = searches.sorted { $0.index < $1.index }.map(\.search)
    results.examples = examples.sorted { $0.index < $1.index }.map(\.examples)
    if try root.contains("splits") {
      let splits = try root.group("splits")
      for (name, _) in try splits.children() {
        results.splits[name.visible] = try splits.dataset(name).read(Int32.self)
      }
    }
    let provenance = try root.group("provenance").attributes
    for key in try provenance.names() {
      results.provenance[key.visible] = try provenance.read(key, as: String.self).visible
    }
    return results
  }

  private func experiment(isFirstLayout: Bool) throws -> Experiment {
    let text = try root.dataset("experiment").readScalar(String.self)
    let experiment: Experiment
    do {
      experiment = try JSONDecoder().decode(Experiment.self, from: Data(Self.visible(json: text).utf8))
    } catch {
      throw ResultsError.damaged(path, "its experiment cannot be decoded (\(error))")
    }
    try check(experiment)
    return isFirstLayout ? experiment.withFitsApart : experiment
  }

  /// What a manifest could not have said either, and nobody downstream expects.
  private func check(_ experiment: Experiment) throws(ResultsError) {
    for column in experiment.columns {
      try require(
        (0...12).contains(column.decimals), "column \(column.id) is printed with \(column.decimals) decimals")
    }
    for row in experiment.rows {
      try require(
        (1...10_000).contains(experiment.repeats(of: row)),
        "row \(row.id) has \(experiment.repeats(of: row)) repeats")
      for (column, claim) in row.published {
        try require(
          // As many as a number of 64 bits can have.
          (0...1100).contains(claim.decimals) && (0...1100).contains(claim.spreadDecimals ?? 0)
            && (claim.count ?? 0) >= 0,
          "the published \(column) of row \(row.id) has \(claim.decimals) decimals, \(claim.spreadDecimals ?? 0) in its "
            + "spread, of \(claim.count ?? 0) values")
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

  func groups(in group: Group) throws -> [String] {
    try group.children().filter { $0.kind == .group }.map(\.name)
  }

  private func cell(
    _ row: String, _ column: String, _ group: Group, _ outcomes: [String: FoundOutcomes]
  ) throws -> (index: Int, cell: Cell) {
    let values = try group.dataset("values")
    let repetitions = try group.dataset("repeat").read(Int.self)
    let steps = try group.dataset("step").read(String.self).map(\.visible)
    try require(
      values.shape.count == 2 && values.shape[0] == repetitions.count && steps.count == repetitions.count,
      "values, repeat and step of \(group.path) do not fit together")
    try requireRepetitions(repetitions, group)
    let sources =
      try group.contains("source") ? group.dataset("source").read(String.self).map(\.visible) : steps
    try require(sources.count == steps.count, "source of \(group.path) does not fit the repeats")
    if try group.contains("source") {
      try require(
        sources.allSatisfy { outcomes[$0] != nil }, "\(group.path) names outcomes that are not there")
    }
    let numbers = try values.read(Double.self)
    let details = try details(in: group, repeats: repetitions.count)
    let restarts = values.shape[1]
    let repeats = repetitions.indices.map { index in
      Cell.Repeat(
        repetition: repetitions[index], values: Array(numbers[index * restarts..<(index + 1) * restarts]),
        details: details[index], outcomes: outcomes[sources[index]]?.outcomes,
        selection: outcomes[sources[index]]?.selection, step: steps[index], source: sources[index])
    }
    let statistic =
      try group.attributes.contains("statistic")
      ? group.attributes.read("statistic", as: String.self) : nil
    let index = try group.attributes.read("index", as: Int.self)
    return (
      index,
      Cell(row: row.visible, column: column.visible, statistic: statistic?.visible, repeats: repeats)
    )
  }

  private func details(in group: Group, repeats: Int) throws -> [[String: Double]] {
    guard try group.contains("details") else { return Array(repeating: [:], count: repeats) }
    let dataset = try group.dataset("details")
    let names = try dataset.attributes.readArray("names", as: String.self).map(\.visible)
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
      series[name.visible] = values
    }
    let curve = TrainingCurve(
      row: row.visible, repetition: repetition, updates: updates, series: series,
      milestones: try milestones(in: group.group("milestones")),
      latentKL: try group.contains("latent_kl") ? try group.dataset("latent_kl").read(Double.self) : nil)
    return (try group.attributes.read("index", as: Int.self), curve)
  }

  private func examples(
    of subject: SceneExamples.Subject, _ direction: String
  ) throws -> (index: Int, examples: SceneExamples) {
    let group = try root.group(ResultsFile.examplesPath(subject, direction))
    let (made, read) = (try pictures("made", in: group), try pictures("read", in: group))
    try require(made.count == read.count, "made and read of \(group.path) do not fit together")
    var shown = subject
    if case .row(let row) = subject { shown = .row(row.visible) }
    return (
      try group.attributes.read("index", as: Int.self),
      SceneExamples(subject: shown, direction: direction.visible, made: made, read: read)
    )
  }

  private func pictures(_ name: String, in group: Group) throws -> SceneExamples.Pictures {
    let dataset = try group.dataset(name)
    let shape = dataset.shape
    // Before the bytes are asked for: the sizes are the file's word.
    try require(
      shape.count == 4 && shape[3] == SceneExamples.Pictures.channels
        && shape.allSatisfy { (1...4096).contains($0) }
        && shape.reduce(1, *) <= 1 << 28,
      "\(name) of \(group.path) are no pictures of three channels")
    return SceneExamples.Pictures(
      count: shape[0], height: shape[1], width: shape[2], bytes: Data(try dataset.read(UInt8.self)))
  }

  private func milestones(in group: Group) throws -> [TrainingCurve.Milestone] {
    let updates = try group.dataset("update").read(Int.self)
    let scores = try group.dataset("score").read(Double.self)
    try require(
      scores.count == updates.count, "update and score of \(group.path) do not fit together")
    let named = try byName("scores", in: group, milestones: updates.count)
    let collapse = try byName("collapse_ratios", in: group, milestones: updates.count)
    return updates.indices.map { index in
      var milestone = TrainingCurve.Milestone(update: updates[index], score: scores[index])
      milestone.scores = named?.mapValues { $0[index] }
      milestone.collapseRatios = collapse?.mapValues { $0[index] }
      return milestone
    }
  }

  /// What milestones have by name, if they have it.
  private func byName(_ kind: String, in group: Group, milestones: Int) throws -> [String: [Double]]? {
    guard try group.contains(kind) else { return nil }
    let family = try group.group(kind)
    var named: [String: [Double]] = [:]
    for (name, _) in try family.children() {
      let values = try family.dataset(name).read(Double.self)
      try require(values.count == milestones, "\(family.path)/\(name) does not fit the milestones")
      named[name.visible] = values
    }
    return named
  }

  func require(_ condition: Bool, _ reason: String) throws(ResultsError) {
    guard condition else { throw .damaged(path, reason) }
  }
}
