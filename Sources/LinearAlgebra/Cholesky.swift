/// A = L L^T of a symmetric positive definite matrix (LAPACK potrf).
public struct Cholesky<Element: BLASScalar>: Sendable {
  /// L; zero above the diagonal.
  public let lower: Matrix<Element>

  /// Factors `matrix`, of which only the lower triangle is read.
  ///
  /// - Throws: ``LinearAlgebraError/notFinite(operation:row:column:value:)`` or
  ///   ``LinearAlgebraError/notPositiveDefinite(size:minor:)``.
  @inlinable public init(_ matrix: Matrix<Element>) throws(LinearAlgebraError) {
    precondition(
      matrix.rows == matrix.columns, "Cholesky needs a square matrix, not \(matrix.rows) x \(matrix.columns)")
    try matrix.checkFinite("Cholesky factorisation")
    var factor = matrix
    let size = matrix.rows
    let info = factor.withUnsafeMutableElements { a in
      for row in 0..<size {
        for column in (row + 1)..<max(size, row + 1) { a[row * size + column] = 0 }
      }
      return size == 0 ? 0 : Element._potrf(size, a.baseAddress!)
    }
    guard info == 0 else { throw .notPositiveDefinite(size: size, minor: info) }
    lower = factor
  }

  /// X with A X = `right`.
  @inlinable public func solve(_ right: Matrix<Element>) -> Matrix<Element> {
    lower.solvingTriangular(lower.solvingTriangular(right, .lower), .lower, .transposed)
  }
}

/// Which half of a matrix holds a triangular one.
public enum Triangle: Sendable {
  case lower, upper
}

extension Matrix {
  /// X with op(T) X = `right`, T being the named triangle of `self` (BLAS trsm).
  ///
  /// - Precondition: no diagonal element is zero.
  @inlinable public func solvingTriangular(
    _ right: Matrix, _ triangle: Triangle, _ orientation: Orientation = .asStored, unitDiagonal: Bool = false
  ) -> Matrix {
    precondition(
      rows == columns && right.rows == rows,
      "a \(rows) x \(columns) triangle cannot solve for \(right.rows) x \(right.columns)")
    precondition(
      unitDiagonal || (0..<rows).allSatisfy { self[$0, $0] != 0 }, "the triangle has a zero on its diagonal")
    var solution = right
    guard right.rows > 0, right.columns > 0 else { return solution }
    withUnsafeElements { t in
      solution.withUnsafeMutableElements { b in
        Element._trsm(
          upper: triangle == .upper, transpose: orientation == .transposed, unitDiagonal: unitDiagonal,
          size: rows, columns: right.columns, t.baseAddress!, b.baseAddress!)
      }
    }
    return solution
  }
}
