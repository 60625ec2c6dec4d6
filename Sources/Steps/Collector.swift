import Datasets
import Files
import Foundation
import Manifest
import Pipeline
import Results

/// Gathers the artifacts of a plan into the table's results.
public struct Collector {
  let plan: Plan
  let store: Store
  let experiment: Experiment
  let sources: DataSources
  let kinds: Kinds
  /// The targets that are gathered; what no row is named by is always.
  private let targets: [Target]

  /// - Parameter wholeRepeats: whether a repeat of a row counts only where the store has every score of it, as in a record; to
  ///   be shown, it counts as far as it is.
  public init(
    plan: Plan, store: Store, experiment: Experiment, sources: DataSources, kinds: Kinds = .standard,
    wholeRepeats: Bool = false
  ) {
    var unfinished: [String: Set<Int>] = [:]
    if wholeRepeats {
      for target in plan.targets where target.role == .score && !store.holds(target.identity) {
        unfinished[target.row, default: []].insert(target.repetition)
      }
    }
    targets = plan.targets.filter {
      unfinished[$0.row]?.contains($0.repetition) != true && store.holds($0.identity)
    }
    self.kinds = kinds
    self.plan = plan
    self.store = store
    self.experiment = experiment
    self.sources = sources
  }

  /// Whatever is in the store; a cell without all its repeats holds those there are.
  public func collect() throws -> TableResults {
    var results = TableResults(experiment: experiment)
    var cells: [String: Cell] = [:]
    // Columns of a row are statistics of one fit, which may hold a matrix of counts for every image.
    var fits: [String: FitOutput] = [:]
    for target in targets {
      switch target.role {
      case .score:
        let key = "\(target.row)/\(target.name)"
        let column = column(target.name)
        var cell = cells[key] ?? Cell(row: target.row, column: target.name, repeats: [])
        cell.repeats.append(try repetition(target, column, &fits))
        // A column that shows another number than the metric's own follows from no items.
        let showsValue = column.metric.parameters["report"] == nil
        cell.statistic =
          showsValue && cell.repeats.contains { $0.outcomes != nil }
          ? kinds.itemStatistic(column.metric.kind)?.name : nil
        cells[key] = cell
      case .model:
        var curve = try JSONDecoder().decode(
          TrainingCurve.self, from: Data(try contents(target, MilestoneStep.file)))
        curve.row = target.row
        curve.repetition = target.repetition
        results.curves.append(curve)
      case .search:
        var search = try JSONDecoder().decode(
          SearchOutcome.self, from: Data(try contents(target, WinnerStep.file)))
        search.row = target.row
        search.repetition = target.repetition
        results.searches.append(search)
      case .examples:
        var examples = try JSONDecoder().decode(
          SceneExamples.self, from: Data(try contents(target, ExamplesStep.file)))
        if case .row = examples.subject { examples.subject = .row(target.row) }
        // What the rows were given is the same for all.
        if results.examples(of: examples.subject, examples.direction) == nil {
          results.examples.append(examples)
        }
      case .figure, .instrument: break
      }
    }
    for row in experiment.rows {
      for column in experiment.columns {
        if let cell = cells["\(row.id)/\(column.id)"] { results.cells.append(cell) }
      }
    }
    results.provenance = try provenance()
    results.splits = try splits()
    return results
  }

  /// The pictures of rows that are measured, by file name; one that several rows would show is the first one's.
  public func figures() throws -> [String: [UInt8]] {
    var figures: [String: [UInt8]] = [:]
    var shown: Set<String> = []
    let unmeasured = unmeasuredRows
    for target in targets
    where target.role == .figure && !unmeasured.contains(target.row)
      && shown.insert(target.identity).inserted
    {
      figures[target.name] = try picture(target)
    }
    return figures
  }

  /// Rows without any number. Steps of theirs may be in the store for the sake of other rows.
  private var unmeasuredRows: Set<String> {
    let measured = targets.filter { $0.role == .score }.map(\.row)
    return Set(experiment.rows.map(\.id)).subtracting(measured)
  }

