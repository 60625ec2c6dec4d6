import Files
import Manifest

/// The measured table with its evidence: what `results.h5` holds.
public struct TableResults: Sendable, Codable, Equatable {
  public var experiment: Experiment
  /// Measured cells, in the order of rows, then columns.
  public var cells: [Cell] = []
  /// What happened during training, for rows that train.
  public var curves: [TrainingCurve] = []
  /// What the random searches tried, for rows that were searched.
  public var searches: [SearchOutcome] = []
  /// What rows make of a few test scenes, where they make images of scenes.
  public var examples: [SceneExamples] = []
  /// Facts that decide numbers: data origin, step versions. Nothing that differs between two equal runs.
  public var provenance: [String: String] = [:]
  /// Which images of the data set's files are in a split, 0-based, where a split is a drawn part of one.
  public var splits: [String: [Int32]] = [:]

  public init(experiment: Experiment) {
    self.experiment = experiment
  }

  public func cell(_ row: String, _ column: String) -> Cell? {
    cells.first { $0.row == row && $0.column == column }
  }

  /// Adds a cell, or of one that is there the repeats that it lacks.
  public mutating func add(_ cell: Cell) {
    guard let index = cells.firstIndex(where: { $0.row == cell.row && $0.column == cell.column }) else {
      cells.append(cell)
      return
    }
    let measured = Set(cells[index].repeats.map(\.repetition))
    let further = cell.repeats.filter { !measured.contains($0.repetition) }
    cells[index].repeats = (cells[index].repeats + further).sorted { $0.repetition < $1.repetition }
  }

  /// The searches of a row, a repeat each.
  public func searches(of row: String) -> [SearchOutcome] { searches.filter { $0.row == row } }
}

/// One measured cell: a value for every repeat and restart, in the unit of its column.
public struct Cell: Sendable, Codable, Equatable {
  public var row: String
  public var column: String
  /// What the values are of the outcomes; nil where there are none, or the values follow from none.
  public var statistic: String?
  public var repeats: [Repeat]

  public struct Repeat: Sendable, Codable, Equatable {
    public var repetition: Int
    public var values: [Double]
    /// Further numbers of the same measurement, such as a value per factor.
    public var details: [String: Double]
    /// What was left on each test item, where the metric has items.
    public var outcomes: Outcomes?
    /// How a free number of the classifier was chosen.
    public var selection: Selection?
    /// Identity of the score step, by which the store can be asked how the number was made.
    public var step: String
    /// Identity of the step that left the outcomes; cells of one row that name the same step share them.
    public var source: String

    /// - Parameter source: by default the score step itself.
    public init(
      repetition: Int, values: [Double], details: [String: Double] = [:], outcomes: Outcomes? = nil,
      selection: Selection? = nil, step: String, source: String? = nil
    ) {
      self.repetition = repetition
      self.values = values
      self.details = details
      self.outcomes = outcomes
      self.selection = selection
      self.step = step
      self.source = source ?? step
    }
  }

  public init(row: String, column: String, statistic: String? = nil, repeats: [Repeat]) {
    self.row = row
    self.column = column
    self.statistic = statistic
    self.repeats = repeats
  }

  /// Every value of every repeat, repeats in order.
  public var values: [Double] { repeats.flatMap(\.values) }

  /// The function of outcomes that the values are.
  public var outcomeStatistic: OutcomeStatistic? { OutcomeStatistic.named(statistic) }
}

extension Cell.Repeat {
  /// For every item the mean of the statistic's scores over restarts or draws; nil where there are no outcomes.
  public func itemScores(_ statistic: OutcomeStatistic?) -> [Double]? {
    guard let outcomes, let scores = statistic?.itemScores(outcomes), let first = scores.first else {
      return nil
    }
    guard scores.count > 1 else { return first }
    return first.indices.map { item in scores.reduce(0) { $0 + $1[item] } / Double(scores.count) }
  }
}

/// What a score step leaves as `score.json`.
public struct ScoreOutput: Sendable, Codable, Equatable {
  public static let file = "score.json"

  /// One value per restart, as a fraction where the metric is one.
  public var values: [Double]
  public var details: [String: Double]
  /// What a metric of codes asked and was answered on the way; a metric of outcomes leaves them where they are.
  public var items: Answers?

  public init(values: [Double], details: [String: Double] = [:], items: Answers? = nil) {
    self.values = values
    self.details = details
    self.items = items
  }
}

/// What a fit leaves as `fit.json`.
public struct FitOutput: Sendable, Codable, Equatable {
  public static let file = "fit.json"

  public var outcomes: Outcomes
  public var selection: Selection?
  /// What is worth knowing of the fit, means over draws.
  public var details: [String: Double]

  public init(outcomes: Outcomes, selection: Selection? = nil, details: [String: Double] = [:]) {
    self.outcomes = outcomes
    self.selection = selection
    self.details = details
  }
}

/// Scalars over the updates of one training run.
public struct TrainingCurve: Sendable, Codable, Equatable {
  public var row: String
  public var repetition: Int
  /// Updates at which the series were recorded.
  public var updates: [Int]
  /// Series by name (loss, reconstruction, kl, …), each as long as `updates`.
  public var series: [String: [Double]]
  public var milestones: [Milestone]
  /// Mean KL of each latent at the end, over a fixed sample of images, in nats; nil where the model has none.
  public var latentKL: [Double]?

