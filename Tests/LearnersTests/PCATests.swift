import LinearAlgebra
import Randomness
import Testing

@testable import Learners

struct PCATests {
  @Test func `finds scikit-learn's components`() throws {
    let known = try Reference.load().pca
    let features = matrix(known.features, columns: known.columns)
    let pca = try PCA.fit(features, components: 3)
    #expect(distance(pca.mean, known.mean) < 1e-6)
    #expect(distance(pca.components.elements, known.components) < 1e-6)
    #expect(distance(zip(pca.variances, known.variances).map { $0 / $1 }, [1.0, 1, 1]) < 1e-6)
    #expect(distance(pca.explainedRatio, known.ratio) < 1e-8)
    #expect(try distance(pca.project(features.selecting(rows: 0..<4)).elements, known.projected) < 1e-5)
  }

  @Test func `blocks change nothing, and each is read twice`() throws {
    let (x, _) = clouds(25, 6, classes: 2, seed: 1)
    var shares: [Double] = []
    let parts = try x.covariance(Double.self, learner: "PCA", blockRows: 10) { shares.append($0) }
    let whole = try x.covariance(Double.self, learner: "PCA", blockRows: 25)
    #expect(shares == [0.2, 0.4, 0.5, 0.7, 0.9, 1])
    #expect(parts.means == whole.means)
    #expect(distance(parts.covariance.elements, whole.covariance.elements) < 1e-12)
  }

  @Test func `a fit tells what it has read, and may be ended`() throws {
    struct Enough: Error {}
    let (x, _) = clouds(25, 6, classes: 2, seed: 1)
    var shares: [Double] = []
    _ = try PCA.fit(x, components: 4) { shares.append($0) }
    #expect(shares == [0.5, 1])
    #expect(throws: Enough.self) { try PCA.fit(x, components: 4) { _ in throw Enough() } }
  }

  @Test func `wide features take the single-precision way to the same answer`() throws {
    // Three directions in 3,300 features; what is known about them is exact.
    let size = 3300
    var stream = RandomStream(seed: 2)
    let scales: [Float] = [5, 3, 1]
    let x = Matrix<Float>(rows: 200, columns: size) { elements in
      for index in elements.indices { elements[index] = 10 }
      for row in 0..<200 {
        for (axis, scale) in scales.enumerated() {
          elements[row * size + 500 * axis] += scale * Float(stream.normal())
        }
      }
    }
    let pca = try PCA.fit(x, components: 3)
    let narrow = try PCA.fit(
      Matrix(
        rows: 200, columns: 3, elements: (0..<200).flatMap { row in [0, 500, 1000].map { x[row, $0] } }),
      components: 3)
    #expect(distance(zip(pca.variances, narrow.variances).map { $0 / $1 }, [1.0, 1, 1]) < 1e-4)
    for component in 0..<3 {
      let row = [0, 500, 1000].map { pca.components[component, $0] }
      #expect(distance(row, narrow.components[row: component]) < 1e-3)
    }
  }

  @Test func `small components of wide features are whitened as well as large ones`() throws {
    // Standard deviations from 1000 down to 0.001 among 1,100 features: beside the largest variance, single precision
    // knows nothing of the smallest.
    let (size, scales) = (1100, [1000, 1, 0.001] as [Float])
    var stream = RandomStream(seed: 5)
    let x = Matrix<Float>(rows: 300, columns: size) { elements in
      for index in elements.indices { elements[index] = 0 }
      for row in 0..<300 {
        for (axis, scale) in scales.enumerated() {
          elements[row * size + 500 * axis] = scale * Float(stream.normal())
        }
      }
    }
    let white = try PCA.fit(StreamedRows(matrix: x), components: 3).project(
      StreamedRows(matrix: x), whiten: true)
    for component in 0..<3 {
      let square = (0..<300).reduce(0.0) { $0 + Double(white[$1, component]) * Double(white[$1, component]) }
      #expect(abs(square / 299 - 1) < 1e-3)
    }
  }

