import Files
import Manifest

/// The measured table with its evidence: what `results.h5` holds.
public struct TableResults: Sendable, Equatable {
  public var experiment: Experiment
  /// Measured cells, in the order of rows, then columns.
  public var cells: [Cell] = []
  /// What happened during training, for rows that train.
  public var curves: [TrainingCurve] = []
  /// What the random searches tried, for rows that were searched.
  public var searches: [SearchOutcome] = []
  /// Facts that decide numbers: data origin, step versions. Nothing that differs between two equal runs.
  public var provenance: [String: String] = [:]

  public init(experiment: Experiment) {
    self.experiment = experiment
  }

  public func cell(_ row: String, _ column: String) -> Cell? {
    cells.first { $0.row == row && $0.column == column }
  }

  /// The searches of a row, a repeat each.
  public func searches(of row: String) -> [SearchOutcome] { searches.filter { $0.row == row } }
}

/// One measured cell: a value for every repeat and restart, in the unit of its column.
public struct Cell: Sendable, Equatable {
  public var row: String
  public var column: String
  public var repeats: [Repeat]

  public struct Repeat: Sendable, Equatable {
    public var repetition: Int
    public var values: [Double]
    /// Further numbers of the same measurement, such as a value per factor.
    public var details: [String: Double]
    /// Outcomes per test item, where the metric has items.
    public var items: Items?
    /// Identity of the score step, by which the store can be asked how the number was made.
    public var step: String

    public init(
      repetition: Int, values: [Double], details: [String: Double] = [:], items: Items? = nil, step: String
    ) {
      self.repetition = repetition
      self.values = values
      self.details = details
      self.items = items
      self.step = step
    }
  }

  public init(row: String, column: String, repeats: [Repeat]) {
    self.row = row
    self.column = column
    self.repeats = repeats
  }

  /// Every value of every repeat, repeats in order.
  public var values: [Double] { repeats.flatMap(\.values) }
  /// One number per repeat: the mean over its restarts. What tests over seeds compare.
  public var repeatMeans: [Double] {
    repeats.map { $0.values.reduce(0, +) / Double(max(1, $0.values.count)) }
  }
}

/// Outcomes on test items: what was true and what each restart answered.
public struct Items: Sendable, Codable, Equatable {
  public var classes: [String]
  public var actual: [UInt8]
  /// One array per restart or draw, each as long as `actual`.
  public var predicted: [[UInt8]]
  /// For draws of labels: the training items of each draw, 0-based; nil where all labels were used.
  public var labelled: [[Int32]]?

  public init(
    classes: [String], actual: [UInt8], predicted: [[UInt8]], labelled: [[Int32]]? = nil
  ) {
    self.classes = classes
    self.actual = actual
    self.predicted = predicted
    self.labelled = labelled
  }
}

/// What a score step leaves as `score.json`.
public struct ScoreOutput: Sendable, Codable, Equatable {
  /// One value per restart, as a fraction where the metric is one.
  public var values: [Double]
  public var details: [String: Double]
  public var items: Items?

  public init(values: [Double], details: [String: Double] = [:], items: Items? = nil) {
    self.values = values
    self.details = details
    self.items = items
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

  /// The state of the representation after so many updates.
  public struct Milestone: Sendable, Codable, Equatable {
    public var update: Int
    /// The probe score: see docs/formats.md.
    public var score: Double
    /// Mean KL of each latent in nats; empty where the model has none.
    public var latentKL: [Double]

    public init(update: Int, score: Double, latentKL: [Double]) {
      self.update = update
      self.score = score
      self.latentKL = latentKL
    }
  }

  public init(
    row: String, repetition: Int, updates: [Int], series: [String: [Double]], milestones: [Milestone]
  ) {
    self.row = row
    self.repetition = repetition
    self.updates = updates
    self.series = series
    self.milestones = milestones
  }
}
