extension Matrix {
  /// The named rows, in that order; a row may be named more than once.
  @inlinable public func selecting(rows chosen: some Collection<Int>) -> Matrix {
    withUnsafeElements { source in
      Matrix(rows: chosen.count, columns: columns) { target in
        for (position, row) in chosen.enumerated() {
          precondition((0..<rows).contains(row), "row \(row) of a matrix with \(rows) rows")
          for column in 0..<columns { target[position * columns + column] = source[row * columns + column] }
        }
      }
    }
  }

  /// The same numbers in another precision.
  @inlinable public func converted<Target: BLASScalar>(to type: Target.Type = Target.self) -> Matrix<Target> {
    if let same = self as? Matrix<Target> { return same }
    return withUnsafeElements { source in
      Matrix<Target>(rows: rows, columns: columns) { target in
        for index in source.indices { target[index] = Target(source[index]) }
      }
    }
  }

  /// Row and column of the first NaN or infinity in row-major order.
  @inlinable public func firstNonFinite() -> (row: Int, column: Int)? {
    withUnsafeElements { a in
      // x - x is 0 for finite x and NaN otherwise, and a NaN survives every sum: one branch a row.
      for row in 0..<rows {
        var sum: Element = 0
        for column in 0..<columns {
          let value = a[row * columns + column]
          sum += value - value
        }
        if sum != 0 {
          for column in 0..<columns where !a[row * columns + column].isFinite { return (row, column) }
        }
      }
      return nil
    }
  }

  @inlinable func checkFinite(_ operation: String) throws(LinearAlgebraError) {
    if let (row, column) = firstNonFinite() {
      throw .notFinite(operation: operation, row: row, column: column, value: Double(self[row, column]))
    }
  }
}
