extension RowSource {
  /// A copy of the named rows in that order; a row may be named more than once.
  ///
  /// - Throws: whatever reading rows throws.
  public func gathering(_ chosen: some Collection<Int>) throws -> Matrix<Float> {
    try Matrix(rows: chosen.count, columns: columns) { target in
      for (position, row) in chosen.enumerated() {
        precondition((0..<rows).contains(row), "row \(row) of a source with \(rows) rows")
        let place = UnsafeMutableBufferPointer(
          rebasing: target[(position * columns)..<((position + 1) * columns)])
        try withRows(row..<(row + 1)) { _ = place.update(fromContentsOf: $0) }
      }
    }
  }
}
