import COpenBLAS

/// A symmetric single-precision matrix in half the memory: n (n + 1) / 2 elements, whatever is done to it at BLAS speed.
///
/// With h = ceil(n / 2) the matrix is cut as [[A, B^T], [B, C]], A being h x h. The two triangles share one (h + 1) x h
/// rectangle, A below its diagonal and C above, and B is a rectangle of its own. This is the idea of LAPACK's
/// rectangular full packed format (Gustavson, Wasniewski, Dongarra and Langou 2010), with one layout for odd and even n.
public struct PackedSymmetric: Sendable {
  public let size: Int
  /// h, the order of A; C has order `size - head`.
  let head: Int
  /// Row-major (h + 1) x h: element (i, j) of A with j <= i at (i + 1, j), element (i, j) of C with j <= i at (j, i).
  var triangles: [Float]
  /// B, row-major (size - h) x h.
  var rectangle: [Float]

  /// All zeros.
  public init(size: Int) {
    precondition(size >= 0, "a matrix cannot have \(size) rows")
    self.size = size
    head = (size + 1) / 2
    triangles = [Float](repeating: 0, count: (head + 1) * head)
    rectangle = [Float](repeating: 0, count: (size - head) * head)
  }

  /// Element (row, column), equal to element (column, row).
  public subscript(row: Int, column: Int) -> Float {
    let (low, high) = (min(row, column), max(row, column))
    precondition(low >= 0 && high < size, "element (\(row), \(column)) of a matrix of order \(size)")
    if high < head { return triangles[(high + 1) * head + low] }
    if low < head { return rectangle[(high - head) * head + low] }
    return triangles[(low - head) * head + high - head]
  }

  /// self := factor self + addend I.
  public mutating func scale(by factor: Float, addingToDiagonal addend: Float) {
    triangles.withUnsafeMutableBufferPointer { for index in $0.indices { $0[index] *= factor } }
    rectangle.withUnsafeMutableBufferPointer { for index in $0.indices { $0[index] *= factor } }
    for index in 0..<head { triangles[(index + 1) * head + index] += addend }
    for index in 0..<(size - head) { triangles[index * head + index] += addend }
  }
}

extension PackedSymmetric {
  /// self := self + factor other.
  public mutating func add(_ other: PackedSymmetric, times factor: Float) {
    precondition(
      size == other.size, "a matrix of order \(other.size) cannot be added to one of order \(size)")
    triangles.withUnsafeMutableBufferPointer {
      for index in $0.indices { $0[index] += factor * other.triangles[index] }
    }
    rectangle.withUnsafeMutableBufferPointer {
      for index in $0.indices { $0[index] += factor * other.rectangle[index] }
    }
  }

  /// self := self + op(A) op(A)^T (BLAS syrk and gemm) for row-major `a` of `rows` rows of `columns` elements.
  ///
  /// `.transposed` adds the cross product of columns, A^T A; call it block after block of rows. `.asStored` adds that
  /// of rows; call it block after block of columns.
  public mutating func addGram(
    _ a: UnsafeBufferPointer<Float>, rows: Int, columns: Int, _ orientation: Orientation = .asStored
  ) {
    let (order, inner) = orientation == .asStored ? (rows, columns) : (columns, rows)
    precondition(order == size, "the Gram matrix has order \(order), not \(size)")
    precondition(a.count >= rows * columns, "\(a.count) elements do not fill \(rows) x \(columns)")
    guard size > 0, inner > 0, let first = a.baseAddress else { return }
    let transpose = orientation == .asStored ? CblasNoTrans : CblasTrans
    let other = orientation == .asStored ? CblasTrans : CblasNoTrans
    let second = first + head * (orientation == .asStored ? columns : 1)
    let (h, t) = (lapackInteger(head), lapackInteger(size - head))
    let (depth, stride) = (lapackInteger(inner), lapackInteger(columns))
    triangles.withUnsafeMutableBufferPointer { triangles in
      cblas_ssyrk(
        CblasRowMajor, CblasLower, transpose, h, depth, 1, first, stride, 1, triangles.baseAddress! + head, h)
      guard t > 0 else { return }
      cblas_ssyrk(
        CblasRowMajor, CblasUpper, transpose, t, depth, 1, second, stride, 1, triangles.baseAddress!, h)
    }
    guard t > 0 else { return }
    rectangle.withUnsafeMutableBufferPointer {
      cblas_sgemm(
        CblasRowMajor, transpose, other, t, h, depth, 1, second, stride, first, stride, 1, $0.baseAddress!, h)
    }
  }

  /// The rows of `vectors` times this matrix: count x size.
  public func product(_ vectors: Matrix<Float>) -> Matrix<Float> {
    precondition(
      vectors.columns == size, "vectors of \(vectors.columns) elements for a matrix of order \(size)")
    var result = Matrix<Float>(rows: vectors.rows, columns: size)
    guard size > 0, vectors.rows > 0 else { return result }
    let (h, t) = (lapackInteger(head), lapackInteger(size - head))
    let (count, stride) = (lapackInteger(vectors.rows), lapackInteger(size))
    vectors.withUnsafeElements { v in
      result.withUnsafeMutableElements { y in
        let (v, y) = (v.baseAddress!, y.baseAddress!)
        triangles.withUnsafeBufferPointer { triangles in
          cblas_ssymm(
            CblasRowMajor, CblasRight, CblasLower, count, h, 1, triangles.baseAddress! + head, h, v, stride,
            0, y, stride)
          guard t > 0 else { return }
          cblas_ssymm(
            CblasRowMajor, CblasRight, CblasUpper, count, t, 1, triangles.baseAddress!, h, v + head, stride,
            0, y + head, stride)
        }
        guard t > 0 else { return }
        rectangle.withUnsafeBufferPointer {
          let b = $0.baseAddress!
          cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasNoTrans, count, h, t, 1, v + head, stride, b, h, 1, y, stride)
          cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, count, t, h, 1, v, stride, b, h, 1, y + head, stride)
        }
      }
    }
    return result
  }
}
