import Files
import Learners
import LinearAlgebra
import Manifest

/// One-versus-rest transductive SVM in SVMlin's form, whose penalty is chosen on the validation split.
struct TransductiveSVM: Classifier {
  var lambda = [0.01]
  var strength = 1.0
  var method = TSVM.Method.switching
  var tolerance = 1e-4
  var validationDraws = 1

  static let name = "tsvm"
  static let summary =
    "one-versus-rest transductive SVM, squared hinge (Sindhwani and Keerthi 2006), learning from unlabelled images too"
  static let parameters: [Parameter<TransductiveSVM>] = [
    Parameter(
      "lambda", \.lambda, each: 1e-9...1e6,
      "weight of the penalty; of several numbers the best on the validation split is taken"),
    Parameter("strength", \.strength, in: 1e-6...1e3, "weight of the loss of unlabelled images"),
    Parameter("method", \.method, "how the signs of unlabelled images are found"),
    Parameter("tolerance", \.tolerance, in: 1e-10...1, "duality gap at which each optimum ends, as a share"),
    .validationDraws(\.validationDraws, in: 1...1000),
  ]
  static let rules: [Kind.Rule] = [
    ValidationChoice.rule("lambda") { ($0["lambda"]?.array?.count ?? 0) > 1 },
    .where("several numbers as `lambda`", isRead: "validation-draws", of: TransductiveSVM.self) {
      ($0["lambda"]?.array?.count ?? 0) > 1
    },
    .leavesUnlabelled(name) { _ in true },
  ]

  var choice: ValidationChoice? {
    guard Set(lambda).count > 1 else { return nil }
    return ValidationChoice(
      parameter: "lambda", candidates: Set(lambda).sorted(), draws: validationDraws)
  }

  func judge(_ task: ClassificationTask, on validation: LabelledRows) throws -> [Double?] {
    let problem = try Problem(task)
    let candidates = Set(lambda).sorted()
    return try candidates.enumerated().map { place, lambda in
      do {
        let model = try fit(problem, lambda: lambda) {
          try task.progress("lambda \(place + 1) of \(candidates.count), \(Int(100 * $0)) %")
        }.model
        return validation.accuracy(try problem.predict(model, validation.features))
      } catch LearnerError.notConverged {
        return nil
      }
    }
  }

  func fit(_ task: ClassificationTask) throws -> ClassifierFit {
    let problem = try Problem(task)
    let (model, report) = try fit(problem, lambda: task.chosen ?? lambda[0]) {
      try task.progress("\(Int(100 * $0)) %")
    }
    return ClassifierFit(
      predicted: try problem.predict(model, task.test),
      details: [
        "objective": report.machines.reduce(0) { $0 + $1.objective },
        "exchanges": Double(report.machines.reduce(0) { $0 + $1.exchanges }),
      ],
      bounds: [
        "duality-gap": report.machines.map {
          $0.dualityGap / max($0.objective, .leastNormalMagnitude)
        }.max() ?? 0
      ])
  }

  private func fit(
    _ problem: Problem, lambda: Double, _ progress: (Double) throws -> Void
  ) throws -> (model: L2SVM, report: TSVM.Report) {
    try TSVM.fit(
      problem.rows, labels: problem.labels, classes: problem.classes, strength: strength,
      options: TSVM.Options(lambda: lambda, method: method, tolerance: tolerance), progress: progress)
  }

  /// All training items, those with labels first.
  private struct Problem {
    let rows: Matrix<Float>
    let labels: [Int?]
    let classes: Int
    private let scaling: FeatureScaling?

    init(_ task: ClassificationTask) throws {
      guard let unlabelled = try task.unlabelled(), unlabelled.rows > 0 else {
        throw StepsError(
          .failed,
          "every training image is labelled, and a transductive SVM learns from those that are not; "
            + "lower labels-per-class")
      }
      let columns = task.features.columns
      let all = try Matrix<Float>(
        rows: task.features.rows + unlabelled.rows, columns: columns
      ) { elements in
        var start = 0
        for part in [task.features, unlabelled] {
          try part.withRows(0..<part.rows) {
            _ = UnsafeMutableBufferPointer(rebasing: elements[start...]).update(fromContentsOf: $0)
          }
          start += part.rows * columns
        }
      }
      // Unlabelled images belong to what is fitted: their statistics count.
      scaling = task.standardise ? try FeatureScaling.fit(all) : nil
      rows = try scaling.map { try ScaledRows(all, by: $0).gathering(0..<all.rows) } ?? all
      labels = task.labels.map(Optional.some) + [Int?](repeating: nil, count: unlabelled.rows)
      classes = task.classes
    }

    func predict(_ model: L2SVM, _ features: any RowSource) throws -> [Int] {
      func predict(_ features: some RowSource) throws -> [Int] {
        guard let scaling else { return try model.predict(features) }
        return try model.predict(ScaledRows(features, by: scaling))
      }
      return try predict(features)
    }
  }
}