  /// The steps that what is measured comes from.
  private var usedSteps: Set<String> {
    let unmeasured = unmeasuredRows
    return steps(of: targets.filter { !unmeasured.contains($0.row) })
  }

  /// The steps of these targets and all that they are made from.
  private func steps(of targets: [Target]) -> Set<String> {
    var found: Set<String> = []
    var next = targets.map(\.identity)
    while let identity = next.popLast() {
      guard found.insert(identity).inserted, let step = plan.step(identity) else { continue }
      next += step.inputs.values
    }
    return found
  }

  /// The metric's own values, or the one of its numbers that the column names.
  static func values(of score: ScoreOutput, shownBy column: Column) throws -> [Double] {
    guard let named = column.metric.parameters["report"]?.string else { return score.values }
    guard let value = score.details[named] else {
      throw StepsError(
        .failed,
        "the column `\(column.id)` shows `\(named)`, which its metric has not measured; it has "
          + score.details.keys.sorted().joined(separator: ", "))
    }
    return [value]
  }

  private func column(_ id: String) -> Column {
    guard let column = experiment.column(id) else {
      preconditionFailure("the plan scores a column '\(id)' that its experiment does not have")
    }
    return column
  }

  private func repetition(
    _ target: Target, _ column: Column, _ fits: inout [String: FitOutput]
  ) throws -> Cell.Repeat {
    let score = try ScoreOutput(folder: store.artifact(target.identity))
    let values = try Self.values(of: score, shownBy: column)
    let fit = plan.step(target.identity)?.inputs["outcomes"]
    if let fit, fits[fit] == nil { fits[fit] = try FitOutput(folder: store.artifact(fit)) }
    let fitted = fit.flatMap { fits[$0] }
    return Cell.Repeat(
      repetition: target.repetition, values: values.map { $0 * column.scale }, details: score.details,
      outcomes: fitted?.outcomes ?? score.items.map(Outcomes.answers), selection: fitted?.selection,
      step: target.identity, source: fit)
  }

  /// The artifacts of the table's own splits that the store holds, by split.
  private var images: [String: String] {
    var folders: [String: String] = [:]
    for step in plan.steps
    where step.kind == ImagesStep().name && step.parameters["set"]?.string == experiment.dataset.kind {
      guard let split = (step.parameters["part"] ?? step.parameters["split"])?.string,
        store.holds(step.identity)
      else { continue }
      folders[split] = store.artifact(step.identity)
    }
    return folders
  }

  /// Which images the drawn parts of the table's own splits have.
  private func splits() throws -> [String: [Int32]] {
    try images.compactMapValues { folder in
      let path = "\(folder)/\(ImagesStep.itemsFile)"
      guard try POSIXFileSystem().exists(path) else { return nil }
      return try JSON.read([Int32].self, at: path)
    }
  }

  private func provenance() throws -> [String: String] {
    var facts: [String: String] = [:]
    var environment: [String: Set<String>] = [:]
    let used = usedSteps
    let read = dataSets(of: used)
    // What was declared of a set, and what was found out when it was read.
    var found = sources.deviations.filter { read.contains($0.key) }.mapValues { [$0] }
    // Pictures and curves decide no number.
    let deciding = steps(of: plan.targets.filter { $0.role == .score })
    for step in plan.steps {
      if deciding.contains(step.identity) { facts["step \(step.kind)"] = "version \(step.version)" }
      guard used.contains(step.identity), let record = try? store.record(step.identity) else { continue }
      if let fact = dataFact(of: step) {
        facts[fact.name] = fact.text
        found[fact.set, default: []] += fact.deviations.filter { found[fact.set]?.contains($0) != true }
      }
      for (name, version) in record.run.environment { environment[name, default: []].insert(version) }
      environment["device", default: []].insert(record.run.device)
    }
    for identity in Set(plan.targets.filter { $0.role == .instrument }.map(\.identity)) {
      facts[TableResults.instrumentKey(identity)] = try? store.record(identity).outputs[TrainStep.weights]?
        .sha256
    }
    for (split, folder) in images {
      facts[TableResults.imagesKey(experiment.dataset.kind, split)] =
        try ImageCollection.recordedDigest(ofFile: "\(folder)/\(ImagesStep.file)")
    }
    for (set, deviations) in found where !deviations.isEmpty {
      facts[TableResults.deviationKey(set)] = deviations.joined(separator: "; ")
    }
    for row in experiment.rows {
      let further = furtherSets(of: row).sorted().flatMap { found[$0] ?? [] }
      guard !further.isEmpty else { continue }
      facts[TableResults.deviationKey(ofRow: row.id)] = further.joined(separator: "; ")
    }
    for (name, versions) in environment { facts[name] = TableResults.united(versions.sorted()) }
    return facts
  }

