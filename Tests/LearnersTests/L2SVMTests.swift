import LinearAlgebra
import Testing

@testable import Learners

/// Objectives against scikit-learn's, and what must not change them.
struct L2SVMTests {
  @Test(arguments: 0..<28) func `finds LIBLINEAR's objectives and decision values`(index: Int) throws {
    let known = try L2SVMReference.load().machines[index]
    let (model, report) = try L2SVM.fit(
      known.matrix, labels: known.labels, classes: known.classes, options: known.options)
    #expect(report.converged)
    #expect(report.method == (known.columns >= known.labels.count ? .samples : .weights))
    for (machine, objective) in zip(report.machines, known.objectives) {
      #expect(abs(machine.objective - objective) < 1e-6 * objective)
    }
    let decisions = model.decisionValues(known.matrix)
    #expect(distance(decisions.elements.prefix(known.decisions.count), known.decisions) < 1e-3)
  }

  @Test(arguments: [L2SVM.Bias.penalised(), .penalised(feature: 3), .unpenalised], [false, true])
  func `samples and weights span the same solution`(bias: L2SVM.Bias, standardised: Bool) throws {
    // Copies of the samples with C halved are the same problem, and turn a wide one into a tall one.
    let (raw, labels) = clouds(30, 45, classes: 3, spread: 3, seed: 4)
    let scaled = try ScaledRows(raw, by: FeatureScaling.fit(raw)).gathering(0..<30)
    let features = standardised ? scaled : raw
    let twice = features.selecting(rows: Array(0..<30) + Array(0..<30))
    var options = L2SVM.Options(C: 0.02, bias: bias, tolerance: 1e-9)
    let wide = try L2SVM.fit(features, labels: labels, classes: 3, options: options)
    options.C = 0.01
    let tall = try L2SVM.fit(twice, labels: labels + labels, classes: 3, options: options)
    #expect(wide.report.method == .samples && tall.report.method == .weights)
    #expect(abs(wide.report.objective - tall.report.objective) < 1e-7 * tall.report.objective)
    #expect(distance(wide.model.weights.elements, tall.model.weights.elements) < 1e-4)
    #expect(distance(wide.model.biases, tall.model.biases) < 1e-3)
  }

  @Test(arguments: [L2SVM.Bias.penalised(), .penalised(feature: 3), .unpenalised], [60, 12])
  func `a standardisation is that of rows scaled before the fit`(bias: L2SVM.Bias, samples: Int) throws {
    let (features, labels) = clouds(samples, 20, classes: 3, spread: 3, seed: 21)
    let scaled = try ScaledRows(features, by: FeatureScaling.fit(features)).gathering(0..<samples)
    var options = L2SVM.Options(C: 0.02, bias: bias, tolerance: 1e-9)
    let plain = try L2SVM.fit(scaled, labels: labels, classes: 3, options: options)
    options.standardisation = .withOffset()
    let folded = try L2SVM.fit(features, labels: labels, classes: 3, options: options)
    #expect(folded.report.method == plain.report.method)
    #expect(abs(folded.report.objective - plain.report.objective) < 1e-6 * plain.report.objective)
    let decisions = folded.model.decisionValues(features)
    #expect(distance(decisions.elements, plain.model.decisionValues(scaled).elements) < 1e-3)
  }

  @Test func `C weighs a sum: a mean over n samples has n times it`() throws {
    // Every sample three times with a third of C is the same sum.
    let (features, labels) = clouds(80, 5, classes: 4, spread: 2, seed: 5)
    let thrice = features.selecting(rows: (0..<240).map { $0 % 80 })
    let once = try L2SVM.fit(features, labels: labels, classes: 4, options: .init(C: 0.3, tolerance: 1e-9))
    let more = try L2SVM.fit(
      thrice, labels: labels + labels + labels, classes: 4, options: .init(C: 0.1, tolerance: 1e-9))
    #expect(distance(once.model.weights.elements, more.model.weights.elements) < 1e-4)
  }

