/// How an operand enters a product.
public enum Orientation: Sendable {
  case asStored, transposed
}

extension Matrix {
  /// `self := alpha op(a) op(b) + beta self` (BLAS gemm).
  ///
  /// - Precondition: op(a) is `rows` x m and op(b) is m x `columns` for one m.
  @inlinable public mutating func setToProduct(
    _ a: Matrix, _ b: Matrix, left orientationA: Orientation = .asStored,
    right orientationB: Orientation = .asStored, alpha: Element = 1, beta: Element = 0
  ) {
    let (rowsA, inner) = a.shape(orientationA)
    let (innerB, columnsB) = b.shape(orientationB)
    precondition(
      rowsA == rows && columnsB == columns && inner == innerB,
      "\(rowsA) x \(inner) times \(innerB) x \(columnsB) does not give \(rows) x \(columns)")
    guard rows > 0, columns > 0 else { return }
    a.withUnsafeElements { left in
      b.withUnsafeElements { right in
        BLAS.product(
          orientationA, orientationB, rows: rows, columns: columns, inner: inner, alpha: alpha, left,
          strideA: a.columns, right, strideB: b.columns, beta: beta, &storage)
      }
    }
  }

  /// op(self) op(other).
  @inlinable public func times(
    _ other: Matrix, left: Orientation = .asStored, right: Orientation = .asStored
  ) -> Matrix {
    var product = Matrix(rows: shape(left).rows, columns: other.shape(right).columns)
    product.setToProduct(self, other, left: left, right: right)
    return product
  }

  /// `self := alpha op(a) op(a)^T + beta self` (BLAS syrk), both triangles written.
  ///
  /// With `.transposed` this is the cross product of columns, a^T a. With a `beta` other than 0, `self` must be
  /// symmetric.
  @inlinable public mutating func setToGram(
    _ a: Matrix, _ orientation: Orientation = .asStored, alpha: Element = 1, beta: Element = 0
  ) {
    addGram(a, orientation, alpha: alpha, beta: beta)
    mirrorUpperTriangle()
  }

  /// The upper triangle of `self := alpha op(a) op(a)^T + beta self`; the lower one keeps what it had.
  ///
  /// For sums over many batches: add all of them, then call ``mirrorUpperTriangle()`` once.
  @inlinable public mutating func addGram(
    _ a: Matrix, _ orientation: Orientation = .asStored, alpha: Element = 1, beta: Element = 1
  ) {
    let (size, inner) = a.shape(orientation)
    precondition(
      rows == size && columns == size, "the Gram matrix is \(size) x \(size), not \(rows) x \(columns)")
    guard size > 0 else { return }
    a.withUnsafeElements { source in
      storage.withUnsafeMutableBufferPointer { target in
        if inner == 0 || source.isEmpty {
          for index in target.indices { target[index] *= beta }
        } else {
          Element._syrk(
            orientation == .transposed, size: size, inner: inner, alpha: alpha, source.baseAddress!,
            strideA: a.columns, beta: beta, target.baseAddress!)
        }
      }
    }
  }

  /// Copies the upper triangle onto the lower one.
  @inlinable public mutating func mirrorUpperTriangle() {
    precondition(rows == columns, "only a square matrix can be symmetric")
    let size = rows
    storage.withUnsafeMutableBufferPointer { a in
      // In blocks, so that the strided side stays in the cache.
      let block = 64
      for top in stride(from: 0, to: size, by: block) {
        for left in stride(from: 0, through: top, by: block) {
          for row in top..<min(top + block, size) {
            for column in left..<min(left + block, row) { a[row * size + column] = a[column * size + row] }
          }
        }
      }
    }
  }

  /// The transpose.
  @inlinable public func transposed() -> Matrix {
    withUnsafeElements { source in
      Matrix(rows: columns, columns: rows) { target in
        let block = 32
        for top in stride(from: 0, to: rows, by: block) {
          for left in stride(from: 0, to: columns, by: block) {
            for row in top..<min(top + block, rows) {
              for column in left..<min(left + block, columns) {
                target[column * rows + row] = source[row * columns + column]
              }
            }
          }
        }
      }
    }
  }

  @inlinable func shape(_ orientation: Orientation) -> (rows: Int, columns: Int) {
    orientation == .asStored ? (rows, columns) : (columns, rows)
  }
}
