/// A = U diag(values) V^T, the thin singular value decomposition (LAPACK gesdd).
public struct SingularValues<Element: BLASScalar>: Sendable {
  /// rows x r with r = min(rows, columns).
  public let u: Matrix<Element>
  /// r values, descending.
  public let values: [Element]
  /// r x columns.
  public let vTransposed: Matrix<Element>

  /// - Throws: ``LinearAlgebraError``.
  @inlinable public init(_ matrix: Matrix<Element>) throws(LinearAlgebraError) {
    try matrix.checkFinite("Singular value decomposition")
    let rank = min(matrix.rows, matrix.columns)
    var work = matrix
    var left = Matrix<Element>(rows: matrix.rows, columns: rank)
    var right = Matrix<Element>(rows: rank, columns: matrix.columns)
    var singular = [Element](repeating: 0, count: rank)
    if rank > 0 {
      let info = work.withUnsafeMutableElements { a in
        left.withUnsafeMutableElements { u in
          right.withUnsafeMutableElements { v in
            singular.withUnsafeMutableBufferPointer { s in
              Element._gesdd(
                rows: matrix.rows, columns: matrix.columns, a.baseAddress!, u: u.baseAddress!,
                values: s.baseAddress!, vTransposed: v.baseAddress!)
            }
          }
        }
      }
      guard info == 0 else {
        throw .notConverged(
          operation: "Singular value decomposition", rows: matrix.rows, columns: matrix.columns, info: info)
      }
    }
    u = left
    values = singular
    vTransposed = right
  }
}
