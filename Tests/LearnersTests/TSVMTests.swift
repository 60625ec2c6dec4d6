import Learners
import LinearAlgebra
import Randomness
import Testing

struct TSVMTests {
  @Test(arguments: 0..<3, TSVM.Method.allCases)
  func `finds the minima of an independent program`(index: Int, method: TSVM.Method) throws {
    let known = try TSVMReference.load().transductive[index]
    let answers = known.answers.filter { $0.method == method }
    let free = known.labels.indices.filter { known.labels[$0] < 0 }
    for answer in answers {
      let (model, report) = try TSVM.fit(
        known.matrix, labels: known.known, classes: 3, strength: answer.strength,
        options: .init(lambda: known.lambda, method: method, tolerance: 1e-9))
      #expect(report.strength == answer.strength)
      for (machine, objective) in zip(report.machines, answer.objectives) {
        #expect(abs(machine.objective - objective) < 1e-6 * objective)
      }
      #expect(report.machines.map(\.positives) == answer.signs.map { $0.reduce(0, +) })
      let decisions = model.decisionValues(known.matrix)
      for label in 0..<3 {
        #expect(
          distance((0..<6).map { decisions[$0, label] }, answer.decisions[(6 * label)..<(6 * label + 6)])
            < 1e-4)
        // No exchange of two signs is worth it: those with the largest values are the positive ones.
        let order = free.sorted { decisions[$0, label] > decisions[$1, label] }
        let positive = Set(order.prefix(report.machines[label].positives))
        #expect(free.map { positive.contains($0) ? 1 : 0 } == answer.signs[label])
      }
    }
  }

  /// Two samples with a label and eight without, four of each sort, some of them on the wrong side of the first two.
  private func tiny(seed: UInt64) -> (features: Matrix<Float>, labels: [Int?]) {
    var stream = RandomStream(seed: seed)
    let points = (0..<12).flatMap { sample -> [Float] in
      let side = Float(2 * (sample % 2) - 1)
      return [side + 0.3 * Float(stream.normal()), Float(1.5 * stream.normal())]
    }
    return (matrix(points, columns: 2), (0..<12).map { $0 < 4 ? $0 % 2 : nil })
  }

  @Test(arguments: 1...6) func `annealing finds the best of all signs`(seed: UInt64) throws {
    // With lambda' = u / l every sample weighs the same, and a fit at given signs is a plain L2-SVM.
    let (features, labels) = tiny(seed: seed)
    let lambda = 0.05
    var best = Double.infinity
    for choice in 0..<256 where choice.nonzeroBitCount == 4 {
      let signs = labels.map { $0 ?? 0 }.enumerated().map { $0 < 4 ? $1 : choice >> ($0 - 4) & 1 }
      let report = try L2SVM.fit(
        features, labels: signs, classes: 2, options: .init(C: 1 / (2 * 4 * lambda), tolerance: 1e-9)
      ).report
      best = min(best, lambda * report.machines[1].objective)
    }
    func fit(_ method: TSVM.Method) throws -> TSVM.Report {
      try TSVM.fit(
        features, labels: labels, classes: 2, strength: 2,
        options: .init(lambda: lambda, method: method, tolerance: 1e-9)
      ).report
    }
    // Decision values of single precision: an objective is right to some 1e-7 of itself, on every processor differently.
    #expect(abs(try fit(.annealing).machines[1].objective - best) < 1e-6 * best)
    // The other method may end in another minimum, and never below the smallest.
    #expect(try fit(.switching).machines[1].objective > best * (1 - 1e-6))
  }

  @Test(arguments: TSVM.Method.allCases)
  func `a weight of nothing leaves the machines of the labelled samples`(method: TSVM.Method) throws {
    let (features, labels) = clouds(90, 6, classes: 3, spread: 2, seed: 30)
    let known = labels.enumerated().map { $0 < 30 ? Optional($1) : nil }
    let model = try TSVM.fit(
      features, labels: known, classes: 3, strength: 1e-9,
      options: .init(lambda: 0.1, method: method, tolerance: 1e-9)
    ).model
    let plain = try L2SVM.fit(
      features.selecting(rows: 0..<30), labels: Array(labels[..<30]), classes: 3,
      options: .init(C: 1 / (2 * 30 * 0.1), tolerance: 1e-9)
    ).model
    #expect(distance(model.weights.elements, plain.weights.elements) < 1e-4)
    #expect(distance(model.biases, plain.biases) < 1e-4)
  }

  @Test(arguments: TSVM.Method.allCases)
  func `samples without labels move the border into the gap`(method: TSVM.Method) throws {
    // One label each, both off their cloud's centre in the direction that tells nothing.
    var stream = RandomStream(seed: 31)
    let truth = (0..<400).map { $0 % 2 }
    let points = truth.enumerated().flatMap { sample, label -> [Float] in
      let (along, across) = (Float(4 * label - 2), Float(6 * label - 3))
      return [along + Float(0.6 * stream.normal()), sample < 2 ? across : Float(1.5 * stream.normal())]
    }
    let features = matrix(points, columns: 2)
    let known = truth.enumerated().map { $0 < 2 ? Optional($1) : nil }
    let model = try TSVM.fit(
      features, labels: known, classes: 2, strength: 1, options: .init(lambda: 0.01, method: method)
    ).model
    let plain = try L2SVM.fit(features.selecting(rows: [0, 1]), labels: [0, 1], classes: 2).model
    #expect(accuracy(try plain.predict(features), truth) < 0.97)
    #expect(accuracy(try model.predict(features), truth) > 0.99)
  }

  @Test(arguments: TSVM.Method.allCases)
  func `streamed rows give the same bits`(method: TSVM.Method) throws {
    let (features, labels) = clouds(120, 5, classes: 3, spread: 1.5, seed: 32)
    let known = labels.enumerated().map { $0 % 5 == 0 ? Optional($1) : nil }
    let options = TSVM.Options(lambda: 0.01, method: method)
    let whole = try TSVM.fit(features, labels: known, classes: 3, strength: 1, options: options)
    let streamed = try TSVM.fit(
      StreamedRows(matrix: features), labels: known, classes: 3, strength: 1, options: options)
    #expect(streamed.model == whole.model)
    #expect(streamed.report == whole.report)
  }

  @Test(arguments: TSVM.Method.allCases)
  func `classes have their share of the labels among the signs, down to none and up to all`(
    method: TSVM.Method
  ) throws {
    let (features, _) = clouds(60, 4, classes: 3, seed: 33)
    // How many labels of each class, and how many of the others are given its sign.
    for (counts, positives) in [([10, 6, 4], [20, 12, 8]), ([48, 1, 1], [10, 0, 0])] {
      let known: [Int?] = counts.enumerated().flatMap { [Int?](repeating: $0, count: $1) }
      let labels = known + [Int?](repeating: nil, count: 60 - known.count)
      let report = try TSVM.fit(
        features, labels: labels, classes: 3, strength: 1, options: .init(lambda: 0.1, method: method)
      ).report
      #expect(report.machines.map(\.positives) == positives)
    }
  }

  @Test func `progress ends at one and may end the fit`() throws {
    struct Enough: Error {}
    let (features, labels) = clouds(40, 3, classes: 2, seed: 34)
    let known = labels.enumerated().map { $0 < 10 ? Optional($1) : nil }
    for method in TSVM.Method.allCases {
      let options = TSVM.Options(lambda: 0.1, method: method)
      var shares: [Double] = []
      _ = try TSVM.fit(features, labels: known, classes: 2, strength: 1, options: options) {
        shares.append($0)
      }
      #expect(shares == shares.sorted())
      #expect(shares.allSatisfy { $0 > 0 && $0 <= 1 })
      #expect(throws: Enough.self) {
        try TSVM.fit(features, labels: known, classes: 2, strength: 1, options: options) { _ in throw Enough()
        }
      }
    }
  }

  @Test func `an unconverged fit is an error`() throws {
    let (features, labels) = clouds(80, 10, classes: 3, spread: 3, seed: 35)
    let known = labels.enumerated().map { $0 < 40 ? Optional($1) : nil }
    let error = #expect(throws: LearnerError.self) {
      try TSVM.fit(
        features, labels: known, classes: 3, strength: 1,
        options: .init(lambda: 1e-4, tolerance: 1e-10, maximumIterations: 1))
    }
    guard case .notConverged("TSVM", "class 0 at lambda' = 0.0", _, _, 1e-10) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func `data that leave nothing to learn are refused`() {
    let features = matrix([0, 1, 2] as [Float], columns: 1)
    func fit(_ labels: [Int?]) throws {
      _ = try TSVM.fit(features, labels: labels, classes: 2, strength: 1, options: .init(lambda: 1))
    }
    #expect(throws: LearnerError.noSamples(learner: "TSVM without labels")) { try fit([0, 1, 1]) }
    #expect(throws: LearnerError.noSamples(learner: "TSVM with labels")) { try fit([nil, nil, nil]) }
    #expect(throws: LearnerError.singleClass(learner: "TSVM", label: 1)) { try fit([1, nil, nil]) }
    #expect(throws: LearnerError.labelOutOfRange(learner: "TSVM", row: 1, label: 2, classes: 2)) {
      try fit([1, 2, nil])
    }
  }
}
