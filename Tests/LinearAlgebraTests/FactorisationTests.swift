import LinearAlgebra
import Testing

struct CholeskyTests {
  static func positiveDefinite(_ size: Int) -> Matrix<Double> {
    let a = Matrix<Double>.random(size, size, seed: 8)
    return a.times(a, right: .transposed).plus(.identity(size))
  }

  @Test(arguments: [1, 2, 5, 70]) func `the factor multiplies back and solves`(size: Int) throws {
    let a = Self.positiveDefinite(size)
    let factor = try Cholesky(a)
    #expect(factor.lower.times(factor.lower, right: .transposed).distance(to: a) < 1e-11)
    for row in 0..<size {
      for column in (row + 1)..<max(size, row + 1) { #expect(factor.lower[row, column] == 0) }
    }
    let right = Matrix<Double>.random(size, 3, seed: 9)
    #expect(a.times(factor.solve(right)).distance(to: right) < 1e-10)
  }

  @Test func `an indefinite matrix names its minor`() {
    var a = Matrix<Double>.identity(4)
    a[2, 2] = -1
    #expect(throws: LinearAlgebraError.notPositiveDefinite(size: 4, minor: 3)) { try Cholesky(a) }
  }

  @Test func `a NaN is refused by place`() {
    var a = Matrix<Float>.identity(3)
    a[1, 2] = .infinity
    #expect(
      throws: LinearAlgebraError.notFinite(
        operation: "Cholesky factorisation", row: 1, column: 2, value: .infinity)
    ) { try Cholesky(a) }
  }
}

struct SymmetricEigenTests {
  static func symmetric(_ size: Int) -> Matrix<Double> {
    let a = Matrix<Double>.random(size, size, seed: 12)
    return a.plus(a.transposed())
  }

  @Test func `a known spectrum`() throws {
    // The second difference matrix: 2 - 2 cos(k pi / 4).
    let a = Matrix<Double>(rows: 3, columns: 3, elements: [2, -1, 0, -1, 2, -1, 0, -1, 2])
    let values = try SymmetricEigen(a).values
    for (value, expected) in zip(values, [2 + 2.0.squareRoot(), 2, 2 - 2.0.squareRoot()]) {
      #expect(abs(value - expected) < 1e-14)
    }
  }

  @Test(arguments: [1, 2, 7, 60]) func `vectors are orthonormal and multiply back`(size: Int) throws {
    let a = Self.symmetric(size)
    let eigen = try SymmetricEigen(a)
    #expect(eigen.values == eigen.values.sorted(by: >))
    #expect(eigen.vectors.times(eigen.vectors, right: .transposed).distance(to: .identity(size)) < 1e-12)
    let back = eigen.vectors.times(Matrix.diagonal(eigen.values).times(eigen.vectors), left: .transposed)
    #expect(back.distance(to: a) < 1e-11)
  }

  @Test(arguments: [0, 1, 3, 20]) func `the largest alone are those of the whole`(count: Int) throws {
    let a = Self.symmetric(20)
    let (all, some) = (try SymmetricEigen(a), try SymmetricEigen(a, largest: count))
    #expect(some.values.count == count && some.vectors.rows == count)
    for index in 0..<count {
      #expect(abs(some.values[index] - all.values[index]) < 1e-12)
      let cosine = BLAS.dot(Array(some.vectors[row: index]), Array(all.vectors[row: index]))
      #expect(abs(abs(cosine) - 1) < 1e-10)
    }
  }
}
