import Learners
import Testing

struct LinearSVM1DTests {
  @Test(arguments: [0, 1]) func `finds LIBLINEAR's machines`(index: Int) throws {
    let known = try Reference.load().svm[index]
    let machine = try LinearSVM1D.fit(known.values, labels: known.labels, classes: known.classes)
    // The reference keeps one machine for two classes: that of the second.
    let first = known.classes == 2 ? 1 : 0
    #expect(distance(machine.slopes[first...], known.slopes) < 1e-6)
    #expect(distance(machine.intercepts[first...], known.intercepts) < 1e-6)
    #expect(machine.predict(known.values) == known.predictions)
  }

  @Test(arguments: [0.01, 1, 1000]) func `the gradient vanishes at the answer`(strength: Double) throws {
    let values: [Float] = [-3, -1, -0.5, 0.2, 0.4, 1, 2, 50]
    let labels = [0, 0, 1, 0, 1, 1, 1, 0]
    let machine = try LinearSVM1D.fit(values, labels: labels, classes: 2, C: strength, balanced: false)
    var (slope, intercept) = (machine.slopes[1], machine.intercepts[1])
    for (value, label) in zip(values, labels) {
      let sign = label == 1 ? 1.0 : -1
      let shortfall = max(0, 1 - sign * machine.decision(1, value))
      slope -= 2 * strength * sign * shortfall * Double(value)
      intercept -= 2 * strength * sign * shortfall
    }
    #expect(abs(slope) < 1e-9 * (1 + strength * 1000) && abs(intercept) < 1e-9 * (1 + strength * 1000))
  }

  @Test func `balance lifts a rare class`() throws {
    let values = [Float](repeating: 0, count: 95) + [Float](repeating: 1, count: 5)
    let labels = [Int](repeating: 0, count: 95) + [Int](repeating: 1, count: 5)
    let plain = try LinearSVM1D.fit(values, labels: labels, classes: 2, balanced: false)
    let balanced = try LinearSVM1D.fit(values, labels: labels, classes: 2)
    #expect(plain.decision(1, 1) < balanced.decision(1, 1))
    #expect(plain.predict([1]) == [0])
  }

  @Test func `classes that never occur are never predicted`() throws {
    let machine = try LinearSVM1D.fit([-1, -1, 1, 1], labels: [1, 1, 3, 3], classes: 5, C: 1)
    #expect(machine.present == [1, 3])
    #expect(machine.predict([-2, 2]) == [1, 3])
    #expect(try LinearSVM1D.fit([4], labels: [2], classes: 3).predict([-7, 0]) == [2, 2])
  }

  @Test func `a NaN is refused by place`() {
    #expect(throws: LearnerError.self) { try LinearSVM1D.fit([0, .nan], labels: [0, 1], classes: 2) }
  }
}
