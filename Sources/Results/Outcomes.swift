import Foundation

/// What a method leaves on the items of a split. Columns are statistics of it: three columns never mean three fits.
///
/// Codes and images, of which metrics are computed too, stay in the store: they are too large for a results file.
public enum Outcomes: Sendable, Codable, Equatable {
  case answers(Answers)
  case confusions(ConfusionCounts)

  /// Items of the split.
  public var count: Int {
    switch self {
    case .answers(let answers): answers.actual.count
    case .confusions(let counts): counts.images.first?.count ?? 0
    }
  }

  /// Restarts or draws, each of which has a value.
  public var runs: Int {
    switch self {
    case .answers(let answers): answers.predicted.count
    case .confusions(let counts): counts.images.count
    }
  }

  public var classes: [String] {
    switch self {
    case .answers(let answers): answers.classes
    case .confusions(let counts): counts.classes
    }
  }

  /// Whether both speak of the same items, so that they can be compared as pairs.
  public func sharesItems(with other: Outcomes) -> Bool {
    switch (self, other) {
    case (.answers(let a), .answers(let b)): a.actual == b.actual && a.classes == b.classes
    case (.confusions(let a), .confusions(let b)): a.classes == b.classes && count == other.count
    default: false
    }
  }
}

/// What was true of each item and what each restart or draw answered.
public struct Answers: Sendable, Equatable {
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

/// How often each class was taken for each, image by image.
public struct ConfusionCounts: Sendable, Equatable {
  public var classes: [String]
  /// For each restart and image the matrix of counts, row-major: rows are what was true, columns what was answered, with a
  /// last column for answers that are no class.
  public var images: [[[Int32]]]

  public init(classes: [String], images: [[[Int32]]]) {
    self.classes = classes
    self.images = images
  }

  /// The sum over the images of one restart.
  public func total(_ run: Int) -> [Int] {
    var total = [Int](repeating: 0, count: classes.count * (classes.count + 1))
    for image in images[run] {
      for (cell, count) in image.enumerated() { total[cell] += Int(count) }
    }
    return total
  }
}

/// How a free number of a classifier was chosen, on training labels alone.
public struct Selection: Sendable, Codable, Equatable {
  /// What was chosen, such as `C`.
  public var parameter: String
  /// What the candidates were judged by, higher is better: `accuracy on held-out training labels`.
  public var criterion: String
  /// One for each draw of labels.
  public var draws: [Draw]

  public struct Draw: Sendable, Codable, Equatable {
    /// In the order in which they were tried.
    public var candidates: [Double]
    /// The score of each; nil where its fit failed, which is ranked last.
    public var scores: [Double?]
    public var chosen: Double

    public init(candidates: [Double], scores: [Double?], chosen: Double) {
      self.candidates = candidates
      self.scores = scores
      self.chosen = chosen
    }
  }

  public init(parameter: String, criterion: String, draws: [Draw]) {
    self.parameter = parameter
    self.criterion = criterion
    self.draws = draws
  }

  /// Mean scores over the draws by candidate, of the candidates that all draws have tried and could fit, ascending.
  public var curve: [(candidate: Double, score: Double)] {
    guard let first = draws.first else { return [] }
    return first.candidates.sorted().compactMap { candidate in
      let scores = draws.map { draw in
        draw.candidates.firstIndex(of: candidate).flatMap { draw.scores[$0] }
      }
      let known = scores.compactMap { $0 }
      guard known.count == scores.count else { return nil }
      return (candidate, known.reduce(0, +) / Double(known.count))
    }
  }

  /// Candidates whose fit failed in some draw, ascending.
  public var failed: [Double] {
    Set(draws.flatMap { draw in zip(draw.candidates, draw.scores).filter { $0.1 == nil }.map(\.0) }).sorted()
  }
}
