import HDF5
import Manifest

/// Writes the groups of a results file.
struct ResultsWriter {
  let path: String
  let results: TableResults

  func write(to root: Group) throws {
    let experiment = results.experiment
    try root.attributes.write(ResultsFile.format, as: "format")
    try root.attributes.write(ResultsFile.layout, as: "layout")
    try root.attributes.write(experiment.table, as: "table")
    try root.attributes.write(experiment.title, as: "title")
    try root.attributes.write(experiment.profile, as: "profile")
    // A dataset: an attribute ends at 64 KiB.
    try root.write(try ResultsFile.text(of: experiment), as: "experiment")
    let rows = try root.createGroup("rows")
    for row in experiment.rows {
      let group = try rows.createGroup(row.id)
      try group.attributes.write(row.label, as: "label")
      for name in ResultsFile.groups { _ = try group.createGroup(name) }
    }
    for (index, cell) in results.cells.enumerated() { try write(cell, index, to: root) }
    try writeOutcomes(to: root)
    for (index, curve) in results.curves.enumerated() { try write(curve, index, to: root) }
    for (index, search) in results.searches.enumerated() { try write(search, index, to: root) }
    for (index, examples) in results.examples.enumerated() { try write(examples, index, to: root) }
    if !results.splits.isEmpty {
      let splits = try root.createGroup("splits")
      for (name, items) in results.splits.sorted(by: { $0.key < $1.key }) {
        try splits.write(items, as: name, shape: [items.count], layout: .compressed)
      }
    }
    let provenance = try root.createGroup("provenance")
    for (key, value) in results.provenance.sorted(by: { $0.key < $1.key }) {
      try provenance.attributes.write(value, as: key)
    }
  }

  private func write(_ cell: Cell, _ index: Int, to root: Group) throws {
    let group = try root.createGroup(ResultsFile.cellPath(cell.row, cell.column))
    try group.attributes.write(index, as: "index")
    if let statistic = cell.statistic { try group.attributes.write(statistic, as: "statistic") }
    let restarts = cell.repeats.first?.values.count ?? 0
    let values = try group.write(cell.values, as: "values", shape: [cell.repeats.count, restarts])
    if let column = results.experiment.column(cell.column) {
      try values.attributes.write(column.unit, as: "unit")
      try values.attributes.write(column.metric.json.canonical, as: "metric")
    }
    try group.write(cell.repeats.map(\.repetition), as: "repeat")
    try group.write(cell.repeats.map(\.step), as: "step")
    try writeDetails(of: cell, to: group)
    guard cell.repeats.contains(where: { $0.outcomes != nil }) else { return }
    try group.write(cell.repeats.map(\.source), as: "source")
  }

  private func write(_ examples: SceneExamples, _ index: Int, to root: Group) throws {
    let group = try root.createGroup(ResultsFile.examplesPath(examples.subject, examples.direction))
    try group.attributes.write(index, as: "index")
    for (name, pictures) in [("made", examples.made), ("read", examples.read)] {
      try group.write(
        [UInt8](pictures.bytes), as: name,
        shape: [pictures.count, pictures.height, pictures.width, SceneExamples.Pictures.channels],
        layout: .compressed)
    }
  }

  private func writeDetails(of cell: Cell, to group: Group) throws {
    let names = Set(cell.repeats.flatMap(\.details.keys)).sorted()
    guard !names.isEmpty else { return }
    let values = cell.repeats.flatMap { repetition in names.map { repetition.details[$0] ?? .nan } }
    let details = try group.write(values, as: "details", shape: [cell.repeats.count, names.count])
    try details.attributes.write(names, as: "names")
  }