  /// A latent whose KL is smaller carries nothing worth speaking of, in nats.
  public static let activeKL = 0.1

  /// The state of the representation after so many updates.
  public struct Milestone: Sendable, Codable, Equatable {
    public var update: Int
    /// The probe score: see docs/formats.md.
    public var score: Double
    /// Scores of several kinds by name, where a model does several things; `score` is then their mean.
    public var scores: [String: Double]?
    /// How much what a model makes of one input differs from what it makes of another, against the truth of these inputs,
    /// by the names of the scores: near 0 where all are one image.
    public var collapseRatios: [String: Double]?

    public init(update: Int, score: Double) {
      self.update = update
      self.score = score
    }

    public init(update: Int, scores: [String: Double], collapseRatios: [String: Double]? = nil) {
      let sum = scores.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value }
      self.init(update: update, score: scores.isEmpty ? 0 : sum / Double(scores.count))
      self.scores = scores
      self.collapseRatios = collapseRatios
    }
  }

  public init(
    row: String, repetition: Int, updates: [Int], series: [String: [Double]], milestones: [Milestone],
    latentKL: [Double]? = nil
  ) {
    self.row = row
    self.repetition = repetition
    self.updates = updates
    self.series = series
    self.milestones = milestones
    self.latentKL = latentKL
  }
}

extension TableResults {
  /// Where the provenance has the digest of a split's pixels and labels, by which the same images are known again in other files.
  public static func imagesKey(_ set: String, _ split: String) -> String { "images \(set) \(split)" }

  /// Where the provenance has the digest of a trained network by which other rows are measured.
  public static func instrumentKey(_ identity: String) -> String {
    "\(instrumentPrefix)\(identity.prefix(12))"
  }
  public static let instrumentPrefix = "instrument "
}

/// Deviations from the published protocol: those of the manifest, and those of the data, which their owner declared.
extension TableResults {
  /// Where the provenance has what was declared of an image set.
  public static func deviationKey(_ set: String) -> String { "deviation \(set)" }

  /// Where it has that of the sets which a row reads and does not name, such as weights that others have trained.
  public static func deviationKey(ofRow row: String) -> String { deviationKey("of row \(row)") }

  private func declared(_ set: String?) -> [String] {
    set.flatMap { provenance[Self.deviationKey($0)] }.map { [Self.united([$0])] } ?? []
  }

  /// Facts of several machines or sittings, or lists of such facts, as one list: nothing that another one says with more
  /// words behind it, after a comma.
  public static func united(_ facts: [String]) -> String {
    let separator = "; "
    var parts: [String] = []
    for part in facts.flatMap({ $0.components(separatedBy: separator) }) where !parts.contains(part) {
      parts.append(part)
    }
    return parts.filter { part in !parts.contains { $0.hasPrefix(part + ", ") } }
      .joined(separator: separator)
  }

  /// Those of every row: the table's own, and those of the images that it classifies.
  public var deviations: [String] { experiment.deviations + declared(experiment.dataset.kind) }

  /// Those of one row, beyond those of every row: its own, those of the images that it learns from, and those of what
  /// else it reads.
  public func deviations(of row: Row) -> [String] {
    let learned = row.representation.parameters["images"]?.string
    let further = provenance[Self.deviationKey(ofRow: row.id)].map { [Self.united([$0])] } ?? []
    return row.deviations + (learned == experiment.dataset.kind ? [] : declared(learned)) + further
  }
}

extension TableResults {
  /// Rows of which nothing was measured; `run --row … --record` leaves such. None where nothing was measured at all.
  public var openRows: [String] {
    let measured = Set(cells.map(\.row))
    return measured.isEmpty ? [] : experiment.rows.map(\.id).filter { !measured.contains($0) }
  }

  /// Rows of which some repeats were measured and others not, with those that were; `run … --repeat N --record` leaves such.
  public var begunRows: [String: Set<Int>] {
    var measured: [String: Set<Int>] = [:]
    for cell in cells { measured[cell.row, default: []].formUnion(cell.repeats.map(\.repetition)) }
    let counts = Dictionary(experiment.rows.map { ($0.id, experiment.repeats(of: $0)) }) { $1 }
    return measured.filter { row, repeats in
      !repeats.isEmpty && counts[row].map { !repeats.isSuperset(of: 0..<$0) } ?? false
    }
  }

  /// The repeats of an experiment's rows that these results are to be compared with, of rows of which they leave some open.
  public func begunRows(of experiment: Experiment) -> [String: Set<Int>] {
    func repeats(_ row: String, in experiment: Experiment) -> Int? {
      experiment.row(row).map { experiment.repeats(of: $0) }
    }
    return begunRows.filter { repeats($0.key, in: experiment) == repeats($0.key, in: self.experiment) }
  }

  /// What of an experiment these results are to be compared with: all but the rows that they leave open.
  public func measuredPart(of experiment: Experiment) -> Experiment {
    let open = openRows
    var part = experiment
    part.rows.removeAll { open.contains($0.id) }
    return part
  }
}
