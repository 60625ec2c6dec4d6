import Learners
import LinearAlgebra
import Manifest
import Randomness
import Results

/// One-versus-rest L2-SVM whose weight C is chosen on training labels (Radford et al. 2016, section 5).
struct LinearSVM: Classifier {
  // swift-format-ignore: AlwaysUseLowerCamelCase
  var C = [1e-5, 1e-4, 1e-3, 1e-2, 1e-1]
  var folds = 5
  var heldOut = 10_000
  var patience = 0
  var tolerance = 1e-5

  static let name = "l2-svm"
  static let summary = "one-versus-rest linear SVM, squared hinge"
  static let parameters: [Parameter<LinearSVM>] = [
    Parameter(
      "C", \.C, each: 1e-12...1e12,
      "candidates for the weight of the summed loss (LIBLINEAR's C), chosen on training labels alone; one whose fit does not converge is ranked last"
    ),
    Parameter(
      "folds", \.folds, in: 0...1000,
      "folds of the cross-validation that chooses C; 0 holds images out instead"),
    Parameter(
      "held-out", \.heldOut, in: 1...1_000_000,
      "training images held out to choose C, where there are no folds; the final fit has them all"),
    Parameter(
      "patience", \.patience, in: 0...1000,
      "after so many candidates in a row, ascending, that judge worse than the best before them the rest is not tried; 0 tries all"
    ),
    Parameter(
      "tolerance", \.tolerance, in: 1e-12...1,
      "duality gap at which a fit ends, as a share of its objective"),
  ]
  static let rules = [
    Kind.Rule("folds") { values in
      values["folds"]?.int == 1
        ? "`folds` must be at least 2, or 0 to hold images out, but is 1: one fold leaves nothing to learn from"
        : nil
    },
    Kind.Rule("folds") { values in
      guard let folds = values["folds"]?.int, let labels = values["labels-per-class"]?.int, folds > labels
      else {
        return nil
      }
      return
        "`folds` must be at most `labels-per-class`, which is \(labels), but is \(folds): a fold without an "
        + "example of a class judges nothing"
    },
  ]

  func fit(_ task: ClassificationTask) throws -> ClassifierFit {
    try fit(task, on: task.features)
  }

  private func fit(_ task: ClassificationTask, on features: some RowSource) throws -> ClassifierFit {
    var stream = task.stream
    let options = L2SVM.Options(
      standardisation: task.standardise ? .withOffset(0.01) : .none, tolerance: tolerance)
    let candidates = C.sorted()
    let search = try L2SVM.search(
      features, labels: task.labels, classes: task.classes, strengths: candidates,
      validation: try validation(task, &stream), patience: patience > 0 ? patience : nil, options: options
    ) {
      try task.progress("choosing C, \($0 + 1) of \(candidates.count)")
    }
    let (model, report, weight, passedOver) = try best(of: search.ranking) { weight in
      var chosen = options
      chosen.C = weight
      try task.progress("fitting with C = \(weight)")
      return try L2SVM.fit(features, labels: task.labels, classes: task.classes, options: chosen)
    }
    let training = try model.predict(features)
    return ClassifierFit(
      predicted: try model.predict(task.test),
      selection: (
        "C", Selection.heldOutLabels,
        Selection.Draw(
          candidates: search.strengths,
          scores: zip(search.strengths, search.means).map { passedOver.contains($0) ? nil : $1 },
          chosen: weight)
      ),
      details: [
        "train-accuracy": Double(zip(training, task.labels).count { $0 == $1 }) / Double(task.labels.count),
        "objective": report.objective,
        "newton-iterations": Double(report.machines.map(\.newtonSteps).max() ?? 0),
        "classifier-converged": report.converged ? 1 : 0,
      ],
      bounds: [
        "duality-gap": report.machines.map {
          $0.dualityGap / max($0.objective, .leastNormalMagnitude)
        }.max() ?? 0
      ])
  }

  /// The first candidate whose fit converges, and those before it.
  ///
  /// - Throws: the first candidate's failure where all fail; what else `fit` throws.
  private func best(
    of ranking: [Double], _ fit: (Double) throws -> (model: L2SVM, report: L2SVM.Report)
  ) throws -> (L2SVM, L2SVM.Report, weight: Double, passedOver: [Double]) {
    var failures: [LearnerError] = []
    for (place, weight) in ranking.enumerated() {
      do {
        let (model, report) = try fit(weight)
        return (model, report, weight, Array(ranking[..<place]))
      } catch let error as LearnerError {
        guard case .notConverged = error else { throw error }
        failures.append(error)
      }
    }
    throw failures[0]
  }

  /// Stratified folds, or one part that is held out of all training.
  private func validation(_ task: ClassificationTask, _ stream: inout RandomStream) throws -> L2SVM.Validation
  {
    let count = task.labels.count
    guard folds > 0 else {
      guard heldOut < count else {
        throw StepsError(
          .failed,
          "\(heldOut) of \(count) labelled images cannot be held out, because none is left to learn from; "
            + "lower held-out")
      }
      return .heldOut(Array(stream.permutation(count).prefix(heldOut)))
    }
    // A class with fewer labels than there are folds is unknown to some of them.
    let counts = task.labels.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    if let fewest = counts.values.min(), fewest < folds {
      throw StepsError(
        .failed, "\(folds) folds need as many labels of every class, and one has \(fewest); lower folds")
    }
    return .folds(L2SVM.stratifiedFolds(task.labels, classes: task.classes, count: folds, using: &stream))
  }
}
