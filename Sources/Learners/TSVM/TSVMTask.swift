import LinearAlgebra

/// Checked data of a transductive fit, and the optimum over weights at given signs or probabilities.
///
/// Divided by lambda, the objective is ``L2SVM``'s with a weight for each sample: 1 / (2 l lambda) with a label,
/// lambda' / (2 u lambda) without.
struct TSVMTask {
  let rows: L2SVMRows
  let present: [Int]
  /// The rows with a label and those without.
  let labelled, unlabelled: [Int]
  let options: TSVM.Options
  /// How many signs of each machine are positive.
  let positives: [Int]
  /// One per labelled row.
  private let labels: [Int]
  /// The features' own origin, as seen from the centre.
  private let anchor: [Double]
  /// Sums of x x^T over all rows and over those with a label.
  private let gram, labelledGram: PackedSymmetric

  init(_ features: some RowSource, labels: [Int?], classes: Int, options: TSVM.Options) throws {
    precondition(
      labels.count == features.rows, "\(TSVM.learner): \(labels.count) labels for \(features.rows) samples")
    let labelled = labels.indices.filter { labels[$0] != nil }
    self.labels = labels.compactMap(\.self)
    try Border.check(TSVM.learner, labels: labels.map { $0 ?? 0 }, classes: classes)
    guard !labelled.isEmpty else { throw LearnerError.noSamples(learner: "\(TSVM.learner) with labels") }
    guard labelled.count < labels.count else {
      throw LearnerError.noSamples(learner: "\(TSVM.learner) without labels")
    }
    let present = PresentClasses(self.labels, classes: classes).original
    guard present.count > 1 else {
      throw LearnerError.singleClass(learner: TSVM.learner, label: present[0])
    }
    let means = try FeatureScaling.means(of: features, learner: TSVM.learner)
    let unit = [Double](repeating: 1, count: means.count)
    rows = L2SVMRows(features, centres: means, scales: unit)
    gram = try rows.featureGram()
    labelledGram = try L2SVMRows(features.gathering(labelled), centres: means, scales: unit).featureGram()
    anchor = means
    self.present = present
    self.labelled = labelled
    unlabelled = labels.indices.filter { labels[$0] == nil }
    self.options = options
    let (own, total) = (self.labels, Double(labels.count - labelled.count))
    positives = present.map { label in
      let share = Double(own.count { $0 == label }) / Double(own.count)
      return Int((share * total).rounded())
    }
  }

  /// Where the machines are.
  struct State {
    var point: L2SVMVectors<Double>
    /// machines x unlabelled rows.
    var signs: [[Bool]]
    var endings: [L2SVMNewton.Ending]
    /// Of the unlabelled rows: machines x unlabelled rows.
    var decisions: [[Double]]
    var exchanges: [Int]
  }

  func report(_ state: State, _ strength: Double) -> TSVM.Report {
    TSVM.Report(
      strength: strength,
      machines: present.indices.map { machine in
        let ending = state.endings[machine]
        return TSVM.Report.Machine(
          label: present[machine], objective: options.lambda * ending.objective,
          dualityGap: options.lambda * ending.gap, positives: positives[machine],
          exchanges: state.exchanges[machine], newtonSteps: ending.newtonSteps,
          conjugateGradientSteps: ending.conjugateGradientSteps)
      })
  }

  private var labelledWeight: Double { 1 / (2 * Double(labelled.count) * options.lambda) }
  private func unlabelledWeight(_ strength: Double) -> Double {
    strength / (2 * Double(unlabelled.count) * options.lambda)
  }

  /// The machines of the labelled rows alone, and the signs they give.
  func supervised() throws -> State {
    let count = present.count
    var state = State(
      point: L2SVMVectors(count: count, dimension: rows.features), signs: [],
      endings: [L2SVMNewton.Ending](repeating: .init(), count: count),
      decisions: [[Double]](repeating: [], count: count), exchanges: [Int](repeating: 0, count: count))
    try optimise(&state, Array(0..<count), strength: 0, in: space(strength: 0)) { _, _ in 0 }
    state.signs = (0..<count).map { highest(positives[$0], of: state.decisions[$0]) }
    return state
  }

  /// True for the `count` largest values, the first among equals.
  func highest(_ count: Int, of values: [Double]) -> [Bool] {
    let order = values.indices.sorted { values[$0] != values[$1] ? values[$0] > values[$1] : $0 < $1 }
    var result = [Bool](repeating: false, count: values.count)
    for position in order.prefix(count) { result[position] = true }
    return result
  }

  /// Takes the named machines to their optimum.
  ///
  /// - Parameters:
  ///   - strength: lambda'.
  ///   - space: that of `strength`.
  ///   - probability: of an unlabelled row's being positive, by machine and position among the unlabelled.
  /// - Throws: ``LearnerError/notConverged(learner:part:iterations:reached:tolerance:)``.
  func optimise(
    _ state: inout State, _ machines: [Int], strength: Double, in space: L2SVMWeightSpace,
    probability: (Int, Int) -> Double
  ) throws {
    let weight = unlabelledWeight(strength)
    var problems = TwoSidedProblems(
      positive: Matrix(rows: machines.count, columns: rows.samples),
      negative: Matrix(rows: machines.count, columns: rows.samples))
    for (problem, machine) in machines.enumerated() {
      for (position, row) in labelled.enumerated() {
        if labels[position] == present[machine] {
          problems.positive[problem, row] = labelledWeight
        } else {
          problems.negative[problem, row] = labelledWeight
        }
      }
      for (position, row) in unlabelled.enumerated() where weight > 0 {
        let share = probability(machine, position)
        problems.positive[problem, row] = share * weight
        problems.negative[problem, row] = (1 - share) * weight
      }
    }
    let newton = L2SVMNewton(
      tolerance: options.tolerance, maximumIterations: options.maximumIterations, keepingDecisions: true)
    var outcome = try newton.minimise(in: space, problems, from: state.point.selecting(machines))
    if !outcome.converged {
      var space = space
      space.doublePrecision = true
      outcome = try newton.minimise(in: space, problems, from: outcome)
    }
    for (problem, machine) in machines.enumerated() {
      var ending = outcome.endings[problem]
      guard ending.converged else {
        throw LearnerError.notConverged(
          learner: TSVM.learner, part: "class \(present[machine]) at lambda' = \(strength)",
          iterations: ending.newtonSteps, reached: ending.gap / ending.objective, tolerance: options.tolerance
        )
      }
      ending.newtonSteps += state.endings[machine].newtonSteps
      ending.conjugateGradientSteps += state.endings[machine].conjugateGradientSteps
      state.endings[machine] = ending
      state.decisions[machine] = unlabelled.map { outcome.decisions[problem, $0] }
    }
    state.point.replace(machines, by: outcome.point)
  }

  /// The space whose preconditioner fits a lambda'. It costs a factorisation: one serves all optima at that lambda'.
  func space(strength: Double) throws -> L2SVMWeightSpace {
    let weight = unlabelledWeight(strength)
    // Rows with a label that weigh less than others are taken to weigh as much: the largest Hessian may be too large.
    let more = max(0, labelledWeight - weight)
    var sum = gram
    sum.scale(by: Float(2 * weight), addingToDiagonal: 0)
    sum.add(labelledGram, times: Float(2 * more))
    return try L2SVMWeightSpace(
      rows, gram: sum, C: 0.5, sampleWeights: weight * Double(rows.samples) + more * Double(labelled.count),
      biasPenalty: 1 / (options.biasFeature * options.biasFeature), anchor: anchor)
  }
}