  @Test func `rows that are read on the way are projected to the same bits`() throws {
    let (x, _) = clouds(5000, 4, classes: 2, seed: 6)
    let pca = try PCA.fit(StreamedRows(matrix: x), components: 3)
    #expect(try pca == PCA.fit(x, components: 3))
    #expect(try pca.project(StreamedRows(matrix: x), whiten: true) == pca.project(x, whiten: true))
    let error = #expect(throws: LearnerError.self) {
      try pca.project(StreamedRows(matrix: matrix([0, 0, .nan, 0], columns: 4)))
    }
    guard case .notFinite("PCA", 0, 2, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func `whitened coordinates have unit variance and no correlation`() throws {
    let (x, _) = clouds(500, 5, classes: 3, seed: 3)
    let pca = try PCA.fit(x, components: 5)
    let white = try pca.project(x, whiten: true).converted(to: Double.self)
    var covariance = Matrix<Double>(rows: 5, columns: 5)
    covariance.setToGram(white, .transposed, alpha: 1.0 / 499)
    var identity = Matrix<Double>(rows: 5, columns: 5)
    for index in 0..<5 { identity[index, index] = 1 }
    #expect(distance(covariance.elements, identity.elements) < 1e-5)
    #expect(distance(white.columnMeans(), [0.0, 0, 0, 0, 0]) < 1e-6)
  }

  @Test(arguments: 1...4)
  func `a direction that the fitted rows do not have is 0 for all others`(seed: UInt64) throws {
    // About their mean, twenty rows have nineteen directions; the twentieth component is made of rounding errors.
    let (x, _) = clouds(40, 30, classes: 3, seed: seed)
    let pca = try PCA.fit(x.selecting(rows: 0..<20), components: 20)
    #expect(pca.variances[18] > 0.01 && pca.variances[19] == 0)
    let white = try pca.project(x.selecting(rows: 20..<40), whiten: true)
    #expect((0..<20).allSatisfy { white[$0, 19] == 0 })
    #expect(white.elements.allSatisfy { abs($0) < 100 })
  }

  @Test func `data that do not vary have no directions and no NaN`() throws {
    let pca = try PCA.fit(Matrix(rows: 3, columns: 2, repeating: 7), components: 2)
    #expect(pca.variances == [0, 0] && pca.explainedRatio == [0, 0])
    #expect(try pca.project(Matrix(rows: 1, columns: 2, repeating: 7), whiten: true).elements == [0, 0])
    #expect(try PCA.fit(Matrix(rows: 1, columns: 1, repeating: 7), components: 1).mean == [7])
  }

  @Test func `a NaN is named by its row in the whole`() throws {
    var x = Matrix<Float>(rows: 5000, columns: 2)
    x[4500, 1] = .infinity
    #expect(throws: LearnerError.notFinite(learner: "PCA", row: 4500, column: 1, value: .infinity)) {
      try PCA.fit(x, components: 1)
    }
  }

  @Test func `more components than the data have are refused`() {
    let error = #expect(throws: LearnerError.self) { try PCA.fit(Matrix(rows: 3, columns: 8), components: 4) }
    #expect(
      error?.description
        == "PCA: 4 components were asked for, at most 3 exist (3 samples of 8 features); ask for fewer")
    #expect(throws: LearnerError.noSamples(learner: "PCA")) {
      try PCA.fit(Matrix(rows: 0, columns: 2), components: 0)
    }
  }
}

struct StandardizerTests {
  @Test func `features get mean 0 and deviation 1, constant ones are only shifted`() throws {
    let x = Matrix<Float>(rows: 4, columns: 2, elements: [1, 0.1, 3, 0.1, 1, 0.1, 3, 0.1])
    let standardizer = try Standardizer.fit(x)
    #expect(standardizer.standardDeviations == [1, 1])
    #expect(standardizer.apply(x).elements == [-1, 0, 1, 0, -1, 0, 1, 0])
    let (y, _) = clouds(100, 3, classes: 2, seed: 4)
    let z = try Standardizer.fit(y).apply(y)
    #expect(distance(z.columnMeans(), [0.0, 0, 0]) < 1e-6)
    #expect(distance(z.columnVariances(), [1.0, 1, 1]) < 1e-5)
  }
}
