import COpenBLAS

// The same calls for `Float` and `Double`: C has no generics, so the two files differ in the letter alone.
extension Double: BLASScalar {
  public static func _gemm(
    _ transposeA: Bool, _ transposeB: Bool, rows: Int, columns: Int, inner: Int, alpha: Self,
    _ a: UnsafePointer<Self>, strideA: Int, _ b: UnsafePointer<Self>, strideB: Int, beta: Self,
    _ c: UnsafeMutablePointer<Self>, strideC: Int
  ) {
    cblas_dgemm(
      CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
      lapackInteger(rows), lapackInteger(columns), lapackInteger(inner), alpha, a, lapackInteger(strideA),
      b, lapackInteger(strideB), beta, c, lapackInteger(strideC))
  }

  public static func _syrk(
    _ transpose: Bool, size: Int, inner: Int, alpha: Self, _ a: UnsafePointer<Self>, strideA: Int, beta: Self,
    _ c: UnsafeMutablePointer<Self>
  ) {
    cblas_dsyrk(
      CblasRowMajor, CblasUpper, transpose ? CblasTrans : CblasNoTrans, lapackInteger(size),
      lapackInteger(inner), alpha, a, lapackInteger(strideA), beta, c, lapackInteger(max(1, size)))
  }

  public static func _gemv(
    _ transpose: Bool, rows: Int, columns: Int, alpha: Self, _ a: UnsafePointer<Self>,
    _ x: UnsafePointer<Self>,
    beta: Self, _ y: UnsafeMutablePointer<Self>
  ) {
    cblas_dgemv(
      CblasRowMajor, transpose ? CblasTrans : CblasNoTrans, lapackInteger(rows), lapackInteger(columns),
      alpha, a, lapackInteger(max(1, columns)), x, 1, beta, y, 1)
  }

  public static func _axpy(
    _ count: Int, _ alpha: Self, _ x: UnsafePointer<Self>, _ y: UnsafeMutablePointer<Self>
  ) {
    cblas_daxpy(lapackInteger(count), alpha, x, 1, y, 1)
  }

  public static func _dot(_ count: Int, _ x: UnsafePointer<Self>, _ y: UnsafePointer<Self>) -> Self {
    cblas_ddot(lapackInteger(count), x, 1, y, 1)
  }

  public static func _trsm(
    transpose: Bool, size: Int, columns: Int, _ l: UnsafePointer<Self>, _ b: UnsafeMutablePointer<Self>
  ) {
    cblas_dtrsm(
      CblasRowMajor, CblasLeft, CblasLower, transpose ? CblasTrans : CblasNoTrans, CblasNonUnit,
      lapackInteger(size), lapackInteger(columns), 1, l, lapackInteger(max(1, size)), b,
      lapackInteger(max(1, columns)))
  }

  public static func _potrf(_ size: Int, _ a: UnsafeMutablePointer<Self>) -> Int {
    var order = lapackInteger(size)
    var stride = max(1, order)
    var info: Int32 = 0
    // LAPACK reads column by column: the lower row-major triangle is its upper one.
    dpotrf_("U", &order, a, &stride, &info, 1)
    return Int(info)
  }

  public static func _syevr(
    _ size: Int, from: Int, to: Int, _ a: UnsafeMutablePointer<Self>, values: UnsafeMutablePointer<Self>,
    vectors: UnsafeMutablePointer<Self>
  ) -> Int {
    var order = lapackInteger(size)
    var stride = max(1, order)
    var first = lapackInteger(from)
    var last = lapackInteger(to)
    var (lower, upper, tolerance): (Self, Self, Self) = (0, 0, 0)
    var found: Int32 = 0
    var info: Int32 = 0
    var support = [Int32](repeating: 0, count: 2 * max(1, size))
    // A work length of -1 asks for the best one; the second call computes.
    var work: [Self] = [0]
    var integers: [Int32] = [0]
    var workLength: Int32 = -1
    var integerLength: Int32 = -1
    for _ in 0..<2 {
      dsyevr_(
        "V", from == 1 && to == size ? "A" : "I", "U", &order, a, &stride, &lower, &upper, &first, &last,
        &tolerance,
        &found, values, vectors, &stride, &support, &work, &workLength, &integers, &integerLength, &info, 1,
        1, 1)
      guard workLength == -1, info == 0 else { break }
      workLength = Int32(work[0])
      integerLength = integers[0]
      work = [Self](repeating: 0, count: Int(workLength))
      integers = [Int32](repeating: 0, count: Int(integerLength))
    }
    return Int(info)
  }
}
