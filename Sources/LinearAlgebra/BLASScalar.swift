/// An element type that BLAS and LAPACK know: `Float` or `Double`.
///
/// The underscored requirements are the one place where the C libraries are called. They take row-major buffers
/// whose sizes the callers in this module have checked; use the methods of ``Matrix`` and ``BLAS`` instead.
public protocol BLASScalar: BinaryFloatingPoint, SIMDScalar, Sendable, Codable {
  /// C := alpha op(A) op(B) + beta C, with C `rows` x `columns` and `inner` terms in each sum.
  static func _gemm(
    _ transposeA: Bool, _ transposeB: Bool, rows: Int, columns: Int, inner: Int, alpha: Self,
    _ a: UnsafePointer<Self>, strideA: Int, _ b: UnsafePointer<Self>, strideB: Int, beta: Self,
    _ c: UnsafeMutablePointer<Self>, strideC: Int)
  /// Upper triangle of C := alpha op(A) op(A)^T + beta C, with op(A) `size` x `inner`.
  static func _syrk(
    _ transpose: Bool, size: Int, inner: Int, alpha: Self, _ a: UnsafePointer<Self>, strideA: Int, beta: Self,
    _ c: UnsafeMutablePointer<Self>)
  /// y := alpha op(A) x + beta y, with A `rows` x `columns` before op.
  static func _gemv(
    _ transpose: Bool, rows: Int, columns: Int, alpha: Self, _ a: UnsafePointer<Self>,
    _ x: UnsafePointer<Self>,
    beta: Self, _ y: UnsafeMutablePointer<Self>)
  static func _axpy(_ count: Int, _ alpha: Self, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>)
  static func _dot(_ count: Int, _ x: UnsafePointer<Self>, _ y: UnsafePointer<Self>) -> Self
  /// B := op(L)^-1 B for a lower triangular L.
  static func _trsm(
    transpose: Bool, size: Int, columns: Int, _ l: UnsafePointer<Self>, _ b: UnsafeMutablePointer<Self>)

  /// Cholesky factorisation of the lower row-major triangle; answers LAPACK's `info`.
  static func _potrf(_ size: Int, _ a: UnsafeMutablePointer<Self>) -> Int
  /// Eigenvalues `from...to` (1-based, ascending) with vectors as rows of `vectors`; destroys `a`.
  static func _syevr(
    _ size: Int, from: Int, to: Int, _ a: UnsafeMutablePointer<Self>, values: UnsafeMutablePointer<Self>,
    vectors: UnsafeMutablePointer<Self>
  ) -> Int
}

/// LAPACK's integer. Sizes come from Swift arrays held in memory; one beyond 2^31 is a programming error.
func lapackInteger(_ value: Int) -> Int32 {
  precondition(value <= Int(Int32.max), "LAPACK cannot address a dimension of \(value)")
  return Int32(value)
}
