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
    try path(features, labels: labels, classes: classes, strengths: [options.C], options: options)[0]
  }

  /// Fits a copy of the named rows, of which `labels` has one label each.
  public static func fit(
    _ features: some RowSource, rows: [Int], labels: [Int], classes: Int, options: Options = Options()
  ) throws -> (model: L2SVM, report: Report) {
    try fit(features.gathering(rows), labels: labels, classes: classes, options: options)
  }

  /// Fits once per C in `strengths`, in their order, each from the one before: the Gram matrix is the same for all.
  ///
  /// - Parameter options: its C is not used.
  public static func path(
    _ features: some RowSource, labels: [Int], classes: Int, strengths: [Double], options: Options = Options()
  ) throws -> [(model: L2SVM, report: Report)] {
    let task = try L2SVMTask(features, labels: labels, classes: classes, options: options)
    let problems = L2SVMProblems(labels: task.labels, positives: task.present, strengths: strengths)
    return try task.solve(problems, strengths: strengths).map { solution in
      let machines = zip(task.present, solution.endings).map { label, ending in
        Report.Machine(
          label: label, objective: ending.objective, dualityGap: ending.gap, newtonSteps: ending.newtonSteps,
          conjugateGradientSteps: ending.conjugateGradientSteps, converged: ending.converged)
      }
      let report = Report(method: task.method, machines: machines)
      if let failed = machines.first(where: { !$0.converged }) {
        throw LearnerError.notConverged(
          learner: learner, part: "class \(failed.label)", iterations: failed.newtonSteps,
          reached: failed.dualityGap / failed.objective, tolerance: options.tolerance)
      }
      return (
        L2SVM(solution.weights, rows: task.rows, present: task.present, classes: classes), report
      )
    }
  }

  static let learner = "L2-SVM"
}
