import Learners
import LinearAlgebra
import Testing

@testable import struct Learners.L2SVMNewton

/// Degenerate data, refusals and what a report says.
struct L2SVMEdgeTests {
  @Test func `separable data converge at any C`() throws {
    let features = matrix([-2, -1.5, -1, 1, 1.5, 2] as [Float], columns: 1)
    for strength in [1e-8, 1, 1e6] {
      let (model, report) = try L2SVM.fit(
        features, labels: [0, 0, 0, 1, 1, 1], classes: 2, options: .init(C: strength))
      #expect(report.converged)
      #expect(try model.predict(features) == [0, 0, 0, 1, 1, 1])
    }
  }

  @Test(arguments: [1, 40]) func `constant and repeated features share their weight`(repeats: Int) throws {
    let (cloud, labels) = clouds(30, 1, classes: 2, seed: 11)
    let wide = Matrix<Float>(rows: 30, columns: repeats + 1) { target in
      for row in 0..<30 {
        for column in 0..<repeats { target[row * (repeats + 1) + column] = cloud[row, 0] }
        target[row * (repeats + 1) + repeats] = 7
      }
    }
    let options = L2SVM.Options(bias: .unpenalised, standardisation: .withOffset(), tolerance: 1e-8)
    let (model, report) = try L2SVM.fit(wide, labels: labels, classes: 2, options: options)
    #expect(report.converged)
    #expect(abs(model.weights[0, repeats]) < 1e-6)
    #expect(
      distance(model.weights[row: 0].prefix(repeats), [Float](repeating: model.weights[0, 0], count: repeats))
        < 1e-5)
  }

  @Test func `two opposite samples give the known machine`() throws {
    // By symmetry b = 0, and w minimises w^2 / 2 + 2 C (1 - w)^2: w = 4 C / (1 + 4 C).
    let model = try L2SVM.fit(
      matrix([1, -1] as [Float], columns: 1), labels: [0, 1], classes: 2,
      options: .init(C: 1, tolerance: 1e-10)
    ).model
    #expect(distance(model.weights.elements, [0.8, -0.8]) < 1e-6)
    #expect(distance(model.biases, [0, 0]) < 1e-6)
  }

  @Test func `classes that never occur are never predicted`() throws {
    let (features, labels) = clouds(40, 3, classes: 2, seed: 12)
    let (model, report) = try L2SVM.fit(features, labels: labels.map { 2 * $0 + 1 }, classes: 5)
    #expect(model.present == [1, 3])
    #expect(report.machines.map(\.label) == [1, 3])
    #expect(try Set(model.predict(features)) == [1, 3])
    #expect(model.weights[row: 0].allSatisfy { $0 == 0 })
  }

  @Test func `one class is refused`() {
    #expect(
      throws: LearnerError.singleClass(learner: "L2-SVM", label: 2),
      performing: { try L2SVM.fit(Matrix<Float>(rows: 3, columns: 2), labels: [2, 2, 2], classes: 4) })
  }

  @Test(arguments: [Float.nan, .infinity]) func `a value that is not finite is named by place`(value: Float) {
    var features = Matrix<Float>(rows: 600, columns: 900, repeating: 1)
    features[417, 31] = value
    let error = #expect(throws: LearnerError.self) {
      try L2SVM.fit(features, labels: (0..<600).map { $0 % 2 }, classes: 2)
    }
    guard case .notFinite("L2-SVM", 417, 31, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func `labels out of range and no samples are refused`() {
    #expect(throws: LearnerError.labelOutOfRange(learner: "L2-SVM", row: 1, label: 2, classes: 2)) {
      try L2SVM.fit(Matrix<Float>(rows: 2, columns: 1), labels: [0, 2], classes: 2)
    }
    #expect(throws: LearnerError.noSamples(learner: "L2-SVM")) {
      try L2SVM.fit(Matrix<Float>(rows: 0, columns: 1), labels: [], classes: 2)
    }
  }

  @Test(arguments: 0..<4, [L2SVM.Bias.penalised(), .unpenalised])
  func `more features than samples are solved at any C`(index: Int, bias: L2SVM.Bias) throws {
    // Samples occur twice, some with two labels: what a large C weighs most cannot be had.
    let known = try TSVMReference.load().stiff
    let (features, strength) = (matrix(known.features, columns: known.columns), known.cases[index].strength)
    let report = try L2SVM.fit(
      features, labels: known.labels, classes: 3, options: .init(C: strength, bias: bias, tolerance: 1e-7)
    ).report
    #expect(report.method == .samples)
    for (machine, objective) in zip(report.machines, known.cases[index].objectives) {
      switch bias {
      case .penalised: #expect(abs(machine.objective - objective) < 1e-6 * objective)
      case .unpenalised: #expect(machine.objective < objective * (1 + 1e-6))
      }
    }
  }

  @Test(arguments: [200, 15]) func `an unconverged fit is an error`(samples: Int) throws {
    let (features, labels) = clouds(samples, 20, classes: 3, spread: 2, seed: 13)
    let options = L2SVM.Options(C: 10, tolerance: 1e-9, maximumIterations: 1)
    let error = #expect(throws: LearnerError.self) {
      try L2SVM.fit(features, labels: labels, classes: 3, options: options)
    }
    guard case .notConverged("L2-SVM", "class 0", _, let reached, 1e-9) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(reached > 1e-9)
  }

  @Test func `a C whose system cannot be factored is one that has not converged`() throws {
    // Samples so large that beside them double precision knows nothing of 1 / (2 C), some of them with two labels.
    let (cloud, first) = clouds(40, 100, classes: 2, spread: 1000, seed: 22)
    let features = cloud.selecting(rows: Array(0..<40) + Array(0..<20))
    let labels = first + first[..<20].map { 1 - $0 }
    let error = #expect(throws: LearnerError.self) {
      try L2SVM.fit(features, labels: labels, classes: 2, options: .init(C: 1e12))
    }
    guard case .notConverged("L2-SVM", _, _, _, 1e-6) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    let search = try L2SVM.search(
      features, labels: labels, classes: 2, strengths: [1e-9, 1e12], validation: .heldOut(Array(30..<40)))
    #expect(search.means.map { $0 == nil } == [false, true])
    #expect(search.ranking == [1e-9, 1e12])
  }

  @Test func `a gap below zero is a rounding error of its size and no convergence`() {
    var ending = L2SVMNewton.Ending()
    ending.note(objective: 10, gap: 4, tolerance: 1e-6)
    ending.note(objective: 1, gap: -0.5, tolerance: 1e-6)
    #expect(!ending.converged && ending.gap == 0.5)
    ending.note(objective: 1, gap: -1e-7, tolerance: 1e-6)
    #expect(ending.converged && ending.gap == 1e-7)
  }

  @Test func `messages say what to do`() {
    #expect(
      "\(LearnerError.singleClass(learner: "L2-SVM", label: 2))"
        == "L2-SVM: every sample has label 2, and at least two classes are needed; "
        + "check the split and the label filter")
    let error = LearnerError.notConverged(
      learner: "L2-SVM", part: "class 3", iterations: 100, reached: 0.25, tolerance: 1e-6)
    #expect(
      "\(error)"
        == "L2-SVM: class 3 has not converged after 100 iterations, its relative gap is 0.25 and should be 1e-06; "
        + "use a smaller C or a larger tolerance")
  }

  @Test func `scaling has the sample variance and the offset`() throws {
    let scaling = try FeatureScaling.fit(matrix([1, 5, 3, 5] as [Float], columns: 2))
    #expect(scaling.means == [2, 5])
    #expect(distance(scaling.scales, [1 / 2.01.squareRoot(), 10]) < 1e-12)
    #expect(try FeatureScaling.fit(matrix([4] as [Float], columns: 1), offset: 0).scales == [1])
  }
}
