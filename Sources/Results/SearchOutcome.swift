import Files

/// What a random search tried, in one repeat of one row: every trial, not only the one that won.
public struct SearchOutcome: Sendable, Codable, Equatable {
  public var row: String
  public var repetition: Int
  /// What the validation scores are, such as `accuracy on 2000 held-out training images`; higher is better.
  public var criterion: String
  /// Shares of the training at which trials were validated; the last is 1.
  public var shares: [Double]
  /// In the order in which they were drawn.
  public var trials: [Trial]
  /// The place of the best trial in `trials`.
  public var winner: Int
  /// The winner's configuration, every parameter.
  public var configuration: [String: JSON]

  public struct Trial: Sendable, Codable, Equatable {
    /// What was drawn, by path below `representation`.
    public var values: [String: JSON]
    /// A validation score for each share that the trial was trained to; nil where it had diverged.
    public var scores: [Double?]

    public init(values: [String: JSON], scores: [Double?]) {
      self.values = values
      self.scores = scores
    }
  }

  public init(
    row: String, repetition: Int, criterion: String, shares: [Double], trials: [Trial], winner: Int,
    configuration: [String: JSON]
  ) {
    self.row = row
    self.repetition = repetition
    self.criterion = criterion
    self.shares = shares
    self.trials = trials
    self.winner = winner
    self.configuration = configuration
  }

  /// The paths that were searched over.
  public var paths: [String] { Set(trials.flatMap(\.values.keys)).sorted() }

  /// The trials that were trained to the end.
  public var finished: [Int] { trials.indices.filter { trials[$0].scores.count == shares.count } }
}
