import Learners
import LinearAlgebra
import Randomness
import Testing

struct FastICATests {
  @Test func `finds scikit-learn's unmixing`() throws {
    let known = try Reference.load().ica
    let ica = try FastICA.fit(
      matrix(known.whitened, columns: known.columns), from: matrix(known.start, columns: known.columns),
      tolerance: 1e-10, maximumIterations: 1000)
    #expect(ica.converged && ica.change < 1e-10)
    let expected = matrix(known.unmixing, columns: known.columns)
    // Rows are unique up to order and sign.
    var taken = Set<Int>()
    for row in 0..<expected.rows {
      let cosines = (0..<ica.unmixing.rows).map {
        abs(BLAS.dot(Array(ica.unmixing[row: $0]), Array(expected[row: row])))
      }
      let best = cosines.indices.max { cosines[$0] < cosines[$1] }!
      #expect(abs(cosines[best] - 1) < 1e-6)
      taken.insert(best)
    }
    #expect(taken.count == expected.rows)
  }

  @Test func `two mixed signals come apart`() throws {
    var stream = RandomStream(seed: 1)
    // More samples than one block of the kernel.
    let samples = 9000
    let sources = Matrix<Float>(
      rows: samples, columns: 2,
      elements: (0..<samples).flatMap { _ in
        [Float(stream.uniform() - 0.5), Float(stream.uniform() < 0.5 ? -1 : 1) * Float(stream.uniform())]
      })
    let mixed = sources.times(Matrix(rows: 2, columns: 2, elements: [1, 2, -0.5, 1]))
    let white = try PCA.fit(mixed, components: 2).project(mixed, whiten: true)
    let ica = try FastICA.fit(white, components: 2, stream: &stream)
    #expect(ica.converged)
    let found = ica.sources(white)
    for source in 0..<2 {
      let correlations = (0..<2).map { correlation(sources, source, found, $0) }
      #expect(correlations.max()! > 0.99 && correlations.min()! < 0.1)
    }
  }

  @Test func `rows are orthonormal, also when fewer than the features`() throws {
    let (x, _) = clouds(400, 4, classes: 3, seed: 2)
    let white = try PCA.fit(x, components: 4).project(x, whiten: true)
    var stream = RandomStream(seed: 3)
    let unmixing = try FastICA.fit(white, components: 2, stream: &stream).unmixing
    let gram = unmixing.times(unmixing, right: .transposed)
    #expect(distance(gram.elements, [1.0, 0, 0, 1]) < 1e-12)
  }

  @Test func `running out of iterations is never silent`() throws {
    let (x, _) = clouds(200, 3, classes: 2, seed: 4)
    let white = try PCA.fit(x, components: 3).project(x, whiten: true)
    var stream = RandomStream(seed: 5)
    let ica = try FastICA.fit(white, components: 3, tolerance: 1e-15, maximumIterations: 2, stream: &stream)
    #expect(!ica.converged && ica.iterations == 2 && ica.change > 1e-15)
  }

  @Test func `more components than features are refused`() {
    var stream = RandomStream(seed: 6)
    #expect(
      throws: LearnerError.tooManyComponents(
        learner: "FastICA", components: 3, limit: 2, reason: "2 whitened features")
    ) { try FastICA.fit(Matrix(rows: 5, columns: 2), components: 3, stream: &stream) }
  }

  @Test func `no samples are refused, whatever is asked of them`() {
    var stream = RandomStream(seed: 7)
    #expect(throws: LearnerError.noSamples(learner: "FastICA")) {
      try FastICA.fit(Matrix(rows: 0, columns: 0), components: 0, stream: &stream)
    }
  }

  private func correlation(_ a: Matrix<Float>, _ i: Int, _ b: Matrix<Float>, _ j: Int) -> Double {
    let (meanA, meanB) = (a.columnMeans()[i], b.columnMeans()[j])
    let x = (0..<a.rows).map { Double(a[$0, i]) - meanA }
    let y = (0..<b.rows).map { Double(b[$0, j]) - meanB }
    return abs(BLAS.dot(x, y)) / (BLAS.dot(x, x) * BLAS.dot(y, y)).squareRoot()
  }
}
