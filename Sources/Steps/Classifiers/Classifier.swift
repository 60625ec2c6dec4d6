import Files
import LinearAlgebra
import Manifest
import Pipeline
import Randomness
import Results

/// What answers for features that have labels.
protocol Classifier: Parameterised {
  static var takes: Port { get }
  /// What a search may vary; nil where there is nothing to search.
  static var search: Kind.Search? { get }
  /// The number that is chosen on the validation split, for all draws of labels together; nil where nothing is.
  var choice: ValidationChoice? { get }
  /// Whether two fits on the same labels may differ by their seed.
  var takesChance: Bool { get }
  /// How many of the validation items are answered rightly, as a share, for each candidate of ``choice``; nil for one whose
  /// fit failed.
  func judge(_ task: ClassificationTask, on validation: LabelledRows) throws -> [Double?]
  func fit(_ task: ClassificationTask) throws -> ClassifierFit
}

extension Kind.Rule {
  /// For kinds without chance of their own: draws of every label are one draw.
  static let drawsLabels = Kind.Rule("kind") { values in
    guard values["labels-per-class"]?.int == 0, let draws = values["draws"]?.int, draws > 1 else {
      return nil
    }
    return
      "nothing is drawn where every label is taken, and \(draws) draws would be one: give `labels-per-class`, or leave "
      + "`draws` out"
  }

  /// For kinds that learn from images without labels: a column that takes every label leaves none.
  ///
  /// - Parameter isNeeded: whether these parameters have a use for such.
  static func leavesUnlabelled(_ kind: String, isNeeded: @escaping @Sendable ([String: JSON]) -> Bool)
    -> Kind.Rule
  {
    Kind.Rule("kind") { values in
      // Known only where a column is looked at.
      values["labels-per-class"]?.int == 0 && isNeeded(values)
        ? "the classifier `\(kind)` learns from images without labels, and the column leaves none: give "
          + "`labels-per-class`"
        : nil
    }
  }
}

extension Classifier {
  static var takes: Port { .features }
  static var search: Kind.Search? { nil }
  var choice: ValidationChoice? { nil }
  var takesChance: Bool { true }

  func judge(_ task: ClassificationTask, on validation: LabelledRows) throws -> [Double?] {
    throw StepsError(.failed, "the classifier '\(Self.name)' chooses nothing on a validation split")
  }

  static var kind: Kind {
    Kind(
      name, summary, fields: parameters.map(\.field), takes: takes, gives: [.answers], search: search,
      rules: rules)
  }
}

/// A number that is chosen on the validation split: the candidate that is right most often there, on average over a few draws
/// of labels that are scored nowhere else (Radford et al. 2016, section 5, as their script does it).
struct ValidationChoice {
  let parameter: String
  /// Ascending; of equal ones the first is chosen.
  let candidates: [Double]
  let draws: Int

  /// For kinds that choose on a split of images that are held out: there has to be one.
  static func rule(_ field: String, isNeeded: @escaping @Sendable ([String: JSON]) -> Bool) -> Kind.Rule {
    Kind.Rule(field) { values in
      // Known only where a column is looked at.
      guard isNeeded(values) else { return nil }
      if values["split"]?.string == Split.validation {
        return
          "`\(field)` would be chosen on the very images that the split `validation` answers for: give one value, or "
          + "measure on another split"
      }
      guard values["validation-images"]?.int == 0 else { return nil }
      return
        "`\(field)` has to be chosen on a validation split, and the data set holds none out: give one value, or "
        + "`validation-images` under `dataset` where it has such"
    }
  }
}

/// Features with their labels.
struct LabelledRows {
  let features: any RowSource
  let labels: [Int]

  /// The share of answers that are right.
  func accuracy(_ predicted: [Int]) -> Double {
    Double(zip(predicted, labels).count { $0 == $1 }) / Double(max(1, labels.count))
  }
}

/// One draw of labels, and the items to answer for.
struct ClassificationTask {
  /// One row for each labelled item; where its mirror image is learned from too, all of those come after all images.
  let features: any RowSource
  /// One for each row.
  let labels: [Int]
  /// Labelled items.
  let images: Int
  let classes: Int
  /// (x - mean) / sqrt(var + 0.01), statistics of the rows that are fitted (Coates, Lee and Ng 2011).
  let standardise: Bool
  /// The training items whose labels the draw does not have; makes them anew on each call.
  let unlabelled: () throws -> (any RowSource)?
  /// The items to answer for.
  let test: any RowSource
  /// What was chosen on the validation split.
  var chosen: Double?
  var stream: RandomStream
  /// Called now and then with what is being done; throws `Interrupted` when it is time to stop.
  let progress: (String) throws -> Void

  /// The rows of a labelled item, counted from 0.
  func rows(ofImage image: Int) -> [Int] { Array(stride(from: image, to: labels.count, by: images)) }
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
