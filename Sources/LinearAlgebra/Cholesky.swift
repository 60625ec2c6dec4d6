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

  /// X with A X = `right` (BLAS trsm, with L and then with its transpose).
  @inlinable public func solve(_ right: Matrix<Element>) -> Matrix<Element> {
    let (size, columns) = (lower.rows, right.columns)
    precondition(
      right.rows == size, "a \(size) x \(size) matrix cannot solve for \(right.rows) x \(columns)")
    var solution = right
    guard size > 0, columns > 0 else { return solution }
    lower.withUnsafeElements { l in
      solution.withUnsafeMutableElements { b in
        for transpose in [false, true] {
          Element._trsm(
            transpose: transpose, size: size, columns: columns, l.baseAddress!, b.baseAddress!)
        }
      }
    }
    return solution
  }
}
