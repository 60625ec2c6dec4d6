import LinearAlgebra

/// Checked data and the method that suits its shape.
struct L2SVMTask {
  let rows: L2SVMRows
  let labels: [Int32]
  let present: [Int]
  let options: L2SVM.Options
  let method: L2SVM.Report.Method
  /// The centre of uncentred features in scaled units, where the penalised bias is theirs and the rows are centred.
  private let anchor: [Double]?

  init(_ features: some RowSource, labels: [Int], classes: Int, options: L2SVM.Options) throws {
    precondition(
      labels.count == features.rows, "\(L2SVM.learner): \(labels.count) labels for \(features.rows) samples")
    try Border.check(L2SVM.learner, labels: labels, classes: classes)
    let means = try FeatureScaling.means(of: features, learner: L2SVM.learner)
    present = PresentClasses(labels, classes: classes).original
    guard present.count > 1 else {
      throw LearnerError.singleClass(learner: L2SVM.learner, label: present[0])
    }
    self.labels = labels.map(Int32.init)
    self.options = options
    method = features.columns >= features.rows ? .samples : .weights
    switch options.standardisation {
    case .none:
      let unit = [Double](repeating: 1, count: means.count)
      let penalised = options.bias != .unpenalised
      // Over samples a penalised bias is one more feature, and the rows stay as they are.
      let centred = !penalised || method == .weights
      rows = L2SVMRows(features, centres: centred ? means : unit.map { _ in 0 }, scales: unit)
      anchor = penalised && centred ? means : nil
    case .withOffset(let offset):
      let scaling = try FeatureScaling.fit(features, means: means, offset: offset)
      rows = L2SVMRows(features, centres: scaling.means, scales: scaling.scales)
      anchor = nil
    }
  }

  struct Solution {
    var weights: L2SVMVectors<Double>
    var endings: [L2SVMNewton.Ending]
    /// problems x samples, where they were asked for.
    var decisions: Matrix<Double>
  }

  /// One solution per strength, each from the last one that has converged.
  ///
  /// - Parameters:
  ///   - progress: called before each with its position.
  ///   - isEnough: called with each solution; once it says so, the strengths that are left have none.
  func solve(
    _ problems: L2SVMProblems, strengths: [Double], keepingDecisions: Bool = false,
    progress: (Int) throws -> Void = { _ in }, isEnough: (Solution) throws -> Bool = { _ in false }
  ) throws -> [Solution] {
    let newton = L2SVMNewton(
      tolerance: options.tolerance, maximumIterations: options.maximumIterations,
      keepingDecisions: keepingDecisions)
    var solutions: [Solution] = []
    /// Answers whether to go on.
    func keep(_ solution: Solution) throws -> Bool {
      solutions.append(solution)
      return try !isEnough(solution)
    }
    switch method {
    case .weights: try solveForWeights(problems, strengths, newton, progress, keep)
    case .samples: try solveOverSamples(problems, strengths, newton, progress, keep)
    }
    return solutions
  }

  private func solveForWeights(
    _ problems: L2SVMProblems, _ strengths: [Double], _ newton: L2SVMNewton, _ progress: (Int) throws -> Void,
    _ keep: (Solution) throws -> Bool
  ) throws {
    let feature: Double = if case .penalised(let feature) = options.bias { feature } else { 0 }
    var gram: PackedSymmetric? = try rows.featureGram()
    var point = L2SVMVectors<Double>(count: problems.count, dimension: rows.features)
    for (index, strength) in strengths.enumerated() {
      try progress(index)
      // The last factor may have the Gram matrix's memory.
      let mine = index == strengths.count - 1 ? gram.take()! : gram!
      var space = try L2SVMWeightSpace(
        rows, gram: mine, C: strength, sampleWeights: strength * Double(rows.samples),
        biasPenalty: feature > 0 ? 1 / (feature * feature) : 0, anchor: anchor)
      var outcome = try newton.minimise(in: space, problems.with(C: strength), from: point)
      if !outcome.converged {
        space.doublePrecision = true
        outcome = try newton.minimise(in: space, problems.with(C: strength), from: outcome)
      }
      if outcome.converged { point = outcome.point }
      let solution = Solution(weights: outcome.point, endings: outcome.endings, decisions: outcome.decisions)
      guard try keep(solution) else { return }
    }
  }

  private func solveOverSamples(
    _ problems: L2SVMProblems, _ strengths: [Double], _ newton: L2SVMNewton, _ progress: (Int) throws -> Void,
    _ keep: (Solution) throws -> Bool
  ) throws {
    let feature: Double = if case .penalised(let feature) = options.bias { feature } else { 0 }
    let gram = try rows.sampleGram(plus: feature * feature)
    var point = L2SVMVectors<Double>(count: problems.count, dimension: rows.samples)
    /// Made when the first fit needs it.
    var exact: L2SVMExactNewton?
    for (index, strength) in strengths.enumerated() {
      try progress(index)
      var space = try L2SVMSampleSpace(
        rows, gram: gram, C: strength, squaredBiasFeature: feature * feature)
      var outcome = try newton.minimise(in: space, problems.with(C: strength), from: point)
      // The Gram matrix has rounding errors of its own; the rows have the last word.
      space.readsRows = true
      outcome = try newton.minimise(in: space, problems.with(C: strength), from: outcome)
      if !outcome.converged, rows.samples <= L2SVMExactNewton.mostSamples {
        exact =
          try exact
          ?? L2SVMExactNewton(
            rows, squaredBiasFeature: feature * feature, tolerance: options.tolerance,
            maximumIterations: options.maximumIterations)
        exact?.finish(&outcome, problems.with(C: strength))
      }
      if outcome.converged { point = outcome.point }
      let solution = Solution(
        weights: try space.weights(outcome.point), endings: outcome.endings, decisions: outcome.decisions)
      guard try keep(solution) else { return }
    }
  }
}

extension L2SVM {
  /// The machines of all classes for features as they come.
  ///
  /// - Parameters:
  ///   - solution: one machine per class that is present, for features as `rows` has them.
  init(_ solution: L2SVMVectors<Double>, rows: L2SVMRows, present: [Int], classes: Int) {
    var weights = Matrix<Float>(rows: classes, columns: rows.features)
    var biases = [Double](repeating: 0, count: classes)
    for (position, label) in present.enumerated() {
      var bias = solution.biases[position]
      for feature in 0..<rows.features {
        let weight = Float(solution.coefficients[position, feature] * rows.scales[feature])
        weights[label, feature] = weight
        bias -= Double(weight) * rows.centres[feature]
      }
      biases[label] = bias
    }
    self.init(weights: weights, biases: biases, present: present)
  }
}

extension L2SVMProblems {
  // swift-format-ignore: AlwaysUseLowerCamelCase
  /// One problem per class.
  init(labels: [Int32], positives: [Int], C: Double) {
    self.init(
      labels: labels, folds: [Int32](repeating: -1, count: labels.count),
      problems: positives.map { Problem(positive: Int32($0), heldOut: -1) }, C: C)
  }
}
