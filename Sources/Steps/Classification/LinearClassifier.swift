import Learners
import LinearAlgebra
import Randomness

/// One-versus-rest L2-SVM whose weight C is chosen on training labels.
struct LinearClassifier {
  let parameters: ClassifyStep.Parameters
  /// (x - mean) / sqrt(var + 0.01), statistics of the rows that are fitted (Coates, Lee and Ng 2011).
  let standardise: Bool

  /// A fit and what it answers for the test split.
  struct Fit {
    let predicted: [Int]
    let trainAccuracy: Double
    let weight: Double
    let candidates: [(weight: Double, accuracy: Double)]
    let objective: Double
    let iterations: Int
    /// Largest duality gap relative to the objective.
    let dualityGap: Double
    let isConverged: Bool
  }

  func fit(
    _ features: some RowSource, _ labels: [Int], classes: Int, test: some RowSource,
    stream: inout RandomStream, progress: (String) throws -> Void
  ) throws -> Fit {
    let options = L2SVM.Options(
      standardisation: standardise ? .withOffset(0.01) : .none, tolerance: parameters.tolerance)
    let candidates = parameters.C.sorted()
    let search = try L2SVM.search(
      features, labels: labels, classes: classes, strengths: candidates,
      validation: try validation(labels, classes, &stream),
      patience: parameters.patience > 0 ? parameters.patience : nil, options: options
    ) {
      try progress("choosing C, \($0 + 1) of \(candidates.count)")
    }
    var chosen = options
    chosen.C = search.C
    try progress("fitting with C = \(search.C)")
    let (model, report) = try L2SVM.fit(features, labels: labels, classes: classes, options: chosen)
    let training = try model.predict(features)
    return Fit(
      predicted: try model.predict(test),
      trainAccuracy: Double(zip(training, labels).count { $0 == $1 }) / Double(labels.count),
      weight: search.C, candidates: zip(search.strengths, search.means).map { ($0, $1) },
      objective: report.objective, iterations: report.machines.map(\.newtonSteps).max() ?? 0,
      dualityGap: report.machines.map { $0.dualityGap / max($0.objective, .leastNormalMagnitude) }.max() ?? 0,
      isConverged: report.converged)
  }

  /// Stratified folds, or one part that is held out of all training.
  private func validation(_ labels: [Int], _ classes: Int, _ stream: inout RandomStream) throws
    -> L2SVM.Validation
  {
    guard parameters.folds > 0 else {
      return .heldOut(
        Array(stream.permutation(labels.count).prefix(min(parameters.heldOut, labels.count / 2))))
    }
    guard parameters.folds <= labels.count else {
      throw StepsError(
        .failed, "\(labels.count) labels cannot be dealt into \(parameters.folds) folds; lower folds")
    }
    return .folds(
      L2SVM.stratifiedFolds(labels, classes: classes, count: parameters.folds, using: &stream))
  }
}
