import Learners
import LinearAlgebra
import Testing

struct WhiteningTests {
  @Test func `ZCA and contrast normalisation give NumPy's numbers`() throws {
    let known = try KMeansReference.load().zca
    let rows = matrix(known.rows, columns: known.columns)
    let zca = try ZCA.fit(rows, epsilon: 0.1)
    #expect(distance(zca.mean, known.mean) < 1e-6)
    #expect(distance(zca.matrix.elements, known.matrix) < 1e-6)
    var white = rows
    zca.apply(to: &white)
    #expect(distance(white.elements, known.white) < 2e-5)
    var normalised = rows
    ContrastNormalisation(offset: 10).apply(to: &normalised)
    #expect(distance(normalised.elements, known.normalised) < 1e-6)
  }

  @Test(arguments: [1, 16, 50])
  func `without epsilon the covariance of whitened samples is the identity`(features: Int) throws {
    // Enough samples for the covariance to have full rank; their number fills no block of the inner loops.
    var (x, _) = clouds(1001, features, classes: 3, seed: 5)
    let zca = try ZCA.fit(x, epsilon: 0)
    zca.apply(to: &x)
    var covariance = Matrix<Double>(rows: features, columns: features)
    covariance.setToGram(x.converted(to: Double.self), .transposed, alpha: 1.0 / 1000)
    let identity = ZCA.none(features: features).matrix
    #expect(distance(covariance.elements, identity.elements) < 1e-4)
    #expect(distance(x.columnMeans(), [Double](repeating: 0, count: features)) < 1e-5)
    #expect(zca.matrix == zca.matrix.transposed())
  }

  @Test func `a direction without variance is left at zero, not blown up`() throws {
    let zca = try ZCA.fit(Matrix(rows: 5, columns: 3, repeating: 4), epsilon: 0)
    #expect(zca.matrix.elements == [Float](repeating: 0, count: 9))
    let damped = try ZCA.fit(Matrix(rows: 5, columns: 2, repeating: 4), epsilon: 0.25)
    #expect(distance(damped.matrix.elements, [2, 0, 0, 2]) < 1e-6)
  }

  @Test func `no whitening changes nothing`() throws {
    let (x, _) = clouds(20, 4, classes: 2, seed: 6)
    var same = x
    try ZCA.fit(x, kind: .none).apply(to: &same)
    #expect(same == x)
  }

  @Test func `a NaN is named, and no samples are refused`() throws {
    var x = Matrix<Float>(rows: 5000, columns: 2)
    x[4500, 1] = .infinity
    #expect(throws: LearnerError.notFinite(learner: "ZCA", row: 4500, column: 1, value: .infinity)) {
      try ZCA.fit(x)
    }
    #expect(throws: LearnerError.noSamples(learner: "ZCA")) { try ZCA.fit(Matrix(rows: 0, columns: 2)) }
  }

  @Test func `a flat sample becomes zero`() {
    var flat = Matrix<Float>(rows: 1, columns: 20, repeating: 200)
    ContrastNormalisation(offset: 10).apply(to: &flat)
    #expect(flat.elements == [Float](repeating: 0, count: 20))
  }
}