  private func write(_ curve: TrainingCurve, _ index: Int, to root: Group) throws {
    let group = try root.createGroup(ResultsFile.trainingPath(curve.row, curve.repetition))
    try group.attributes.write(index, as: "index")
    try group.write(curve.updates, as: "updates")
    let series = try group.createGroup("series")
    for (name, values) in curve.series.sorted(by: { $0.key < $1.key }) { try series.write(values, as: name) }
    if let latentKL = curve.latentKL { try group.write(latentKL, as: "latent_kl") }
    let milestones = try group.createGroup("milestones")
    try milestones.write(curve.milestones.map(\.update), as: "update")
    try milestones.write(curve.milestones.map(\.score), as: "score")
    try write(curve.milestones.map(\.scores), as: "scores", to: milestones)
    try write(curve.milestones.map(\.collapseRatios), as: "collapse_ratios", to: milestones)
  }

  /// What milestones have by name: a dataset for each name, if there are any.
  private func write(_ values: [[String: Double]?], as name: String, to milestones: Group) throws {
    guard let names = values.first??.keys.sorted(), !names.isEmpty else { return }
    let group = try milestones.createGroup(name)
    for name in names { try group.write(values.map { $0?[name] ?? .nan }, as: name) }
  }
}

extension ResultsWriter {
  /// Throws for what the layout cannot hold, before anything is written.
  func check() throws(ResultsError) {
    let names =
      results.experiment.rows.map(\.id) + results.cells.flatMap { [$0.row, $0.column] }
      + results.curves.flatMap {
        [$0.row] + $0.series.keys.sorted() + ($0.milestones.first?.scores?.keys.sorted() ?? [])
          + ($0.milestones.first?.collapseRatios?.keys.sorted() ?? [])
      } + results.searches.map(\.row)
      + results.examples.map(\.direction) + results.splits.keys.sorted()
    for name in names where name.isEmpty || name == "." || name.contains("/") {
      throw ResultsError(
        "save", path, reason: "`\(name)` cannot name an object of an HDF5 file",
        advice: "Use letters, digits and hyphens for rows, columns and series.")
    }
    for cell in results.cells { try check(cell) }
    for curve in results.curves { try check(curve) }
    for search in results.searches { try check(search) }
    for examples in results.examples
    where !examples.made.isEven || !examples.read.isEven || examples.made.count != examples.read.count {
      throw .uneven(path, "examples of \(examples.direction)", "the pictures have other sizes than they say")
    }
    try requireDistinct(results.cells.map { ResultsFile.cellPath($0.row, $0.column) })
    try requireDistinct(results.curves.map { ResultsFile.trainingPath($0.row, $0.repetition) })
    try requireDistinct(results.searches.map { ResultsFile.searchPath($0.row, $0.repetition) })
    try requireDistinct(results.examples.map { ResultsFile.examplesPath($0.subject, $0.direction) })
  }

  private func check(_ cell: Cell) throws(ResultsError) {
    let object = "row \(cell.row), column \(cell.column)"
    guard Set(cell.repeats.map(\.values.count)).count < 2 else {
      throw .uneven(path, object, "the repeats have different numbers of values")
    }
    let outcomes = cell.repeats.compactMap(\.outcomes)
    guard outcomes.isEmpty || outcomes.count == cell.repeats.count, outcomes.allSatisfy(\.isEven) else {
      throw .uneven(path, object, "the repeats have different test items")
    }
  }

  private func check(_ curve: TrainingCurve) throws(ResultsError) {
    let object = "training of row \(curve.row), repeat \(curve.repetition)"
    guard curve.series.values.allSatisfy({ $0.count == curve.updates.count }) else {
      throw .uneven(path, object, "a series has not one value for each recorded update")
    }
    guard Set(curve.milestones.map { $0.scores?.keys.sorted() ?? [] }).count < 2 else {
      throw .uneven(path, object, "the milestones have different scores")
    }
    guard Set(curve.milestones.map { $0.collapseRatios?.keys.sorted() ?? [] }).count < 2 else {
      throw .uneven(path, object, "the milestones have different collapse ratios")
    }
  }

  private func requireDistinct(_ paths: [String]) throws(ResultsError) {
    var seen: Set<String> = []
    for object in paths where !seen.insert(object).inserted {
      throw ResultsError(
        "save", path, reason: "/\(object) would be written twice", advice: "Give each cell and each run once."
      )
    }
  }
}
