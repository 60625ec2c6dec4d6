/// A = V^T diag(values) V of a symmetric matrix (LAPACK syevr), eigenvectors as rows, largest eigenvalue first.
public struct SymmetricEigen<Element: BLASScalar>: Sendable {
  /// Descending.
  public let values: [Element]
  /// `values.count` x size; row i belongs to `values[i]`. The sign of a row is LAPACK's choice.
  public let vectors: Matrix<Element>

  /// The `count` largest eigenvalues with their vectors, or all of them.
  ///
  /// Only one triangle of `matrix` is read. With a small `count` the cost is that of the reduction to tridiagonal
  /// form, 4/3 size^3.
  ///
  /// - Throws: ``LinearAlgebraError``.
  @inlinable public init(_ matrix: Matrix<Element>, largest count: Int? = nil) throws(LinearAlgebraError) {
    let size = matrix.rows
    let wanted = count ?? size
    precondition(
      size == matrix.columns, "eigenvalues of \(size) x \(matrix.columns): the matrix is not square")
    precondition((0...size).contains(wanted), "a \(size) x \(size) matrix has no \(wanted) eigenvalues")
    try matrix.checkFinite("Symmetric eigendecomposition")
    guard wanted > 0 else {
      values = []
      vectors = Matrix(rows: 0, columns: size)
      return
    }
    var work = matrix
    var ascending = [Element](repeating: 0, count: size)
    var found = Matrix<Element>(rows: wanted, columns: size)
    let info = work.withUnsafeMutableElements { a in
      ascending.withUnsafeMutableBufferPointer { values in
        found.withUnsafeMutableElements { vectors in
          Element._syevr(
            size, from: size - wanted + 1, to: size, a.baseAddress!, values: values.baseAddress!,
            vectors: vectors.baseAddress!)
        }
      }
    }
    guard info == 0 else {
      throw .notConverged(operation: "Symmetric eigendecomposition", rows: size, columns: size, info: info)
    }
    values = ascending[0..<wanted].reversed()
    vectors = found.selecting(rows: (0..<wanted).reversed())
  }
}
