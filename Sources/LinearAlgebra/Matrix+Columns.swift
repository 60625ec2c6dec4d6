extension Matrix {
  /// The mean of each column, summed in double precision; NaN where there are no rows.
  @inlinable public func columnMeans() -> [Double] {
    var sums = [Double](repeating: 0, count: columns)
    addColumnSums(to: &sums)
    return sums.map { $0 / Double(rows) }
  }

  /// Adds each column's sum, for means over many batches.
  @inlinable public func addColumnSums(to sums: inout [Double]) {
    precondition(sums.count == columns, "\(sums.count) sums for \(columns) columns")
    withUnsafeElements { a in
      sums.withUnsafeMutableBufferPointer { sums in
        for row in 0..<rows {
          for column in 0..<columns { sums[column] += Double(a[row * columns + column]) }
        }
      }
    }
  }

  /// The variance of each column about `means` (the column means when absent), divided by `rows - correction`.
  ///
  /// `correction` 0 gives the population variance, 1 the unbiased one.
  @inlinable public func columnVariances(means: [Double]? = nil, correction: Int = 0) -> [Double] {
    let centre = means ?? columnMeans()
    precondition(centre.count == columns, "\(centre.count) means for \(columns) columns")
    var sums = [Double](repeating: 0, count: columns)
    withUnsafeElements { a in
      sums.withUnsafeMutableBufferPointer { sums in
        for row in 0..<rows {
          for column in 0..<columns {
            let distance = Double(a[row * columns + column]) - centre[column]
            sums[column] += distance * distance
          }
        }
      }
    }
    return sums.map { $0 / Double(rows - correction) }
  }

  /// Every row less `means`, subtracted in double precision and kept as `Target`.
  @inlinable public func centred<Target: BLASScalar>(by means: [Double], as type: Target.Type = Target.self)
    -> Matrix<Target>
  {
    precondition(means.count == columns, "\(means.count) means for \(columns) columns")
    return withUnsafeElements { a in
      means.withUnsafeBufferPointer { means in
        Matrix<Target>(rows: rows, columns: columns) { target in
          for row in 0..<rows {
            for column in 0..<columns {
              target[row * columns + column] = Target(Double(a[row * columns + column]) - means[column])
            }
          }
        }
      }
    }
  }
}
