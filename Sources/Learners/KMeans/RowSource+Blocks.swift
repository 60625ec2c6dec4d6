import LinearAlgebra

extension RowSource {
  /// Calls `body` with consecutive blocks of rows and the number of each block's first row.
  func forEachBlock(
    of count: Int = 4096, _ body: (_ first: Int, _ rows: Matrix<Float>) throws -> Void
  ) throws {
    for first in stride(from: 0, to: rows, by: count) {
      let range = first..<min(first + count, rows)
      try body(
        first,
        try withRows(range) { Matrix(rows: range.count, columns: columns, elements: Array($0)) })
    }
  }

  /// The mean of every column and the covariance about the means, n - 1 in the divisor, of at least one row. Rows are
  /// read twice, because the formula with one pass cancels.
  ///
  /// Means are in double precision, the covariance is in that of `precision`.
  ///
  /// - Parameters:
  ///   - blockRows: how many rows are read at a time, on which the last bits depend.
  ///   - progress: called with the share of the reading that is done; what it throws ends it.
  /// - Throws: ``LearnerError`` for a NaN or an infinity; what reading the rows and `progress` throw.
  func covariance<Element: BLASScalar>(
    _ precision: Element.Type, learner: String, blockRows: Int,
    progress: (Double) throws -> Void = { _ in }
  ) throws -> (means: [Double], covariance: Matrix<Element>) {
    let total = 2 * Double(rows)
    var means = [Double](repeating: 0, count: columns)
    try forEachBlock(of: blockRows) { first, block in
      try Border.check(learner, block, firstRow: first)
      block.addColumnSums(to: &means)
      try progress(Double(first + block.rows) / total)
    }
    for index in means.indices { means[index] /= Double(rows) }
    var covariance = Matrix<Element>(rows: columns, columns: columns)
    let scale = 1 / Element(max(1, rows - 1))
    try forEachBlock(of: blockRows) { first, block in
      covariance.addGram(block.centred(by: means, as: Element.self), .transposed, alpha: scale)
      try progress(0.5 + Double(first + block.rows) / total)
    }
    covariance.mirrorUpperTriangle()
    return (means, covariance)
  }
}

extension Border {
  /// Names the first NaN or infinity of a block by its row in the whole.
  static func check(_ learner: String, _ block: Matrix<Float>, firstRow: Int) throws(LearnerError) {
    if let (row, column) = block.firstNonFinite() {
      throw .notFinite(
        learner: learner, row: firstRow + row, column: column, value: Double(block[row, column]))
    }
  }
}
