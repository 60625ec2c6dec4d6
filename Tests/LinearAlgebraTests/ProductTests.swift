import LinearAlgebra
import Testing

struct ProductTests {
  @Test(arguments: [Orientation.asStored, .transposed], [Orientation.asStored, .transposed])
  func `gemm follows its definition for every orientation`(left: Orientation, right: Orientation) {
    let (a, b) = (Matrix<Double>.random(3, 5, seed: 1), Matrix<Double>.random(5, 4, seed: 2))
    let c = Matrix<Double>.random(3, 4, seed: 3)
    var result = c
    result.setToProduct(
      left == .asStored ? a : a.transposed(), right == .asStored ? b : b.transposed(), left: left,
      right: right,
      alpha: 2, beta: -0.5)
    #expect(result.distance(to: Matrix.naive(a, b).scaled(2).plus(c.scaled(-0.5))) < 1e-14)
  }

  @Test func `single precision takes the same way`() {
    let (a, b) = (Matrix<Float>.random(6, 2, seed: 1), Matrix<Float>.random(2, 7, seed: 2))
    #expect(a.times(b).distance(to: .naive(a, b)) < 1e-6)
  }

  @Test func `a beta of zero forgets what the output held, NaN included`() {
    var result = Matrix<Double>(rows: 2, columns: 2, repeating: .nan)
    result.setToProduct(.identity(2), .identity(2))
    #expect(result == .identity(2))
    result = Matrix(rows: 2, columns: 2, repeating: .nan)
    result.setToProduct(Matrix(rows: 2, columns: 0), Matrix(rows: 0, columns: 2))
    #expect(result == Matrix(rows: 2, columns: 2))
  }

  @Test(arguments: [(0, 3, 2), (3, 0, 2), (3, 2, 0)])
  func `empty operands give empty or zero products`(rows: Int, columns: Int, inner: Int) {
    let product = Matrix<Double>(rows: rows, columns: inner, repeating: 1)
      .times(Matrix(rows: inner, columns: columns, repeating: 1))
    #expect(product == Matrix(rows: rows, columns: columns, repeating: Double(inner)))
  }

  @Test(arguments: [Orientation.asStored, .transposed], [3, 150])
  func `a Gram matrix is symmetric and equals the product`(orientation: Orientation, size: Int) {
    let a = Matrix<Double>.random(size, size + 2, seed: 4)
    let stored = orientation == .asStored ? a : a.transposed()
    var gram = Matrix<Double>(rows: size, columns: size)
    gram.setToGram(stored, orientation, alpha: 0.5)
    #expect(gram.distance(to: a.times(a, right: .transposed).scaled(0.5)) < 1e-12)
    #expect(gram == gram.transposed())
  }

  @Test func `Gram matrices of batches add up to that of the whole`() {
    let a = Matrix<Double>.random(10, 4, seed: 5)
    var whole = Matrix<Double>(rows: 4, columns: 4)
    whole.setToGram(a, .transposed)
    var sum = Matrix<Double>(rows: 4, columns: 4)
    for rows in [0..<3, 3..<4, 4..<10] { sum.addGram(a.selecting(rows: rows), .transposed) }
    sum.mirrorUpperTriangle()
    #expect(sum.distance(to: whole) < 1e-13)
  }

  @Test(arguments: [Orientation.asStored, .transposed])
  func `gemv follows its definition`(orientation: Orientation) {
    let a = Matrix<Double>.random(4, 3, seed: 6)
    let stored = orientation == .asStored ? a : a.transposed()
    let x = [1.0, -2, 0.5]
    let expected = (0..<4).map { row in 3 * (0..<3).reduce(0) { $0 + a[row, $1] * x[$1] } + 2 * Double(row) }
    let result = stored.times(vector: x, orientation, alpha: 3, plus: [0, 1, 2, 3], beta: 2)
    #expect(zip(result, expected).allSatisfy { abs($0 - $1) < 1e-14 })
  }

  @Test func `vectors are added and multiplied`() {
    var y = [1.0, 2, 3]
    BLAS.add(2, [1, 0, -1], to: &y)
    #expect(y == [3, 2, 1])
    #expect(BLAS.dot(y, [1, 1, 2]) == 7)
    #expect(BLAS.dot([Double](), []) == 0)
  }
}
