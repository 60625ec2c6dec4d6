import COpenBLAS

/// A = L L^T of a positive definite ``PackedSymmetric``, in the memory of A.
public struct PackedCholesky: Sendable {
  /// L's diagonal blocks in place of A and C (the lower one transposed), its off-diagonal block in place of B.
  private let factor: PackedSymmetric

  public var size: Int { factor.size }

  /// Factors `matrix`, whose memory becomes the factor's when the caller gives it up.
  ///
  /// - Throws: ``LinearAlgebraError/notPositiveDefinite(size:minor:)``.
  public init(_ matrix: consuming PackedSymmetric) throws(LinearAlgebraError) {
    var work = matrix
    let info = work.factorise()
    guard info == 0 else { throw .notPositiveDefinite(size: work.size, minor: info) }
    factor = work
  }

  /// The rows of `vectors` times A^-1: every row x becomes the solution y of A y = x.
  public func solve(_ vectors: inout Matrix<Float>) {
    precondition(
      vectors.columns == size, "vectors of \(vectors.columns) elements for a matrix of order \(size)")
    guard size > 0, vectors.rows > 0 else { return }
    let head = factor.head
    let (h, t) = (lapackInteger(head), lapackInteger(size - head))
    let (count, stride) = (lapackInteger(vectors.rows), lapackInteger(size))
    vectors.withUnsafeMutableElements { v in
      let first = v.baseAddress!
      factor.triangles.withUnsafeBufferPointer { triangles in
        factor.rectangle.withUnsafeBufferPointer { rectangle in
          let (lower, upper) = (triangles.baseAddress! + head, triangles.baseAddress!)
          // y L L^T = x from the left: z L^T = x by the first three calls, y L = z by the rest.
          func triangular(
            _ half: CBLAS_UPLO, _ op: CBLAS_TRANSPOSE, _ order: Int32, _ a: UnsafePointer<Float>
          ) {
            cblas_strsm(
              CblasRowMajor, CblasRight, half, op, CblasNonUnit, count, order, 1, a, h,
              half == CblasLower ? first : first + head, stride)
          }
          triangular(CblasLower, CblasTrans, h, lower)
          if t > 0 {
            let b = rectangle.baseAddress!
            cblas_sgemm(
              CblasRowMajor, CblasNoTrans, CblasTrans, count, t, h, -1, first, stride, b, h, 1, first + head,
              stride)
            triangular(CblasUpper, CblasNoTrans, t, upper)
            triangular(CblasUpper, CblasTrans, t, upper)
            cblas_sgemm(
              CblasRowMajor, CblasNoTrans, CblasNoTrans, count, h, t, -1, first + head, stride, b, h, 1,
              first, stride)
          }
          triangular(CblasLower, CblasNoTrans, h, lower)
        }
      }
    }
  }
}

extension PackedSymmetric {
  /// Replaces A by its Cholesky factor, block after block; answers the order of the first minor that is not positive
  /// definite, or 0.
  fileprivate mutating func factorise() -> Int {
    guard size > 0 else { return 0 }
    var (h, t) = (lapackInteger(head), lapackInteger(size - head))
    var info: Int32 = 0
    triangles.withUnsafeMutableBufferPointer { triangles in
      // LAPACK reads column by column: the lower row-major triangle is its upper one, and the other way round.
      let lower = triangles.baseAddress! + head
      let upper = triangles.baseAddress!
      var stride = h
      spotrf_("U", &h, lower, &stride, &info, 1)
      guard info == 0, t > 0 else { return }
      rectangle.withUnsafeMutableBufferPointer {
        let b = $0.baseAddress!
        cblas_strsm(
          CblasRowMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, t, h, 1, lower, h, b, h)
        cblas_ssyrk(CblasRowMajor, CblasUpper, CblasNoTrans, t, h, -1, b, h, 1, upper, h)
      }
      spotrf_("L", &t, upper, &stride, &info, 1)
      if info > 0 { info += h }
    }
    return Int(info)
  }
}