  private struct DataFact {
    let name: String
    let text: String
    let set: String
    let deviations: [String]
  }

  /// The set that a data step reads.
  private static func dataSet(of step: Step) -> String? {
    guard let kind = dataSteps.first(where: { $0.name == step.kind }) else { return nil }
    return step.parameters["set"]?.string ?? step.parameters["kind"]?.string
      ?? kind.source(of: step)?.set.name
  }

  /// The sets that some steps read.
  private func dataSets(of steps: Set<String>) -> Set<String> {
    Set(plan.steps.filter { steps.contains($0.identity) }.compactMap { Self.dataSet(of: $0) })
  }

  /// The sets that a row's numbers come from beside the table's own and the one whose images it names, such as weights
  /// that others have trained.
  private func furtherSets(of row: Row) -> Set<String> {
    let named = [experiment.dataset.kind, row.representation.parameters["images"]?.string].compactMap { $0 }
    return dataSets(of: steps(of: targets.filter { $0.role == .score && $0.row == row.id }))
      .subtracting(named)
  }

  /// Whether a row's numbers come from the table's own images and nothing else: no other set, no weights or files of others.
  public func readsOwnImagesAlone(_ row: String) -> Bool {
    let behind = steps(of: plan.targets.filter { $0.role == .score && $0.row == row })
    return dataSets(of: behind).isSubset(of: [experiment.dataset.kind])
      && !plan.steps.contains {
        behind.contains($0.identity) && !$0.sources.isEmpty && Self.dataSet(of: $0) == nil
      }
  }

  /// Where the images of a data step came from, and how they differ from the published ones: what it wrote about them.
  private func dataFact(of step: Step) -> DataFact? {
    guard let set = Self.dataSet(of: step) else { return nil }
    let name: String
    switch step.kind {
    case DatasetStep().name: name = "data"
    case ImagesStep().name:
      let split = step.parameters["part"]?.string ?? step.parameters["split"]?.string ?? ""
      name = ["data", set, split].joined(separator: " ")
    case ScenesStep().name:
      // A split is packed at several sizes, with and without classes.
      let (split, truth) = (step.parameters["split"]?.string ?? "", step.parameters["truth"]?.string ?? "")
      name = "data \(set) \(split) \(step.parameters["side"]?.int ?? 0) px, classes \(truth)"
    default: return nil
    }
    let path = "\(store.artifact(step.identity))/\(DatasetStep.provenanceFile)"
    guard let bytes = try? POSIXFileSystem().contents(of: path) else { return nil }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    // One by one, so that what is true of several splits is said once.
    return DataFact(
      name: name, text: lines.first ?? "", set: set,
      deviations: lines.dropFirst().flatMap { $0.components(separatedBy: "; ") })
  }

  /// A picture step leaves one picture.
  private func picture(_ target: Target) throws -> [UInt8] {
    let names = try POSIXFileSystem().sortedNames(in: store.artifact(target.identity))
    guard let name = names.first(where: { $0.hasSuffix(".png") }) else {
      throw StepsError(.corruptInput, "the artifact of \(target.name) holds no picture; verify the store")
    }
    return try contents(target, name)
  }

  private func contents(_ target: Target, _ file: String) throws -> [UInt8] {
    try POSIXFileSystem().contents(of: "\(store.artifact(target.identity))/\(file)")
  }
}
