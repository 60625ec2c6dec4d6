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
