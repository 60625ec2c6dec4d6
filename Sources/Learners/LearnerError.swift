import LinearAlgebra

/// Why a learner refused its data.
public enum LearnerError: Error, Equatable, Sendable {
  /// The feature matrix has a NaN or an infinity at `row`, `column` (0-based).
  case notFinite(learner: String, row: Int, column: Int, value: Double)
  /// The label of sample `row` is outside 0..<`classes`.
  case labelOutOfRange(learner: String, row: Int, label: Int, classes: Int)
  /// There is nothing to learn from.
  case noSamples(learner: String)
  /// More components were asked for than the data can give.
  case tooManyComponents(learner: String, components: Int, limit: Int, reason: String)
  /// So many nearest samples were asked for, and there are no or not so many.
  case neighboursOutOfRange(learner: String, count: Int, samples: Int)
  /// Something is larger than what it has to lie in, such as a patch and an image.
  case doesNotFit(learner: String, what: String, into: String)
  /// All samples have one label, and the learner tells classes apart.
  case singleClass(learner: String, label: Int)
  /// The iteration ended without meeting its stopping rule: `reached` is still above `tolerance`.
  case notConverged(learner: String, part: String, iterations: Int, reached: Double, tolerance: Double)
}

extension LearnerError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notFinite(let learner, let row, let column, let value):
      "\(learner): feature \(column) of sample \(row) is \(value); "
        + "look at the model that made these features, its training may have diverged"
    case .labelOutOfRange(let learner, let row, let label, let classes):
      "\(learner): the label of sample \(row) is \(label); labels must be in 0..<\(classes)"
    case .noSamples(let learner):
      "\(learner): no samples were given; check the split and the label filter"
    case .tooManyComponents(let learner, let components, let limit, let reason):
      "\(learner): \(components) components were asked for, at most \(limit) exist (\(reason)); ask for fewer"
    case .neighboursOutOfRange(let learner, let count, let samples):
      "\(learner): \(count) neighbours were asked for; choose 1 to \(samples), which is how many samples there are"
    case .doesNotFit(let learner, let what, let room):
      "\(learner): \(what) do not fit into \(room); ask for smaller ones"
    case .singleClass(let learner, let label):
      "\(learner): every sample has label \(label), and at least two classes are needed; "
        + "check the split and the label filter"
    case .notConverged(let learner, let part, let iterations, let reached, let tolerance):
      "\(learner): \(part) has not converged after \(iterations) iterations, its relative gap is \(reached) and "
        + "should be \(tolerance); use a smaller C or a larger tolerance"
    }
  }
}

/// The checks every learner makes before it reads its data without bounds checks.
enum Border {
  static func check(
    _ learner: String, _ features: Matrix<Float>, labels: [Int], classes: Int
  ) throws(LearnerError) {
    precondition(
      labels.count == features.rows, "\(learner): \(labels.count) labels for \(features.rows) samples")
    try check(learner, features)
    try check(learner, labels: labels, classes: classes)
  }

  static func check(_ learner: String, _ features: Matrix<Float>) throws(LearnerError) {
    guard features.rows > 0 else { throw .noSamples(learner: learner) }
    if let (row, column) = features.firstNonFinite() {
      throw .notFinite(learner: learner, row: row, column: column, value: Double(features[row, column]))
    }
  }

  static func check(_ learner: String, labels: [Int], classes: Int) throws(LearnerError) {
    precondition(classes > 0, "\(learner): at least one class is needed")
    if let row = labels.firstIndex(where: { !(0..<classes).contains($0) }) {
      throw .labelOutOfRange(learner: learner, row: row, label: labels[row], classes: classes)
    }
  }
}

/// The classes that occur, so that a learner need not model those that do not.
struct PresentClasses {
  /// Ascending.
  let original: [Int]
  /// For every sample, the position of its class in `original`.
  let labels: [Int]

  init(_ labels: [Int], classes: Int) {
    var position = [Int](repeating: -1, count: classes)
    for label in labels { position[label] = 0 }
    original = (0..<classes).filter { position[$0] == 0 }
    for (index, label) in original.enumerated() { position[label] = index }
    self.labels = labels.map { position[$0] }
  }
}
