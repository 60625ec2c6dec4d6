import LinearAlgebra
import Randomness
import Testing

struct PackedSymmetricTests {
  private func random(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix<Float> {
    var stream = RandomStream(seed: seed)
    return Matrix(
      rows: rows, columns: columns, elements: (0..<(rows * columns)).map { _ in Float(stream.normal()) })
  }

  private func packed(_ a: Matrix<Float>, _ orientation: Orientation) -> PackedSymmetric {
    var gram = PackedSymmetric(size: orientation == .asStored ? a.rows : a.columns)
    a.withUnsafeElements { gram.addGram($0, rows: a.rows, columns: a.columns, orientation) }
    return gram
  }

  private func largestDifference(_ a: Matrix<Float>, _ b: Matrix<Float>) -> Float {
    zip(a.elements, b.elements).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }

  @Test(arguments: [1, 2, 3, 8, 33]) func `holds the Gram matrix of rows and of columns`(size: Int) {
    let a = random(size, 12, seed: 1)
    let b = random(12, size, seed: 2)
    for (gram, whole) in [
      (packed(a, .asStored), a.times(a, right: .transposed)),
      (packed(b, .transposed), b.times(b, left: .transposed)),
    ] {
      for row in 0..<size {
        for column in 0..<size { #expect(abs(gram[row, column] - whole[row, column]) < 1e-4) }
      }
    }
  }

  @Test func `blocks add up`() {
    let a = random(20, 7, seed: 3)
    var gram = PackedSymmetric(size: 7)
    for rows in [0..<6, 6..<20] {
      let part = a.selecting(rows: rows)
      part.withUnsafeElements { gram.addGram($0, rows: part.rows, columns: 7, .transposed) }
    }
    let whole = packed(a, .transposed)
    for row in 0..<7 { for column in 0..<7 { #expect(abs(gram[row, column] - whole[row, column]) < 1e-4) } }
  }

  @Test(arguments: [1, 2, 5, 34]) func `multiplies and solves as the whole matrix does`(size: Int) throws {
    let a = random(size, size + 5, seed: 4)
    var gram = packed(a, .asStored)
    gram.scale(by: 0.5, addingToDiagonal: 1)
    var whole = a.times(a, right: .transposed)
    for row in 0..<size {
      for column in 0..<size { whole[row, column] = 0.5 * whole[row, column] + (row == column ? 1 : 0) }
    }
    let vectors = random(3, size, seed: 5)
    let product = gram.product(vectors)
    #expect(largestDifference(product, vectors.times(whole)) < 1e-3)
    var solution = product
    try PackedCholesky(gram).solve(&solution)
    #expect(largestDifference(solution, vectors) < 1e-3)
  }

  @Test(arguments: [(0, 1), (2, 3), (3, 4), (4, 5)])
  func `names the minor that is not positive definite`(bad: Int, minor: Int) {
    var rows = Matrix<Float>(rows: 5, columns: 5)
    for index in 0..<5 where index != bad { rows[index, index] = 1 }
    #expect(throws: LinearAlgebraError.notPositiveDefinite(size: 5, minor: minor)) {
      try PackedCholesky(packed(rows, .asStored))
    }
  }

  @Test func `rows are gathered in order`() throws {
    let a = random(6, 3, seed: 6)
    #expect(try a.gathering([4, 0, 4]) == a.selecting(rows: [4, 0, 4]))
  }
}