  @Test(arguments: [60, 12]) func `a warm start ends where a cold one does`(samples: Int) throws {
    let (features, labels) = clouds(samples, 20, classes: 3, spread: 3, seed: 6)
    let options = L2SVM.Options(standardisation: .withOffset(), tolerance: 1e-8)
    let strengths = [1e-4, 1e-2, 1, 1e-3]
    let task = try L2SVMTask(features, labels: labels, classes: 3, options: options)
    let problems = L2SVMProblems(labels: task.labels, positives: task.present, C: strengths[0])
    for (strength, warm) in zip(strengths, try task.solve(problems, strengths: strengths)) {
      var cold = options
      cold.C = strength
      let (_, report) = try L2SVM.fit(features, labels: labels, classes: 3, options: cold)
      #expect(warm.endings.allSatisfy { $0.converged })
      let objective = warm.endings.reduce(0) { $0 + $1.objective }
      #expect(abs(report.objective - objective) < 1e-7 * report.objective)
    }
  }

  @Test(arguments: [150, 30]) func `a streamed source gives the same bits`(samples: Int) throws {
    let (features, labels) = clouds(samples, 40, classes: 3, spread: 2, seed: 7)
    let options = L2SVM.Options(C: 0.1, standardisation: .withOffset())
    let whole = try L2SVM.fit(features, labels: labels, classes: 3, options: options)
    let streamed = try L2SVM.fit(
      StreamedRows(matrix: features), labels: labels, classes: 3, options: options)
    #expect(whole.model == streamed.model)
    #expect(whole.report == streamed.report)
    #expect(try whole.model.predict(features) == streamed.model.predict(StreamedRows(matrix: features)))
  }

  @Test(arguments: [150, 30]) func `the order of samples does not matter`(samples: Int) throws {
    let (features, labels) = clouds(samples, 40, classes: 3, spread: 2, seed: 8)
    let order = (0..<samples).map { ($0 * 7 + 3) % samples }
    let options = L2SVM.Options(C: 0.1, tolerance: 1e-9)
    let first = try L2SVM.fit(features, labels: labels, classes: 3, options: options)
    let second = try L2SVM.fit(
      features.selecting(rows: order), labels: order.map { labels[$0] }, classes: 3, options: options)
    #expect(abs(first.report.objective - second.report.objective) < 1e-7 * first.report.objective)
    #expect(distance(first.model.weights.elements, second.model.weights.elements) < 1e-4)
  }

  @Test func `large means cost no precision`() throws {
    // All numbers are whole, so the shifted features are the same samples to the last bit.
    let (clouds, labels) = clouds(200, 10, classes: 3, spread: 2, seed: 9)
    let features = Matrix<Float>(
      rows: 200, columns: 10, elements: clouds.elements.map { ($0 * 50).rounded() })
    let shifted = Matrix<Float>(rows: 200, columns: 10, elements: features.elements.map { $0 + 1_000_000 })
    let options = L2SVM.Options(C: 0.1, standardisation: .withOffset())
    let plain = try L2SVM.fit(features, labels: labels, classes: 3, options: options).report
    let report = try L2SVM.fit(shifted, labels: labels, classes: 3, options: options).report
    #expect(abs(plain.objective - report.objective) < 1e-4 * plain.objective)
  }

  @Test func `more blocks than one`() throws {
    let (features, labels) = clouds(9000, 70, classes: 3, spread: 4, seed: 10)
    let options = L2SVM.Options(C: 0.001, tolerance: 1e-8)
    let (model, report) = try L2SVM.fit(features, labels: labels, classes: 3, options: options)
    // The objective from its definition.
    let decisions = model.decisionValues(features)
    var objective = 0.0
    for k in 0..<3 {
      objective += model.weights[row: k].reduce(0) { $0 + Double($1) * Double($1) } / 2
      objective += model.biases[k] * model.biases[k] / 2
      for sample in 0..<9000 {
        let shortfall = max(0, 1 - (labels[sample] == k ? 1 : -1) * Double(decisions[sample, k]))
        objective += options.C * shortfall * shortfall
      }
    }
    #expect(abs(objective - report.objective) < 1e-6 * objective)
    #expect(report.machines.allSatisfy { $0.dualityGap <= 1e-8 * $0.objective })
  }
}
