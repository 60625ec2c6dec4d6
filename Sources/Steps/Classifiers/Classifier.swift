import Files
import LinearAlgebra
import Manifest
import Pipeline
import Randomness
import Results

/// What answers for features that have labels.
protocol Classifier: Parameterised {
  static var takes: Port { get }
  func fit(_ task: ClassificationTask) throws -> ClassifierFit
}

extension Classifier {
  static var takes: Port { .features }

  static var kind: Kind {
    Kind(name, summary, fields: parameters.map(\.field), takes: takes, gives: [.answers], rules: rules)
  }
}

/// One draw of labels, and the items to answer for.
struct ClassificationTask {
  /// One row for each labelled item.
  let features: any RowSource
  let labels: [Int]
  let classes: Int
  /// (x - mean) / sqrt(var + 0.01), statistics of the rows that are fitted (Coates, Lee and Ng 2011).
  let standardise: Bool
  /// The items to answer for.
  let test: any RowSource
  var stream: RandomStream
  /// Called now and then with what is being done; throws `Interrupted` when it is time to stop.
  let progress: (String) throws -> Void
}

/// What a classifier answers, and how it came to that.
struct ClassifierFit {
  let predicted: [Int]
  /// How a free number was chosen on the labels of the draw, and what it is called.
  var selection: (parameter: String, criterion: String, draw: Selection.Draw)?
  /// Worth knowing of the fit, such as its training accuracy; means over draws are kept.
  var details: [String: Double] = [:]
  /// What should be small, of which the largest over draws is kept.
  var bounds: [String: Double] = [:]
}
