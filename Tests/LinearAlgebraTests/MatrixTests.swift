import Foundation
import LinearAlgebra
import Testing

struct MatrixTests {
  static let small = Matrix<Float>(rows: 3, columns: 2, elements: [1, 10, 2, 10, 6, 10])

  @Test func `columns have means and variances`() {
    #expect(Self.small.columnMeans() == [3, 10])
    #expect(Self.small.columnVariances() == [14.0 / 3, 0])
    #expect(Self.small.columnVariances(correction: 1) == [7, 0])
    #expect(Self.small.columnVariances(means: [0, 0]) == [41.0 / 3, 100])
    #expect(Matrix<Float>(rows: 0, columns: 1).columnMeans()[0].isNaN)
  }

  @Test func `a small spread on a large mean survives single precision`() {
    let a = Matrix<Float>(rows: 4, columns: 1, elements: [16_000_000, 16_000_001, 16_000_002, 16_000_003])
    #expect(a.columnVariances() == [1.25])
    #expect(a.centred(by: a.columnMeans(), as: Float.self).elements == [-1.5, -0.5, 0.5, 1.5])
  }

  @Test func `rows are chosen in any order`() {
    #expect(Self.small.selecting(rows: [2, 0, 2]).elements == [6, 10, 1, 10, 6, 10])
    #expect(Self.small.selecting(rows: []) == Matrix(rows: 0, columns: 2))
  }

  @Test(arguments: [(1, 1), (3, 2), (70, 33)]) func `a transpose swaps its indices`(rows: Int, columns: Int) {
    let a = Matrix<Float>.random(rows, columns, seed: 20)
    let b = a.transposed()
    #expect(b.rows == columns && b.columns == rows)
    #expect((0..<rows).allSatisfy { row in (0..<columns).allSatisfy { a[row, $0] == b[$0, row] } })
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity]) func `the first number that is none is found`(
    value: Float
  ) {
    var a = Matrix<Float>(rows: 40, columns: 30, repeating: .greatestFiniteMagnitude)
    #expect(a.firstNonFinite() == nil)
    a[17, 29] = value
    a[18, 0] = .nan
    #expect(a.firstNonFinite()! == (17, 29))
  }

  @Test func `precision changes elements alone`() {
    #expect(Self.small.converted(to: Double.self).elements == [1, 10, 2, 10, 6, 10])
    #expect(Self.small.converted(to: Float.self) == Self.small)
  }

  @Test func `a matrix survives JSON, and a torn one is refused`() throws {
    let decoder = JSONDecoder()
    #expect(try decoder.decode(Matrix<Float>.self, from: JSONEncoder().encode(Self.small)) == Self.small)
    for torn in [
      #"{"rows":2,"columns":2,"elements":[1,2,3]}"#, #"{"rows":-1,"columns":-1,"elements":[1]}"#,
      #"{"rows":9223372036854775807,"columns":2,"elements":[]}"#,
    ] {
      #expect(throws: DecodingError.self) { try decoder.decode(Matrix<Float>.self, from: Data(torn.utf8)) }
    }
  }
}

struct LinearAlgebraErrorTests {
  @Test func `messages say what, where, why and what to do`() {
    #expect(
      LinearAlgebraError.notFinite(operation: "Cholesky factorisation", row: 3, column: 7, value: .nan)
        .description
        == "Cholesky factorisation: the element at row 3, column 7 is nan; "
        + "remove or repair such values before factorising")
    #expect(
      LinearAlgebraError.notPositiveDefinite(size: 5, minor: 2).description
        == "Cholesky factorisation of a 5 x 5 matrix: its leading 2 x 2 block is not positive definite; "
        + "add a positive value to the diagonal or drop linearly dependent columns")
    #expect(
      LinearAlgebraError.notConverged(operation: "Symmetric eigendecomposition", rows: 4, columns: 4, info: 1)
        .description
        == "Symmetric eigendecomposition of a 4 x 4 matrix did not converge (LAPACK info 1); "
        + "rescale the matrix so that its largest element is near 1")
  }
}

@Suite(.serialized) struct BLASTests {
  @Test func `the library names itself`() {
    let info = BLAS.info
    #expect(info.version.wholeMatch(of: /\d+\.\d+(\.\d+.*)?/) != nil)
    #expect(!info.core.isEmpty)
    let library = BLAS.library(providing: "cblas_sgemm")
    #expect(library.hasPrefix("/") && library.contains("openblas"))
  }

  @Test func `the number of threads can be set`() {
    let before = BLAS.threads
    defer { BLAS.threads = before }
    BLAS.threads = 1
    #expect(BLAS.threads == 1)
    #expect(BLAS.info.threads == 1)
  }
}
