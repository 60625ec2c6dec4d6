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
  var bias = BiasTerm.penalised
  var validationDraws = 0

  static let name = "l2-svm"
  static let summary = "one-versus-rest linear SVM, squared hinge"
  static let parameters: [Parameter<LinearSVM>] = [
    Parameter(
      "C", \.C, each: 1e-12...1e12,
      "candidates for the weight of the summed loss (LIBLINEAR's C), chosen on training labels alone; up to 1e6 is solved also where features outnumber samples and differ a thousandfold in size, and one whose fit does not converge is ranked last"
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
    Parameter("bias", \.bias, added: true, BiasTerm.summary),
    .validationDraws(\.validationDraws, in: 0...1000, added: true),
  ]
  static let rules: [Kind.Rule] = [
    judges("folds"), judges("held-out"), judges("patience"),
    .where("`folds: 0`", isRead: "held-out", of: LinearSVM.self) { $0["folds"]?.int == 0 },
    Kind.Rule("folds") { values in
      values["folds"]?.int == 1
        ? "`folds` must be at least 2, or 0 to hold images out, but is 1: one fold leaves nothing to learn from"
        : nil
    },
    Kind.Rule("folds") { values in
      guard let folds = values["folds"]?.int, let labels = values["labels-per-class"]?.int, labels > 0,
        (values["validation-draws"]?.int ?? 0) == 0, folds > labels
      else {
        return nil
      }
      return
        "`folds` must be at most `labels-per-class`, which is \(labels), but is \(folds): a fold without an "
        + "example of a class judges nothing"
    },
    Kind.Rule("held-out") { values in
      guard values["folds"]?.int == 0, (values["validation-draws"]?.int ?? 0) == 0,
        let heldOut = values["held-out"]?.int, let images = values["train-images"]?.int, images > 0,
        heldOut >= images
      else {
        return nil
      }
      return
        "`held-out` must be below the number of training images, which is \(images), but is \(heldOut): none is left "
        + "to learn from"
    },
    ValidationChoice.rule("C") { ($0["validation-draws"]?.int ?? 0) > 0 },
    .drawsLabels,
  ]

  /// Folds and held-out images are drawn where there is something to choose.
  var takesChance: Bool { Set(C).count > 1 }

  /// A parameter of how candidates are judged on the labels of a draw.
  private static func judges(_ field: String) -> Kind.Rule {
    .where("`validation-draws: 0`", isRead: field, of: LinearSVM.self) {
      ($0["validation-draws"]?.int ?? 0) == 0
    }
  }

  var choice: ValidationChoice? {
    guard validationDraws > 0 else { return nil }
    return ValidationChoice(parameter: "C", candidates: Set(C).sorted(), draws: validationDraws)
  }

  func judge(_ task: ClassificationTask, on validation: LabelledRows) throws -> [Double?] {
    func judge(_ features: some RowSource) throws -> [Double?] {
      try Set(C).sorted().map { weight in
        try task.progress("C = \(weight)")
        do {
          let model = try L2SVM.fit(
            features, labels: task.labels, classes: task.classes, options: options(task, weight)
          ).model
          return validation.accuracy(try model.predict(validation.features))
        } catch LearnerError.notConverged {
          return nil
        }
      }
    }
    return try judge(task.features)
  }

  private func options(_ task: ClassificationTask, _ weight: Double? = nil) -> L2SVM.Options {
    var options = L2SVM.Options(
      bias: bias.learner,
      standardisation: task.standardise ? .withOffset(0.01) : .none, tolerance: tolerance)
    if let weight { options.C = weight }
    return options
  }

  func fit(_ task: ClassificationTask) throws -> ClassifierFit {
    try fit(task, on: task.features)
  }

  private func fit(_ task: ClassificationTask, on features: some RowSource) throws -> ClassifierFit {
    let search = try task.chosen == nil ? search(task, features) : nil
    let ranking = search?.ranking ?? [task.chosen ?? C[0]]
    let (model, report, weight, passedOver) = try best(of: ranking) { weight in
      try task.progress("fitting with C = \(weight)")
      return try L2SVM.fit(
        features, labels: task.labels, classes: task.classes, options: options(task, weight))
    }
    let training = try model.predict(features)
    return ClassifierFit(
      predicted: try model.predict(task.test),
      selection: search.map { search in
        (
          "C", Selection.heldOutLabels,
          Selection.Draw(
            candidates: search.strengths,
            scores: zip(search.strengths, search.means).map { passedOver.contains($0) ? nil : $1 },
            chosen: weight)
        )
      },
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

  /// The candidates in the order of what they answer for labels that were held out of the draw's.
  private func search(_ task: ClassificationTask, _ features: some RowSource) throws -> L2SVM.Search {
    var stream = task.stream
    let candidates = C.sorted()
    return try L2SVM.search(
      features, labels: task.labels, classes: task.classes, strengths: candidates,
      validation: try validation(task, &stream), patience: patience > 0 ? patience : nil,
      options: options(task)
    ) {
      try task.progress("choosing C, \($0 + 1) of \(candidates.count)")
    }
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

  /// Stratified folds, or one part that is held out of all training; an image goes with its mirror image.
  private func validation(_ task: ClassificationTask, _ stream: inout RandomStream) throws -> L2SVM.Validation
  {
    let labels = Array(task.labels.prefix(task.images))
    let count = labels.count
    guard folds > 0 else {
      guard heldOut < count else {
        throw StepsError(
          .failed,
          "\(heldOut) of \(count) labelled images cannot be held out, because none is left to learn from; "
            + "lower held-out")
      }
      return .heldOut(stream.permutation(count).prefix(heldOut).flatMap(task.rows(ofImage:)))
    }
    // A class with fewer labels than there are folds is unknown to some of them.
    let counts = labels.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    if let fewest = counts.values.min(), fewest < folds {
      throw StepsError(
        .failed, "\(folds) folds need as many labels of every class, and one has \(fewest); lower folds")
    }
    let dealt = L2SVM.stratifiedFolds(labels, classes: task.classes, count: folds, using: &stream)
    return .folds(task.labels.indices.map { dealt[$0 % count] })
  }
}

/// What becomes of the constant in a linear machine.
enum BiasTerm: String, CaseIterable {
  case penalised
  case free

  static let summary =
    "whether the constant is penalised as the weight of a feature that is always 1, as LIBLINEAR does, or free"

  var learner: L2SVM.Bias {
    switch self {
    case .penalised: .penalised()
    case .free: .unpenalised
    }
  }
}
