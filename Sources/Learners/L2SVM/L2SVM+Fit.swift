import LinearAlgebra

extension L2SVM {
  /// Fits one machine per class that occurs.
  ///
  /// With more samples than features, Newton steps are taken over weights, and beside the rows the fit needs half a
  /// features x features matrix; otherwise over samples, with two halves of a samples x samples matrix. The rows are
  /// never copied as a whole: a standardisation is folded into the products. They are read two to four times per block
  /// for statistics and Gram matrix and then once per conjugate gradient step, so a source that makes its rows on the
  /// way makes them that often.
  ///
  /// - Parameters:
  ///   - features: samples x features.
  ///   - labels: one of 0..<`classes` per sample.
  /// - Throws: ``LearnerError``; an unconverged fit is one. `LinearAlgebraError`; whatever reading the rows throws.
  public static func fit(
    _ features: some RowSource, labels: [Int], classes: Int, options: Options = Options()
  ) throws -> (model: L2SVM, report: Report) {
    let task = try L2SVMTask(features, labels: labels, classes: classes, options: options)
    let problems = L2SVMProblems(labels: task.labels, positives: task.present, C: options.C)
    let solution = try task.solve(problems, strengths: [options.C])[0]
    let machines = zip(task.present, solution.endings).map { label, ending in
      Report.Machine(
        label: label, objective: ending.objective, dualityGap: ending.gap, newtonSteps: ending.newtonSteps,
        conjugateGradientSteps: ending.conjugateGradientSteps, converged: ending.converged)
    }
    if let failed = machines.first(where: { !$0.converged }) {
      throw LearnerError.notConverged(
        learner: learner, part: "class \(failed.label)", iterations: failed.newtonSteps,
        reached: failed.dualityGap / failed.objective, tolerance: options.tolerance)
    }
    return (
      L2SVM(solution.weights, rows: task.rows, present: task.present, classes: classes),
      Report(method: task.method, machines: machines)
    )
  }

  static let learner = "L2-SVM"
}
